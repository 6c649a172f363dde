import { formatBytes, nonFiniteWord } from './format'
import type { Frame } from './metrics'

/** Names of what is recorded about the machine while a run trains: shares from 0 to 1, bytes, °C. */
export const SYSTEM = {
  /** Share of all cores in use, by every program. */
  cpuLoad: 'system/cpu/load',
  cpuTemperature: 'system/cpu/temperature',
  /** Bytes in use, by every program. */
  memory: 'system/memory',
  /** Bytes that the trainer's process holds. */
  trainerMemory: 'system/trainer/memory',
} as const

/** The same of a GPU, numbered as nvidia-smi does. */
export const gpuMetric = (index: number, what: 'load' | 'memory' | 'temperature'): string =>
  `system/gpu${index}/${what}`

export type SystemUnit = 'share' | 'bytes' | 'celsius'

/** What a metric of the machine is measured in; null for every other metric. */
export function systemUnit(metric: string): SystemUnit | null {
  if (!metric.startsWith('system/')) return null
  if (metric.endsWith('/load')) return 'share'
  if (metric.endsWith('/temperature')) return 'celsius'
  return metric.endsWith('memory') ? 'bytes' : null
}

/** A value about the machine as people read it: 37 %, 3.1 GB, 61 °C; null for every other metric. */
export function formatSystem(metric: string, value: number): string | null {
  const unit = systemUnit(metric)
  if (unit === null) return null
  if (!Number.isFinite(value)) return nonFiniteWord(value)
  if (unit === 'bytes') return formatBytes(value)
  return unit === 'share' ? `${Math.round(100 * value)} %` : `${Math.round(value)} °C`
}

/** One look at the machine. */
export interface SystemSample {
  cpuLoad: number
  memory: number
  /** What this machine tells beyond that, by metric. */
  more: ReadonlyMap<string, number>
}

/**
 * A look as storage takes it. Load and memory share a track; each of the others has its own, because a machine may tell
 * more today than when the run began, and a track's metrics stay as they are.
 *
 * @param step number of the update done last
 * @param time ms since the epoch
 */
export function systemFrames({ cpuLoad, memory, more }: SystemSample, step: number, time: number): Frame[] {
  const frame = (track: string, metrics: string[], values: number[]): Frame => ({
    track,
    metrics,
    n: 1,
    data: Float64Array.from([step, time, ...values]),
  })
  return [
    frame('system', [SYSTEM.cpuLoad, SYSTEM.memory], [cpuLoad, memory]),
    ...[...more].map(([metric, value]) => frame(metric, [metric], [value])),
  ]
}
