import { metricTitle } from '../../../core/domain/metric-words'
import type { SeriesViewData } from '../../../core/api/contract'
import { isLive, type RunRow } from '../../../core/domain/run'
import type { XAxis, XRange } from '../../charts/types'
import { isByStep, loggedAt, stepPosition, stepRange, unlogged, warmupSteps } from '../../run-charts/positions'
import { axisOf, endSteps, wholeRange } from '../../run-charts/x-axis'
import type { CompareState } from './compare-state'

/** Which x axis the charts of Compare have: its kind, whether it is logarithmic, and the metric where that is on it. */
export interface CompareAxis {
  kind: XAxis['kind']
  log: boolean
  against: string | null
}

export const axisFor = ({ axis, logX, against, cycles }: CompareState): CompareAxis => ({
  kind: cycles ? 'cycle' : axis,
  log: logX,
  against: axis === 'metric' && !cycles ? against : null,
})

export const needsTimes = ({ kind }: CompareAxis): boolean => kind === 'time' || kind === 'wall'

/** Positions of reduced points on the axis, log10 of them where it is logarithmic; null where it does not know the run. */
export function viewPositions(
  { kind, log }: CompareAxis,
  run: RunRow,
  { x: steps, times, against }: Pick<SeriesViewData, 'x' | 'times' | 'against'>,
  from = 0,
): Float64Array | null {
  const unit = log ? loggedAt : (x: number) => x
  if (kind === 'metric') return against ? against.map(unit) : null
  if (kind === 'wall') return times ? times.map(unit) : null
  if (kind === 'time') return times && run.startedAt !== null ? times.map((at) => unit(at - run.startedAt!)) : null
  if (kind === 'cycle') return steps.map((t) => unit(t - from))
  if (Number.isNaN(stepPosition(kind, run, 0))) return null
  return kind === 'step' && !log ? steps : steps.map((t) => unit(stepPosition(kind, run, t)))
}

/** The whole x range of some runs, in the unit of the axis. */
export function fullRange(
  { kind, log, against }: CompareAxis,
  runs: readonly RunRow[],
  now: () => number,
  longestCycle = 1,
): XRange {
  const whole = linearRange(kind, against, runs, now, longestCycle)
  if (!log) return whole
  const least = Math.min(...runs.map((run) => leastPositive(kind, run, whole)).filter((x) => x > 0))
  const from = Number.isFinite(least) && least < whole.to ? least : whole.to / 1000
  return { from: Math.log10(from), to: Math.log10(whole.to) }
}

function linearRange(
  kind: XAxis['kind'],
  against: string | null,
  runs: readonly RunRow[],
  now: () => number,
  longestCycle: number,
): XRange {
  if (kind === 'cycle') return { from: 0, to: longestCycle }
  if (kind === 'share') {
    const steps = endSteps(runs)
    return { from: 0, to: Math.max(0, ...runs.map((run, i) => stepPosition(kind, run, steps[i]!))) || 1 }
  }
  if (kind === 'wall')
    return ends(
      runs.flatMap((run) => spanOf(run, now)),
      [0, 1],
    )
  if (kind === 'metric') {
    const summaries = runs.flatMap(({ metrics }) => (against !== null && metrics[against]) || [])
    return ends(
      summaries.flatMap(({ min, max }) => [min, max]),
      [0, 1],
    )
  }
  if (kind === 'warmup') {
    const steps = endSteps(runs)
    return ends(
      runs.flatMap((run, i) => [-warmupSteps(run), steps[i]! - warmupSteps(run)]),
      [0, 1],
    )
  }
  return wholeRange(kind, runs, now)
}

const spanOf = (run: RunRow, now: () => number): number[] =>
  run.startedAt === null ? [] : [run.startedAt, run.endedAt ?? (isLive(run.status) ? now() : run.startedAt)]

function ends(values: readonly number[], none: [number, number]): XRange {
  const finite = values.filter(Number.isFinite)
  const [from, to] = finite.length ? [Math.min(...finite), Math.max(...finite)] : none
  return { from, to: to > from ? to : from + 1 }
}

/** Where a log axis begins for a run: at its first position above 0. */
function leastPositive(kind: XAxis['kind'], run: RunRow, whole: XRange): number {
  if (kind === 'cycle') return 1
  if (kind === 'time') return 1
  if (!isByStep(kind)) return whole.from > 0 ? whole.from : whole.to / 1e6
  const zero = stepPosition(kind, run, 0)
  if (zero > 0) return zero
  return stepPosition(kind, run, kind === 'warmup' ? warmupSteps(run) + 1 : 1)
}

/**
 * The ranges of steps to ask for, each to be reduced by itself: one; on a log axis one a decade, since a decade is as wide
 * as the next but holds a tenth of its points. Null where the axis does not know the run.
 * @param clock steps and positions of some points of the run, where its axis goes by time
 */
export function wantedParts(
  { kind, log }: CompareAxis,
  run: RunRow,
  range: XRange,
  clock: { steps: Float64Array; x: Float64Array } | null,
): { from?: number; to?: number }[] | null {
  if (kind === 'metric') return [{}]
  const toSteps = (part: XRange): XRange | null => {
    if (isByStep(kind)) return stepRange(kind, run, part)
    return clock && clockRange(clock, part)
  }
  const spans = log ? decades(range).map(unlogged) : [range]
  const parts = spans.map(toSteps)
  if (parts.some((part) => part === null)) return isByStep(kind) ? null : [{}]
  return parts.flatMap((part, i) => {
    // Neighbouring decades share a border: its point belongs to the second one.
    const from = i > 0 ? Math.max(part!.from, parts[i - 1]!.to + 1) : part!.from
    return from <= part!.to ? [{ from, to: part!.to }] : []
  })
}

/** A range of a log axis cut at its powers of ten. */
export function decades({ from, to }: XRange): XRange[] {
  const cuts = [from]
  for (let at = Math.floor(from) + 1; at < to - 1e-9; at++) cuts.push(at)
  return cuts.map((at, i) => ({ from: at, to: cuts[i + 1] ?? to }))
}

/** Steps between the last point at or before a range of positions and the first one at or behind it. */
function clockRange({ steps, x }: { steps: Float64Array; x: Float64Array }, { from, to }: XRange): XRange | null {
  if (!steps.length) return null
  const first = x.findLastIndex((at) => at <= from)
  const last = x.findIndex((at) => at >= to)
  return { from: steps[Math.max(0, first)]!, to: steps[last < 0 ? steps.length - 1 : last]! }
}

/** How positions are written and stepped through. */
export function axisProps({ kind, log, against }: CompareAxis, runs: readonly RunRow[]): XAxis {
  const base = kind === 'step' || kind === 'epoch' ? axisOf(kind, runs) : { kind }
  const name = kind === 'metric' && against !== null ? { name: metricTitle(against) } : {}
  return log ? { kind, log, ...name } : { ...base, ...name }
}
