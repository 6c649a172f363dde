import { QUICKSTART_STEPS } from '../../../core/domain/quickstart'
import type { EngineInfo } from '../../../core/domain/run'

/** One update of the small convolutional network at batch 64 on two cores, in ms, evaluation included. */
const UPDATE_MS: Record<EngineInfo['kind'], number> = { native: 15, wasm: 90, cpu: 6000 }
const RUNS = 3

/** About how long the first runs take on an engine: "about 2 minutes". A guess before anything was measured here. */
export function quickstartEstimate(engine: EngineInfo['kind']): string {
  const seconds = (RUNS * QUICKSTART_STEPS * UPDATE_MS[engine]) / 1000
  if (seconds < 50) return `about ${10 * Math.ceil(seconds / 10)} seconds`
  const minutes = Math.max(1, Math.round(seconds / 60))
  return minutes < 90 ? `about ${minutes} minute${minutes === 1 ? '' : 's'}` : `about ${Math.round(minutes / 60)} hours`
}
