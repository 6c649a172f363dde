import { plannedSchedule } from '../../core/domain/range-test/planned-schedule'
import { createSchedule } from '../../core/domain/schedules/registry'
import { isLive, type RunRow } from '../../core/domain/run'
import type { XAxis, XRange } from '../charts/types'
import { epochLength } from '../format/run-words'
import type { LoadedSeries } from '../stores/series-entry'

/** Σ LR is exact up to so many updates; beyond, sums are taken at this many evenly spaced updates. */
const EXACT_SUMS = 1_000_000

const sums = new WeakMap<RunRow['spec'], { steps: number; stride: number; at: Float64Array }>()

/** Sum of the rates of updates 0 to t, by the run's schedule. */
function sumLr(run: RunRow, t: number): number {
  let known = sums.get(run.spec)
  if (known?.steps !== run.totalSteps) {
    const { lr } = createSchedule(plannedSchedule(run.spec), Math.max(1, run.totalSteps))
    const stride = Math.max(1, Math.ceil(run.totalSteps / EXACT_SUMS))
    const at = new Float64Array(Math.ceil(run.totalSteps / stride) + 1)
    let sum = 0
    for (let i = 0; i < at.length; i++) at[i] = sum += lr(i * stride) * stride
    known = { steps: run.totalSteps, stride, at }
    sums.set(run.spec, known)
  }
  const i = Math.min(known.at.length - 1, Math.max(0, Math.round(t / known.stride)))
  return known.at[i]!
}

/** Position of an update of a run on an axis; NaN where the axis does not know it (time, or epochs of unknown length). */
export function positionOf(kind: XAxis['kind'], run: RunRow, t: number): number {
  if (kind === 'step') return t
  if (kind === 'epoch') return t / (epochLength(run) ?? NaN)
  if (kind === 'sum-lr') return sumLr(run, t)
  return NaN
}

const positions = new WeakMap<Float64Array, Map<string, Float64Array>>()

/**
 * Positions of recorded points on an axis; absent where steps are the positions, null where the axis has none for
 * this series.
 */
export function positionsOf(kind: XAxis['kind'], run: RunRow, series: LoadedSeries): Float64Array | undefined | null {
  const { steps, times } = series
  if (kind === 'step') return undefined
  if (kind === 'epoch' && epochLength(run) === null) return null
  if (kind === 'time' && (!times || run.startedAt === null)) return null
  const key = `${kind} ${run.id} ${run.startedAt}`
  const known = positions.get(steps) ?? new Map<string, Float64Array>()
  positions.set(steps, known)
  let x = known.get(key)
  if (!x) {
    const start = run.startedAt ?? 0
    x = kind === 'time' ? times!.map((at) => at - start) : steps.map((t) => positionOf(kind, run, t))
    known.set(key, x)
  }
  return x
}

/**
 * Updates up to which the charts of some runs reach: of a live run its planned end, of one that ended what it recorded,
 * so that no chart is half empty. Planned ends where nothing is recorded at all.
 */
export function endSteps(runs: readonly RunRow[]): number[] {
  const reached = runs.map((run) => (isLive(run.status) ? run.totalSteps : run.steps))
  return reached.some((steps) => steps > 0) ? reached : runs.map(({ totalSteps }) => totalSteps)
}

/** The whole x range of some runs: up to their ends, or up to the longest time so far; only that asks for now. */
export function wholeRange(kind: XAxis['kind'], runs: readonly RunRow[], now: () => number): XRange {
  const steps = endSteps(runs)
  const ends = runs.map((run, i) =>
    kind === 'time'
      ? run.startedAt === null
        ? NaN
        : (run.endedAt ?? now()) - run.startedAt
      : positionOf(kind, run, steps[i]!),
  )
  const end = Math.max(0, ...ends.filter(Number.isFinite))
  return { from: 0, to: end || 1 }
}

/** The axis with the length of an epoch where all runs have the same. */
export function axisOf(kind: XAxis['kind'], runs: readonly RunRow[]): XAxis {
  if (kind === 'epoch') return { kind, epoch: 1 }
  if (kind !== 'step') return { kind }
  const lengths = new Set(runs.map(epochLength))
  const [length] = lengths
  return lengths.size === 1 && length ? { kind, epoch: length } : { kind }
}
