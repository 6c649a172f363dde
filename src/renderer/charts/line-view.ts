import { decimate } from '../../core/domain/stats/decimate'
import { smooths } from '../../core/domain/stats/smoothing'
import { nearestIndex, outside, plotValues, smoothOf, stretchesOf } from './derived'
import type { ChartSeries, PreparedGap, PreparedView, Smoothing, XRange } from './types'

/** What a panel shows and how; the same for all its lines. */
export interface LineOptions {
  range: XRange
  scale: 'linear' | 'log'
  smoothing: Smoothing
  showRaw: boolean
  /** Pixel columns of the plot, or half as many where very many lines share it. */
  buckets: number
  /** Positions whose nearest point is always drawn: phase ends of a schedule. */
  keep: readonly number[]
}

/** Points in plot units: log10 of the value on a log axis. */
export interface Points {
  x: Float64Array
  y: Float64Array
}

/** A run of non-finite points; on a log axis finite values at or below 0 are no such run, only a gap. */
export interface Gap {
  x: number
  endX: number
  step: number
  count: number
  kind: 'NaN' | '+Inf' | '-Inf' | 'mixed'
  /** Last finite value before it, else the first one behind it, in plot units; null where there is none. */
  beside: number | null
}

/** One series as it is drawn in the range in view. */
export interface LineView {
  series: ChartSeries
  main: Points
  /** The raw line behind a smoothed one. */
  ghost: Points | null
  /** Recorded points in view, those of them drawn, and those that a log axis cannot show. */
  total: number
  drawn: number
  nonPositive: number
  gaps: Gap[]
  /** Edges of the band around a mean, in plot units and parallel to `main`. */
  band: { low: Float64Array; high: Float64Array } | null
}

export const positionsOf = (series: ChartSeries): Float64Array => series.x ?? series.steps

const isSmoothed = (series: ChartSeries, smoothing: Smoothing) => Boolean(series.smoothed) && smooths(smoothing)

/** Values of the drawn line at every recorded point, in the values' own unit. */
export const shownValues = (series: ChartSeries, smoothing: Smoothing): Float64Array =>
  isSmoothed(series, smoothing) ? smoothOf(series.steps, series.values, smoothing) : series.values

/** Smooths all of the raw series, then reduces raw and smoothed to what the columns in view can show. */
export function viewLine(series: ChartSeries, options: LineOptions): LineView {
  const { range, scale, smoothing, showRaw } = options
  if (series.view) return viewPrepared(series, series.view, options)
  const xs = positionsOf(series)
  const plot = (values: Float64Array) => plotValues(values, scale)
  const raw = reduce(xs, plot(series.values), options)
  const smooth = isSmoothed(series, smoothing) ? reduce(xs, plot(shownValues(series, smoothing)), options) : null
  return {
    series,
    main: smooth ?? raw,
    ghost: smooth && showRaw ? raw : null,
    total: raw.total,
    drawn: smooth && !showRaw ? smooth.drawn : raw.drawn,
    nonPositive: scale === 'log' ? countNonPositive(xs, series.values, range) : 0,
    gaps: gapsOf(series, plot(series.values), range),
    band: null,
  }
}

/** A line that comes reduced: only its unit changes. */
function viewPrepared(series: ChartSeries, view: PreparedView, { range, scale, showRaw }: LineOptions): LineView {
  const xs = positionsOf(series)
  const y = plotValues(series.values, scale)
  const { ghost, band } = view
  return {
    series,
    main: { x: xs, y },
    ghost: ghost && showRaw ? { x: ghost.x, y: plotValues(ghost.y, scale) } : null,
    total: view.total,
    drawn: view.drawn,
    nonPositive: scale === 'log' ? view.nonPositive : 0,
    gaps: view.nonFinite
      .filter(({ x, endX }) => x <= range.to && endX >= range.from)
      .map((gap) => ({ ...gap, beside: besideGap(xs, y, gap) })),
    // What lies below 0 has no place on a log axis: the band ends with the mean itself there.
    band: band ? { low: lowEdge(band.low, y, scale), high: plotValues(band.high, scale) } : null,
  }
}

const lowEdge = (low: Float64Array, mean: Float64Array, scale: 'linear' | 'log'): Float64Array =>
  scale === 'linear' ? low : low.map((value, i) => (value > 0 ? Math.log10(value) : mean[i]!))

/** Last finite value before a gap, else the first one behind it. */
function besideGap(xs: Float64Array, y: Float64Array, { x }: PreparedGap): number | null {
  const before = y.findLastIndex((value, i) => xs[i]! < x && Number.isFinite(value))
  const at = before >= 0 ? before : y.findIndex((value) => Number.isFinite(value))
  return at < 0 ? null : y[at]!
}

function countNonPositive(xs: Float64Array, values: Float64Array, { from, to }: XRange): number {
  let count = 0
  for (let i = 0; i < xs.length; i++) {
    const value = values[i]!
    if (value <= 0 && value > -Infinity && xs[i]! >= from && xs[i]! <= to) count++
  }
  return count
}

function gapsOf(series: ChartSeries, plot: Float64Array, { from, to }: XRange): Gap[] {
  const xs = positionsOf(series)
  const gaps: Gap[] = []
  for (const { start, end, kind } of stretchesOf(series.values)) {
    const [x, endX] = [xs[start]!, xs[end - 1]!]
    if (x > to || endX < from) continue
    gaps.push({ x, endX, step: series.steps[start]!, count: end - start, kind, beside: finiteBeside(plot, start, end) })
  }
  return gaps
}

function finiteBeside(plot: Float64Array, start: number, end: number): number | null {
  for (let i = start - 1; i >= 0; i--) if (Number.isFinite(plot[i]!)) return plot[i]!
  for (let i = end; i < plot.length; i++) if (Number.isFinite(plot[i]!)) return plot[i]!
  return null
}

/** Decimated points with those just outside the view, so that a line runs to the edges, and those to keep. */
function reduce(xs: Float64Array, ys: Float64Array, { range, buckets, keep }: LineOptions) {
  const inside = decimate(xs, ys, { ...range, buckets })
  const kept = inside.drawn < inside.total && keep.length ? withKept(inside, xs, ys, range, keep) : inside
  const [before, after] = outside(xs, range.from, range.to)
  const finite = (value: number) => (Number.isFinite(value) ? value : NaN)
  const join = (points: Float64Array, from: Float64Array) =>
    Float64Array.from([
      ...(before >= 0 ? [finite(from[before]!)] : []),
      ...points,
      ...(after >= 0 ? [finite(from[after]!)] : []),
    ])
  const atEdge = before < 0 && after < 0
  return {
    x: atEdge ? kept.x : join(kept.x, xs),
    y: atEdge ? kept.y : join(kept.y, ys),
    drawn: kept.x.length,
    total: inside.total,
  }
}

/** Adds the recorded points nearest to some positions where decimation left them out. */
function withKept(
  { x, y }: Points,
  xs: Float64Array,
  ys: Float64Array,
  range: XRange,
  keep: readonly number[],
): Points {
  const points = Array.from(x, (at, i): [number, number] => [at, y[i]!])
  for (const at of keep) {
    const i = nearestIndex(xs, at)
    if (i < 0 || xs[i]! < range.from || xs[i]! > range.to) continue
    const place = points.findIndex(([other]) => other >= xs[i]!)
    if (points[place]?.[0] === xs[i]) continue
    points.splice(place < 0 ? points.length : place, 0, [xs[i]!, Number.isFinite(ys[i]!) ? ys[i]! : NaN])
  }
  return { x: Float64Array.from(points, (point) => point[0]), y: Float64Array.from(points, (point) => point[1]) }
}
