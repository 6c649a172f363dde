import { availableParallelism } from 'node:os'
import { AppError } from '../../../domain/errors'
import type { EngineInfo } from '../../../domain/run'
import type { Ops } from '../../ops/ops'
import { createNativeOps } from '../../ops/native/create-native-ops'
import { applySettings } from './apply-settings'
import { nativeInfo } from './describe-native'
import { loadLibrary } from './library'
import { findNativeBuild, type NativeBuild } from './locate'
import { nvidiaGpus } from './nvidia'
import { openRuntime, type Runtime } from './runtime'
import { checkVersion } from './version'
import { withoutStderr } from './without-stderr'

/** TensorFlow, loaded and started. */
export interface NativeEngine {
  runtime: Runtime
  ops: Ops
  build: NativeBuild
  info: EngineInfo
}

let started: NativeEngine | null = null

/**
 * Loads TensorFlow and opens its runtime; under a second. A process has one TensorFlow with one pool of threads, so
 * later calls give the same engine.
 *
 * @param threads inside one operation
 * @throws AppError engine.unavailable where it is not installed, cannot be loaded, is of another version, or runs with
 *   another number of threads in this process already
 */
export async function startNative(threads = availableParallelism()): Promise<NativeEngine> {
  if (started) {
    if (started.info.threads === threads) return started
    throw new AppError(
      'engine.unavailable',
      `TensorFlow runs with ${started.info.threads} threads in this process already, and cannot take ${threads}`,
      { field: 'threads', got: String(threads), allowed: String(started.info.threads) },
    )
  }
  const build = await findNativeBuild()
  const library = withoutStderr(() => {
    applySettings()
    return loadLibrary(build.files)
  })
  checkVersion(library.version, build.version, build.origin)
  const runtime = openRuntime(library, { intraOpThreads: threads, interOpThreads: threads, gpuGrowth: true })
  const onGpu = runtime.devices.some(({ type }) => type === 'GPU')
  const info = nativeInfo({ build, gpus: nvidiaGpus(), onGpu, version: library.version, threads })
  return (started = { runtime, ops: createNativeOps(runtime), build, info })
}
