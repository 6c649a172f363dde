import { plannedSchedule } from '../../core/domain/range-test/planned-schedule'
import type { RunRow } from '../../core/domain/run'
import { createSchedule } from '../../core/domain/schedules/registry'
import type { XAxis, XRange } from '../charts/types'
import { positionOf } from './x-axis'

/** Axes on which the step alone decides where a point lies. */
const BY_STEP: readonly XAxis['kind'][] = ['step', 'epoch', 'sum-lr', 'warmup', 'share', 'cycle']
export const isByStep = (kind: XAxis['kind']): boolean => BY_STEP.includes(kind)

const warmups = new WeakMap<RunRow['spec'], number>()

/** Updates that a run's rate spends on its way up at the start: 0 where it has no warm-up. */
export function warmupSteps(run: RunRow): number {
  let known = warmups.get(run.spec)
  if (known === undefined) {
    const { phases } = createSchedule(plannedSchedule(run.spec), Math.max(1, run.totalSteps))
    const first = phases[0]
    known = first && first.from === 0 && first.label.startsWith('warm-up') ? Math.round(first.to) + 1 : 0
    warmups.set(run.spec, known)
  }
  return known
}

/** Position of an update on an axis by steps; NaN where the axis does not know it. Grows with the step. */
export function stepPosition(kind: XAxis['kind'], run: RunRow, t: number): number {
  if (kind === 'warmup') return t - warmupSteps(run)
  if (kind === 'share') return t / Math.max(1, run.totalSteps)
  return positionOf(kind, run, t)
}

/** The first update whose position is at or behind `x`; the number of updates where none is. Binary search. */
export function stepAt(kind: XAxis['kind'], run: RunRow, x: number): number {
  if (kind === 'step') return x
  let [low, high] = [0, Math.max(1, run.totalSteps)]
  while (low < high) {
    const middle = (low + high) >> 1
    if (stepPosition(kind, run, middle) < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Updates of a run that a range of the axis covers, ends included; null where the axis does not know the run. */
export function stepRange(kind: XAxis['kind'], run: RunRow, { from, to }: XRange): XRange | null {
  if (Number.isNaN(stepPosition(kind, run, 0))) return null
  if (kind === 'step') return { from: Math.ceil(from), to: Math.floor(to) }
  const first = stepAt(kind, run, from)
  const last = stepAt(kind, run, to)
  return { from: first, to: stepPosition(kind, run, last) > to ? Math.max(first, last - 1) : last }
}

/** A range on a log axis, in its own unit; the other way a position that is not above 0 has no place and is NaN. */
export const unlogged = ({ from, to }: XRange): XRange => ({ from: 10 ** from, to: 10 ** to })
export const loggedAt = (x: number): number => (x > 0 ? Math.log10(x) : NaN)
