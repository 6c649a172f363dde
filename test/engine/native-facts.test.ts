import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { configProto } from '../../src/core/engine/backends/native/config-proto'
import { nativeInfo } from '../../src/core/engine/backends/native/describe-native'
import { findNativeBuild, findNativeBuilds } from '../../src/core/engine/backends/native/locate'
import { nvidiaGpus } from '../../src/core/engine/backends/native/nvidia'
import { settings, usesOneDnn } from '../../src/core/engine/backends/native/settings'
import { writeRecord } from '../../src/core/engine/install/installed'

const folder = mkdtempSync(join(tmpdir(), 'anneal-native-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('the configuration of the runtime', () => {
  it.each([
    [{ intraOpThreads: 1, interOpThreads: 1, gpuGrowth: false }, [16, 1, 40, 1]],
    [{ intraOpThreads: 2, interOpThreads: 8, gpuGrowth: true }, [16, 2, 40, 8, 50, 2, 32, 1]],
    // Varints go on in a second byte from 128 on.
    [{ intraOpThreads: 300, interOpThreads: 128, gpuGrowth: true }, [16, 172, 2, 40, 128, 1, 50, 2, 32, 1]],
  ])('%j is written as ConfigProto', (config, bytes) => {
    expect([...configProto(config)]).toEqual(bytes)
  })
})

describe('TensorFlow’s variables', () => {
  it('are silent by default, and the user’s where they are set', () => {
    expect(settings({}).TF_CPP_MIN_LOG_LEVEL).toBe('3')
    expect(settings({ TF_CPP_MIN_LOG_LEVEL: '0' }).TF_CPP_MIN_LOG_LEVEL).toBe('0')
  })
  it.each([
    ['0', false],
    ['1', true],
    ['true', true],
    ['false', false],
    ['TRUE', true],
  ])('oneDNN %s is %s', (value, on) => {
    expect(usesOneDnn({ TF_ENABLE_ONEDNN_OPTS: value })).toBe(on)
  })
})

describe('the GPUs', () => {
  it('are those that the driver tells of', () => {
    mkdirSync(join(folder, '0000:01:00.0'), { recursive: true })
    writeFileSync(join(folder, '0000:01:00.0', 'information'), 'Model: \t\t NVIDIA H100 PCIe\nIRQ:   40\n')
    expect(nvidiaGpus('linux', folder)).toEqual([{ model: 'NVIDIA H100 PCIe' }])
  })
  it('are none without a driver, and elsewhere than on Linux', () => {
    expect(nvidiaGpus('linux', join(folder, 'absent'), join(folder, 'absent'))).toEqual([])
    expect(nvidiaGpus('darwin', folder)).toEqual([])
  })
  it('are one of an unknown name in a Linux on Windows', () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'libcuda.so.1'), '')
    expect(nvidiaGpus('linux', join(folder, 'absent'), join(folder, 'libcuda.so.1'))).toHaveLength(1)
  })
})

describe('the build that is taken', () => {
  const here = `${process.platform}-${process.arch}`
  async function install(id: string, flavour: 'cpu' | 'gpu', platform = here) {
    mkdirSync(join(folder, id), { recursive: true })
    writeFileSync(join(folder, id, 'lib.so'), 'x')
    const files = [{ path: 'lib.so', bytes: 1 }]
    const record = { format: 1 as const, version: '2.21.0', tested: true, wheels: [], libraries: ['lib.so'] }
    await writeRecord(join(folder, id), {
      ...record,
      id,
      flavour,
      platform,
      files,
      installedAt: '2026-01-01T00:00:00Z',
    })
  }
  const use = () => {
    vi.stubEnv('ANNEAL_ENGINE_DIR', folder)
    vi.stubEnv('ANNEAL_LIBTENSORFLOW', '')
  }
  const flavours = async (gpus: { model: string }[]) => (await findNativeBuilds(gpus)).map(({ flavour }) => flavour)

  it('is the one for GPUs where there is one, else the one for CPUs; the other is better than none', async () => {
    use()
    await install('a', 'cpu')
    await install('b', 'gpu')
    expect(await flavours([{ model: 'NVIDIA H100' }])).toEqual(['gpu', 'cpu'])
    expect(await flavours([])).toEqual(['cpu', 'gpu'])
  })
  it('is none of another machine’s', async () => {
    use()
    await install('a', 'cpu', 'plan9-mips')
    expect(await flavours([])).toEqual([])
    await expect(findNativeBuild()).rejects.toMatchObject({ code: 'engine.unavailable' })
  })
  it('is the user’s own before all, and never an installed one in its place', async () => {
    use()
    await install('a', 'cpu')
    const own = join(folder, 'mine.so')
    writeFileSync(own, 'x')
    vi.stubEnv('ANNEAL_LIBTENSORFLOW', own)
    expect(await findNativeBuilds()).toMatchObject([{ flavour: 'own', version: null, origin: own }])
    vi.stubEnv('ANNEAL_LIBTENSORFLOW', join(folder, 'absent.so'))
    await expect(findNativeBuild()).rejects.toThrow(/absent\.so is not there/)
  })
})

describe('an engine in words', () => {
  const H100 = [{ model: 'NVIDIA H100' }]
  const of = (flavour: 'cpu' | 'gpu' | 'own', gpus: { model: string }[], onGpu: boolean) =>
    nativeInfo({ build: { flavour }, gpus, onGpu, version: '2.21.0', threads: 1 })

  it('names what it computes on', () => {
    expect(of('gpu', H100, true)).toMatchObject({
      label: expect.stringMatching(/^TensorFlow 2\.21\.0, GPU \(NVIDIA H100\), 1 thread, oneDNN (on|off)$/),
      whyNotFaster: null,
    })
    expect(of('cpu', [], false)).toMatchObject({ label: expect.stringContaining(', CPU, '), whyNotFaster: null })
  })
  it.each([
    ['a GPU without its build', of('cpu', H100, false), /GPU \(NVIDIA H100\).*anneal engine install gpu/],
    ['a GPU that does not answer', of('gpu', H100, false), /cannot use the NVIDIA H100.*nvidia-smi/],
    ['a build for GPUs without a driver', of('gpu', [], false), /no NVIDIA driver/],
    ['a library of the user’s own', of('own', H100, false), /ANNEAL_LIBTENSORFLOW does not use the NVIDIA H100/],
  ])('says why not faster: %s', (_case, { whyNotFaster }, expected) => {
    expect(whyNotFaster).toMatch(expected)
  })
})
