/** A stretch of a schedule that a chart labels: from update `from` up to update `to`, both may be fractional. */
export interface Phase {
  label: string
  from: number
  to: number
}

/** Learning rate (and momentum, where the schedule moves it) as a pure function of the 0-based optimizer update t. */
export interface Schedule {
  /** Rate used by update t; stays at its last value after the end. Absolute, not a factor. */
  lr(t: number): number
  /** Momentum (β1 for Adam) used by update t; null where the optimizer's own value holds throughout. */
  momentum: ((t: number) => number) | null
  phases: Phase[]
}

/** Rate and momentum of updates 0 to steps − 1. */
export function sampleSchedule(schedule: Schedule, steps: number): { lr: Float64Array; momentum: Float64Array | null } {
  const at = (f: (t: number) => number) => Float64Array.from({ length: steps }, (_, t) => f(t))
  return { lr: at((t) => schedule.lr(t)), momentum: schedule.momentum && at(schedule.momentum) }
}

/** Greatest rate that any update of the run uses. */
export function peakLr(schedule: Schedule, steps: number): number {
  let peak = 0
  for (let t = 0; t < steps; t++) peak = Math.max(peak, schedule.lr(t))
  return peak
}
