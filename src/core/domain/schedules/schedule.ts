/** A stretch of a schedule that a chart labels: from update `from` up to update `to`, both may be fractional. */
export interface Phase {
  label: string
  from: number
  to: number
}

/** A schedule names no more phases than these: the ones behind them are left out. */
export const MAX_PHASES = 100

/**
 * How a schedule that follows the run hears of it. Whoever trains calls `observe` after each evaluation, in their order,
 * and keeps `state()` with the weights: a schedule that `restore`s it goes on with the same rates, to the last bit.
 */
export interface Feedback {
  /** Names of the metrics that it wants: `validation/loss`, `validation/accuracy`, or `train/loss` of every update. */
  metrics: readonly string[]
  /**
   * A value of one of `metrics`, measured after update `step` (0-based): rates from update `step + 1` on follow it, those
   * before stay. Others than `metrics` are ignored. A value that is not finite counts as no improvement.
   */
  observe(metric: string, value: number, step: number): void
  /** All that it has heard, as plain JSON: of a schedule that has heard nothing too. */
  state(): unknown
  /**
   * Takes the place of all that it has heard.
   * @throws AppError `checkpoint.invalid` for what `state()` of such a schedule never gives
   */
  restore(state: unknown): void
}

/**
 * Learning rate (and momentum, where the schedule moves it) as a pure function of the 0-based optimizer update t; with
 * `feedback`, of t and what was observed before.
 */
export interface Schedule {
  /** Rate used by update t; stays at its last value after the end. Absolute, not a factor. */
  lr(t: number): number
  /** Momentum (β1 for Adam) used by update t; null where the optimizer's own value holds throughout. */
  momentum: ((t: number) => number) | null
  phases: Phase[]
  /** Only where rates depend on how the run goes (plateau, alone or inside another). */
  feedback?: Feedback
}

/** A schedule that keeps its first value before update 0 and that of update steps − 1 after it. */
export function held(schedule: Schedule, steps: number): Schedule {
  const inside = (t: number) => Math.min(Math.max(t, 0), steps - 1)
  const { momentum } = schedule
  return { ...schedule, lr: (t) => schedule.lr(inside(t)), momentum: momentum && ((t) => momentum(inside(t))) }
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

/**
 * Phases that follow one another, each from the first whole update at or after its start.
 *
 * @param starts ascending, the first at 0; taken from as far as the run and {@link MAX_PHASES} reach
 */
export function phasesFrom(starts: Iterable<{ at: number; label: string }>, steps: number): Phase[] {
  const phases: Phase[] = []
  for (const { at, label } of starts) {
    const from = Math.ceil(at)
    const before = phases.at(-1)
    if (before) before.to = Math.min(from, steps) - 1
    if (from >= steps || phases.length === MAX_PHASES) break
    phases.push({ label, from, to: steps - 1 })
  }
  // A start between two updates that the next one shares has no update of its own.
  return phases.filter(({ from, to }) => to >= from)
}
