import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { type Flavour, type Host, RELEASES, releaseFor, thisHost } from '../../src/core/engine/install/manifest'
import { wheelRequest } from '../../src/core/engine/install/wheels'

const linux = (arch: string, glibc: string | null = '2.36'): Host => ({ platform: 'linux', arch, glibc })
const other = (platform: string, arch: string): Host => ({ platform, arch, glibc: null })

const refused = (flavour: Flavour, host: Host): AppError => {
  try {
    releaseFor(flavour, host)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('the build for a machine', () => {
  it.each<[Flavour, Host, string, string[]]>([
    [
      'cpu',
      linux('x64'),
      'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'],
    ],
    [
      'gpu',
      linux('x64'),
      'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'],
    ],
    [
      'cpu',
      linux('arm64'),
      'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
      ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'],
    ],
    [
      'cpu',
      other('darwin', 'arm64'),
      'tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl',
      ['tensorflow/libtensorflow_framework.2.dylib', 'tensorflow/libtensorflow_cc.2.dylib'],
    ],
    [
      'cpu',
      other('win32', 'x64'),
      'tensorflow-2.21.0-cp311-cp311-win_amd64.whl',
      ['tensorflow/python/_pywrap_tensorflow_common.dll'],
    ],
  ])('%s on %o is %s', (flavour, host, file, libraries) => {
    const release = releaseFor(flavour, host)
    expect(release.wheels[0]!.file).toBe(file)
    expect(release.libraries).toEqual(libraries)
  })

  it.each<[string, Flavour, Host, string]>([
    ['an Intel Mac', 'cpu', other('darwin', 'x64'), 'no cpu build'],
    ['a GPU on Windows', 'gpu', other('win32', 'x64'), 'win32-x64 cpu'],
    ['a GPU on Linux arm64', 'gpu', linux('arm64'), 'linux-arm64 cpu'],
    ['Linux with musl', 'cpu', linux('x64', null), 'musl'],
    ['an old glibc', 'cpu', linux('x64', '2.17'), 'this Linux has 2.17'],
    ['FreeBSD', 'cpu', other('freebsd', 'x64'), 'ANNEAL_LIBTENSORFLOW'],
  ])('is refused to %s with the reason and the way out', (_, flavour, host, words) => {
    const error = refused(flavour, host)
    expect(error.code).toBe('engine.unavailable')
    expect(error.message).toContain(words)
  })

  it('compares versions of glibc by their numbers', () => {
    expect(releaseFor('cpu', linux('x64', '2.27')).flavour).toBe('cpu')
    expect(releaseFor('cpu', linux('x64', '2.100')).flavour).toBe('cpu')
    expect(releaseFor('cpu', linux('x64', '3.0')).flavour).toBe('cpu')
    expect(refused('cpu', linux('x64', '2.9')).code).toBe('engine.unavailable')
  })

  it.runIf(process.platform === 'linux')('knows the C library of this Linux', () => {
    const { platform, arch, glibc } = thisHost()
    expect([platform, arch]).toEqual([process.platform, process.arch])
    expect(glibc === null || /^\d+\.\d+/.test(glibc)).toBe(true)
  })
})

describe('the pinned wheels', () => {
  const wheels = RELEASES.flatMap((release) => release.wheels)

  it('are each written down once, with a sha256 and a size', () => {
    expect(new Set(wheels.map(({ file }) => file)).size).toBe(wheels.length)
    expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length)
    for (const wheel of wheels) {
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(wheel.bytes).toBeGreaterThan(1e6)
      expect(wheel.unpackedBytes).toBeGreaterThan(wheel.bytes * 0.9)
    }
  })

  it('hold every library that is loaded', () => {
    for (const { wheels: own, libraries } of RELEASES) {
      const paths = own.flatMap(({ members }) => (members instanceof RegExp ? [] : members.map(({ path }) => path)))
      expect(paths).toEqual(expect.arrayContaining([...libraries]))
    }
  })

  it.each([
    ['tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl', 'tensorflow-cpu==2.21.0', 'manylinux_2_27_x86_64'],
    ['tensorflow-2.21.0-cp311-cp311-win_amd64.whl', 'tensorflow==2.21.0', 'win_amd64'],
    [
      'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      'nvidia-cuda-nvcc-cu12==12.9.86',
      'manylinux_2_12_x86_64',
    ],
  ])('%s is asked for as %s of %s', (file, requirement, platform) => {
    expect(wheels.map((wheel) => wheel.file)).toContain(file)
    expect(wheelRequest({ file })).toEqual({ requirement, platform })
  })

  it.each([
    ['nvidia/cublas/lib/libcublas.so.12', true],
    ['nvidia/cudnn/lib/libcudnn_ops.so.9', true],
    ['nvidia/cuda_cupti/lib/libnvperf_host.so', true],
    ['nvidia/cuda_nvcc/bin/ptxas', true],
    ['nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc', true],
    ['nvidia/cublas/include/cublas.h', false],
    ['nvidia/cuda_runtime/lib/libcudart_static.a', false],
    ['nvidia/cublas/lib/../../../libevil.so', false],
    ['/nvidia/cublas/lib/libcublas.so.12', false],
  ])('of CUDA unpack %s: %s', (path, wanted) => {
    const rule = RELEASES.find(({ flavour }) => flavour === 'gpu')!.wheels[1]!.members as RegExp
    expect(rule.test(path)).toBe(wanted)
  })

  it('ran only where that is said', () => {
    expect(RELEASES.filter(({ tested }) => tested).map(({ id }) => id)).toEqual(['tensorflow-2.21.0-linux-x64-cpu'])
  })
})
