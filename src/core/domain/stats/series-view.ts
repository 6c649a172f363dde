import { type DecimateRange, type LinePoints, nonFiniteRuns, type NonFiniteRun, pick, pointsAt } from './decimate'
import { type Smoothing, smooths, smoothSeries } from './smoothing'

/** Points of a series in the order in which they were recorded; columns of the same length. */
export interface SeriesColumns {
  steps: Float64Array
  /** Wall times, ms since the epoch. */
  times: Float64Array
  values: Float64Array
}

/** How a series is reduced for drawing. */
export interface ViewOptions extends DecimateRange {
  /** Smooths all of the raw series first. */
  smoothing?: Smoothing
  /** Also gives the raw line, where a smoothed one is drawn. */
  raw?: boolean
  /** Also gives the wall times of the points that are kept. */
  times?: boolean
  /** Also keeps the points next to the range on either side, so that the line reaches the edges of the panel. */
  edges?: boolean
}

/**
 * A series reduced to at most three points a bucket, extremes kept; `total` points lie in the range, `drawn` are kept of
 * them. `nonFinite` are those of the recorded series.
 */
export interface SeriesView extends LinePoints {
  total: number
  nonFinite: NonFiniteRun[]
  /** The line that was recorded, where x and y are smoothed. */
  raw?: { x: Float64Array; y: Float64Array }
  /** Parallel to x: wall times, ms since the epoch. */
  times?: Float64Array
  /** Parallel to x: what another metric of the run recorded at these steps; NaN where nothing. */
  against?: Float64Array
}

/**
 * Reduces a series whose every point is at hand; storage does the same through its tiers where that is cheaper.
 * @param other gives `against`
 */
export function viewSeries(
  { steps, times, values }: SeriesColumns,
  options: ViewOptions,
  other?: Pick<SeriesColumns, 'steps' | 'values'>,
): SeriesView {
  const { smoothing, raw = false, edges = false } = options
  const smoothed = smoothing !== undefined && smooths(smoothing)
  const shown = smoothed ? smoothSeries(steps, values, smoothing) : values
  const { kept, total, from, to } = pick(steps, shown, options)
  const drawn = edges ? withEdges(kept, steps, from, to) : kept
  return {
    ...pointsAt(steps, shown, drawn),
    drawn: kept.length,
    total,
    nonFinite: nonFiniteRuns(steps, values).filter((run) => run.from <= to && run.to >= from),
    ...(smoothed && raw && { raw: rawLine(steps, values, options) }),
    ...(options.times && { times: Float64Array.from(drawn, (i) => times[i]!) }),
    ...(other && { against: valuesAlong(drawn, steps, other) }),
  }
}

function rawLine(
  steps: Float64Array,
  values: Float64Array,
  options: ViewOptions,
): { x: Float64Array; y: Float64Array } {
  const { kept, from, to } = pick(steps, values, options)
  return pointsAt(steps, values, options.edges ? withEdges(kept, steps, from, to) : kept)
}

/** The point of the greatest step below `from` before the others, that of the least one above `to` behind them. */
function withEdges(kept: Int32Array, steps: Float64Array, from: number, to: number): Int32Array {
  let [before, after] = [-1, -1]
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    // Of several at one step, those are meant that lie next to the range in the order of recording.
    if (step < from && (before < 0 || step >= steps[before]!)) before = i
    if (step > to && (after < 0 || step < steps[after]!)) after = i
  }
  return Int32Array.from([...(before < 0 ? [] : [before]), ...kept, ...(after < 0 ? [] : [after])])
}

/** What another series recorded at the steps of some points: its last value there, NaN where it has none. */
function valuesAlong(
  kept: Int32Array,
  steps: Float64Array,
  other: Pick<SeriesColumns, 'steps' | 'values'>,
): Float64Array {
  let last: Map<number, number> | undefined
  const indexOf = (step: number): number | undefined => {
    last ??= new Map(Array.from(other.steps, (at, i) => [at, i]))
    return last.get(step)
  }
  return Float64Array.from(kept, (i) => {
    // Metrics that are recorded together share their order, also where a step comes twice.
    const at = other.steps[i] === steps[i] ? i : indexOf(steps[i]!)
    return at === undefined ? NaN : other.values[at]!
  })
}
