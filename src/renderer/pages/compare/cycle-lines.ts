import { plannedSchedule } from '../../../core/domain/range-test/planned-schedule'
import { higherIsBetter } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import { cyclesOf } from '../../../core/domain/stats/cycles'

/** A cycle of a run's schedule: its place among them, and its first and last update. */
export interface Cycle {
  index: number
  from: number
  to: number
}

/** The best finite value of a line of a metric and where it lies; null where there is none. */
export function bestPoint(metric: string, x: Float64Array, y: Float64Array): { x: number; value: number } | null {
  const higher = higherIsBetter(metric)
  let at = -1
  for (let i = 0; i < y.length; i++)
    if (Number.isFinite(y[i]!) && (at < 0 || (higher ? y[i]! > y[at]! : y[i]! < y[at]!))) at = i
  return at < 0 ? null : { x: x[at]!, value: y[at]! }
}

/** Cycles of a run's schedule; fewer than two are none. */
export function cyclesOfRun(run: RunRow): Cycle[] {
  const found = cyclesOf(plannedSchedule(run.spec), Math.max(1, run.totalSteps))
  return found.length > 1
    ? found.map(({ from, to }, index) => ({ index, from: Math.ceil(from), to: Math.floor(to) }))
    : []
}
