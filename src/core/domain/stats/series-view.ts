import { type DecimateRange, type LinePoints, nonFiniteRuns, type NonFiniteRun, pick, pointsAt } from './decimate'
import { type Smoothing, smooths, smoothSeries } from './smoothing'
import type { StepValues } from './step-values'

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

/** What {@link reduceSeries} gives; `kept` are the indices of the points of x and y. */
export interface Reduced extends LinePoints {
  total: number
  raw?: { x: Float64Array; y: Float64Array }
  kept: Int32Array
}

/**
 * Smooths a series where that is wanted, then picks the points to draw.
 * @param steps of the values, same length
 * @param smoothed the values smoothed, where the caller has them
 */
export function reduceSeries(
  steps: Float64Array,
  values: Float64Array,
  options: ViewOptions,
  smoothed?: Float64Array,
): Reduced {
  const { smoothing, raw = false, edges = false } = options
  const line = (shown: Float64Array) => {
    const { kept: inside, total, from, to } = pick(steps, shown, options)
    const kept = edges ? withEdges(inside, steps, from, to) : inside
    return { ...pointsAt(steps, shown, kept), drawn: inside.length, total, kept }
  }
  if (smoothing === undefined || !smooths(smoothing)) return line(values)
  const shown = line(smoothed ?? smoothSeries(steps, values, smoothing))
  if (!raw) return shown
  const { x, y } = line(values)
  return { ...shown, raw: { x, y } }
}

/**
 * Reduces a series whose every point is at hand; storage does the same through its tiers where that is cheaper.
 * @param other gives `against`
 */
export function viewSeries(
  { steps, times, values }: SeriesColumns,
  options: ViewOptions,
  other?: StepValues,
): SeriesView {
  const { kept, ...line } = reduceSeries(steps, values, options)
  const { from = -Infinity, to = Infinity } = options
  return {
    ...line,
    nonFinite: nonFiniteRuns(steps, values).filter((run) => run.from <= to && run.to >= from),
    ...(options.times && { times: Float64Array.from(kept, (i) => times[i]!) }),
    ...(other && { against: valuesAlong(kept, steps, other) }),
  }
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
export function valuesAlong(kept: Int32Array, steps: Float64Array, other: StepValues): Float64Array {
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
