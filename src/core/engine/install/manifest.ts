import { AppError } from '../../domain/errors'
import { CPU_WHEELS, GPU_WHEELS, TENSORFLOW_VERSION, type Wheel } from './wheels'

/** What a build of TensorFlow computes on. */
export type Flavour = 'cpu' | 'gpu'

/** One build of libtensorflow for one platform: what to fetch, and what of it to load. */
export interface Release {
  /** Also the name of the folder that it is installed as. */
  id: string
  version: string
  /** `process.platform` and `process.arch`. */
  platform: string
  flavour: Flavour
  wheels: readonly Wheel[]
  /** Members to load, in this order: later ones use the earlier. */
  libraries: readonly string[]
  /** False where it was written from the facts about the wheel but never ran. */
  tested: boolean
  /** What the user has to bring besides, in words. */
  needs: string | null
}

/** The machine as far as a wheel depends on it. */
export interface Host {
  platform: string
  arch: string
  /** Version of the GNU C library; null where there is none: not Linux, or musl. */
  glibc: string | null
}

const ELF = ['tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2']
const DYLIB = ['tensorflow/libtensorflow_framework.2.dylib', 'tensorflow/libtensorflow_cc.2.dylib']
const DLL = ['tensorflow/python/_pywrap_tensorflow_common.dll']

const release = (
  platform: string,
  flavour: Flavour,
  wheels: readonly Wheel[],
  libraries: readonly string[],
  { tested = false, needs = null }: { tested?: boolean; needs?: string | null } = {},
): Release => ({
  id: `tensorflow-${TENSORFLOW_VERSION}-${platform}-${flavour}`,
  version: TENSORFLOW_VERSION,
  platform,
  flavour,
  wheels,
  libraries,
  tested,
  needs,
})

/** Every build that can be installed. Intel Macs have no wheel of this version; NVIDIA GPUs are served on Linux only. */
export const RELEASES: readonly Release[] = [
  release('linux-x64', 'cpu', [CPU_WHEELS.linuxX64], ELF, { tested: true }),
  release('linux-x64', 'gpu', GPU_WHEELS, ELF, { needs: "an NVIDIA driver (libcuda.so.1) of CUDA 12's time or newer" }),
  release('linux-arm64', 'cpu', [CPU_WHEELS.linuxArm64], ELF),
  release('darwin-arm64', 'cpu', [CPU_WHEELS.darwinArm64], DYLIB, { needs: 'macOS 12 or newer' }),
  release('win32-x64', 'cpu', [CPU_WHEELS.win32X64], DLL, {
    needs: 'python311.dll (Python 3.11, x64) on the PATH and the Visual C++ runtime',
  }),
]

/** What the wheels for Linux are built against (their tag manylinux_2_27). */
const LEAST_GLIBC = '2.27'

/**
 * The build for a machine.
 * @throws AppError engine.unavailable where there is none: says why, which there are, and what else would do
 */
export function releaseFor(flavour: Flavour, host: Host): Release {
  const platform = `${host.platform}-${host.arch}`
  const found = RELEASES.find((each) => each.platform === platform && each.flavour === flavour)
  if (!found)
    throw unavailable(`There is no ${flavour} build of TensorFlow ${TENSORFLOW_VERSION} for ${platform}`, platform)
  if (host.platform !== 'linux') return found
  if (host.glibc === null)
    throw unavailable('TensorFlow is built for the GNU C library, and this Linux has another (musl)', platform)
  if (isOlder(host.glibc, LEAST_GLIBC))
    throw unavailable(`TensorFlow needs glibc ${LEAST_GLIBC} or newer, and this Linux has ${host.glibc}`, platform)
  return found
}

function unavailable(what: string, platform: string): AppError {
  const there = RELEASES.map((each) => `${each.platform} ${each.flavour}`)
  const here = there.filter((each) => each.startsWith(`${platform} `))
  const hint = here.length
    ? `For this machine there is: ${here.join(', ')}`
    : 'Set ANNEAL_LIBTENSORFLOW to a libtensorflow of your own, or train with the portable engine, which works everywhere'
  return new AppError('engine.unavailable', `${what}. ${hint}`, { got: platform, allowed: there.join(', '), hint })
}

const isOlder = (version: string, least: string): boolean => {
  const [a, b] = [version, least].map((each) => each.split('.').map(Number))
  return a![0]! < b![0]! || (a![0] === b![0] && (a![1] ?? 0) < b![1]!)
}

/** The machine that this process runs on. */
export function thisHost(): Host {
  const { platform, arch } = process
  if (platform !== 'linux') return { platform, arch, glibc: null }
  // The report asks name servers about open connections unless it is told not to.
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork: boolean }
  report.excludeNetwork = true
  const { header } = report.getReport() as { header: { glibcVersionRuntime?: string } }
  return { platform, arch, glibc: header.glibcVersionRuntime ?? null }
}
