import { availableParallelism } from 'node:os'
import type { EngineInfo } from '../../../domain/run'
import { findNativeBuild, INSTALL_GPU, type NativeBuild } from './locate'
import { type Gpu, nvidiaGpus } from './nvidia'
import { usesOneDnn } from './settings'

/**
 * What starting TensorFlow will most likely give, from what is installed; loads nothing.
 * @throws AppError engine.unavailable where no TensorFlow is installed, with the command that installs one
 */
export async function describeNative(threads?: number): Promise<EngineInfo> {
  const build = await findNativeBuild()
  const gpus = nvidiaGpus()
  const onGpu = build.flavour === 'gpu' && gpus.length > 0
  return nativeInfo({ build, gpus, onGpu, version: build.version, threads })
}

interface Facts {
  build: Pick<NativeBuild, 'flavour'>
  gpus: readonly Gpu[]
  onGpu: boolean
  /** Null where only loading it would tell. */
  version: string | null
  /** Undefined where no run has chosen yet. */
  threads: number | undefined
}

/** A native engine in words, and why it is not a faster one. */
export function nativeInfo({ build, gpus, onGpu, version, threads }: Facts): EngineInfo {
  const oneDnn = usesOneDnn()
  const label = [
    version === null ? 'TensorFlow of your own' : `TensorFlow ${version}`,
    onGpu ? `GPU (${gpus[0]?.model ?? 'unknown'})` : 'CPU',
    ...(threads === undefined ? [] : [`${threads} ${threads === 1 ? 'thread' : 'threads'}`]),
    `oneDNN ${oneDnn ? 'on' : 'off'}`,
  ].join(', ')
  return {
    kind: 'native',
    label,
    version: version ?? 'unknown before it is loaded',
    threads: threads ?? availableParallelism(),
    device: onGpu ? 'gpu' : 'cpu',
    oneDnn,
    whyNotFaster: onGpu ? null : whyNoGpu(build.flavour, gpus),
  }
}

function whyNoGpu(flavour: NativeBuild['flavour'], gpus: readonly Gpu[]): string | null {
  const model = gpus[0]?.model
  if (flavour === 'gpu')
    return model
      ? `TensorFlow's GPU build cannot use the ${model} and computes on the CPU: see whether nvidia-smi shows it`
      : "TensorFlow's GPU build computes on the CPU: no NVIDIA driver is loaded (nvidia-smi shows whether it works)"
  if (!model) return null
  if (flavour === 'own') return `The TensorFlow of ANNEAL_LIBTENSORFLOW does not use the ${model}`
  return `There is a GPU (${model}), and TensorFlow for it is not installed: ${INSTALL_GPU}`
}
