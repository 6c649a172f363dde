import type { Cycle } from './cycle-lines'
import { METRIC } from '../../../core/domain/metrics'
import type { RunRow } from '../../../core/domain/run'
import { maySmooth, type Smoothing } from '../../../core/domain/stats/smoothing'
import type { XRange } from '../../charts/types'
import { isByStep, stepPosition } from '../../run-charts/positions'
import { type BandWish, bandWish } from '../../stores/series-bands'
import { type ViewOptions, type ViewWish, viewWish } from '../../stores/series-views'
import type { CompareState } from './compare-state'
import type { Drawn } from './drawn'
import { type CompareAxis, decades, needsTimes, wantedParts } from './x-axis'

/** All that decides which points the charts ask for. */
export interface ChartQuestion {
  state: CompareState
  axis: CompareAxis
  drawn: readonly Drawn[]
  /** Range in view, in the unit of the axis (log10 on a log one). */
  range: XRange
  /** Pixel columns of a plot. */
  pixels: number
  /** Steps and positions of some points of a run, where the axis goes by time; null while unknown. */
  clockOf: (run: RunRow) => { steps: Float64Array; x: Float64Array } | null
  cyclesOf: (run: RunRow) => readonly Cycle[]
}

/** From so many lines on a bucket is two pixels wide: a third fewer points, no visible difference. */
const MANY_LINES = 20
const CLOCK_POINTS = 1024

export const RIBBON: readonly string[] = [METRIC.lr, METRIC.momentum]
export const lineKey = (run: string, metric: string): string => `${run} ${metric}`
export const cycleKey = (run: string, metric: string, cycle: number): string => `${run} ${metric} ${cycle}`
export const bandKey = (group: string, metric: string): string => `${group} ${metric}`
/** The mean of the metric on the x axis, for where the points of other means stand. */
export const againstKey = (group: string): string => `${group} \0x`
export const isAgainst = (key: string): boolean => key.endsWith(' \0x')
export const clockKey = (run: string): string => `${run} clock`

/** Metrics of all panels and of the ribbon, each once. */
export const shownMetrics = ({ panels }: CompareState): string[] => [
  ...new Set([...panels.flatMap((panel) => [panel.metric, ...(panel.with ? [panel.with] : [])]), ...RIBBON]),
]

/**
 * How a metric is smoothed, if at all: rates and momentum never, nor what is measured only at evaluations: an average
 * over a handful of them would say what none of them did.
 */
export function smoothingOf(state: CompareState, metric: string): Smoothing | null {
  if (state.smoothing === 'none' || state.amount <= 0) return null
  return maySmooth(metric) && !metric.startsWith('validation/') ? { kind: state.smoothing, amount: state.amount } : null
}

/** Is a metric of this entry drawn as a mean with a band? On axes by steps only where its runs mean the same by a position. */
export function isBanded(
  { state, axis }: Pick<ChartQuestion, 'state' | 'axis'>,
  { runs }: Drawn,
  metric: string,
): boolean {
  if (state.band === 'off' || runs.length < 2 || RIBBON.includes(metric) || axis.kind === 'cycle') return false
  return isByStep(axis.kind) ? alike(axis, runs) : true
}

function alike({ kind }: CompareAxis, runs: readonly RunRow[]): boolean {
  if (kind === 'step') return true
  const at = (run: RunRow) => [stepPosition(kind, run, 1), stepPosition(kind, run, runs[0]!.totalSteps)].join()
  return runs.every((run) => at(run) === at(runs[0]!))
}

/** The runs of an entry whose lines are drawn: of the schedule one, since replicates share it unless it follows the run. */
export const lineRuns = ({ runs }: Drawn, metric: string): readonly RunRow[] =>
  RIBBON.includes(metric) && runs.every(({ spec }) => spec.schedule.kind !== 'plateau') ? runs.slice(0, 1) : runs

/** Lines to ask for, each once. */
export function viewWishes(question: ChartQuestion): ViewWish[] {
  const { state, axis, drawn, pixels } = question
  const lines = drawn.reduce((sum, { runs }) => sum + runs.length, 0)
  const width = Math.max(1, Math.round(pixels / (lines > MANY_LINES ? 2 : 1)))
  const wishes = new Map<string, ViewWish>()
  const put = (wish: ViewWish) => wishes.set(wish.key, wish)
  for (const metric of shownMetrics(state)) {
    const smoothing = smoothingOf(state, metric)
    const options = (buckets: number, edges: boolean): ViewOptions => ({
      buckets: Math.min(8192, buckets),
      edges,
      ...(smoothing && { smoothing }),
      ...(smoothing && state.raw && { raw: true }),
      ...(needsTimes(axis) && { times: true }),
      ...(axis.against !== null && { against: axis.against }),
    })
    for (const entry of drawn) {
      if (isBanded(question, entry, metric)) continue
      for (const run of lineRuns(entry, metric)) {
        if (axis.kind === 'cycle') {
          for (const { index, from, to } of question.cyclesOf(run))
            put(viewWish(cycleKey(run.id, metric, index), run.id, metric, [{ from, to }], options(width, false)))
          continue
        }
        const parts = wantedParts(axis, run, question.range, question.clockOf(run))
        if (!parts?.length) continue
        const each = axis.log ? Math.max(16, Math.ceil(width / decades(question.range).length)) : width
        put(viewWish(lineKey(run.id, metric), run.id, metric, parts, options(each, parts.length === 1)))
      }
    }
  }
  return [...wishes.values()]
}

/** Where axes go by time: when each run was at which step, coarsely, to know which steps a range of time covers. */
export function clockWishes({ axis, drawn }: Pick<ChartQuestion, 'axis' | 'drawn'>): ViewWish[] {
  if (!needsTimes(axis)) return []
  return drawn.flatMap(({ runs }) =>
    runs.map(({ id }) => viewWish(clockKey(id), id, METRIC.lr, [{}], { buckets: CLOCK_POINTS, times: true })),
  )
}

/** Means with bands to ask for. */
export function bandWishes(question: ChartQuestion): BandWish[] {
  const { state, axis, drawn, pixels } = question
  if (state.band === 'off') return []
  const kind = state.band
  const against = axis.against === null ? [] : againstWishes(question, axis.against)
  const means = shownMetrics(state).flatMap((metric) =>
    drawn
      .filter((entry) => isBanded(question, entry, metric))
      .flatMap((entry) => {
        const span = bandSpan(question, entry)
        if (!span) return []
        const smoothing = smoothingOf(state, metric)
        return bandWish({
          key: bandKey(entry.id, metric),
          runs: entry.runs.map(({ id }) => id),
          metric,
          kind,
          ...(smoothing && { smoothing }),
          ...span,
          buckets: Math.min(8192, Math.max(1, Math.round(pixels)) * (axis.log ? 4 : 1)),
        })
      }),
  )
  return [...means, ...against]
}

/** From which step to which a mean is wanted: all that its runs have in the range in view; null for nothing. */
function bandSpan({ axis, range, clockOf }: ChartQuestion, { runs }: Drawn): { from?: number; to?: number } | null {
  // By steps the runs of a mean share their positions: one stands for all.
  const each = (isByStep(axis.kind) ? runs.slice(0, 1) : runs).map((run) =>
    wantedParts(axis, run, range, isByStep(axis.kind) ? null : clockOf(run)),
  )
  const parts = each.flatMap((one) => one ?? [])
  if (!parts.length) return null
  const [from, to] = [parts.map((part) => part.from), parts.map((part) => part.to)]
  const known = (ends: (number | undefined)[]): ends is number[] => !ends.includes(undefined)
  return { ...(known(from) && { from: Math.min(...from) }), ...(known(to) && { to: Math.max(...to) }) }
}

/** Means of the metric on the x axis, as exactly as the core gives them. */
const againstWishes = (question: ChartQuestion, metric: string): BandWish[] =>
  question.drawn
    .filter(({ runs }) => runs.length > 1)
    .map(({ id, runs }) =>
      bandWish({ key: againstKey(id), runs: runs.map((run) => run.id), metric, kind: 'minmax', buckets: 8192 }),
    )
