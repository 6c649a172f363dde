import { type StepValues, stepGrid, toStepValues, valueReader } from './step-values'
import { student95 } from './student'

export const BANDS = ['std', 'stderr', 'ci95', 'minmax'] as const
/** What the band around a mean shows: standard deviation (n − 1), standard error, 95 % interval by Student's t, extremes. */
export type BandKind = (typeof BANDS)[number]

/** Mean over runs and a band around it, at steps that increase; parallel columns. */
export interface Band {
  x: Float64Array
  /** NaN where no run has a finite value. */
  mean: Float64Array
  low: Float64Array
  high: Float64Array
  /** Runs with a finite value at x. */
  n: Float64Array
}

/** Where a band is wanted. */
export interface BandRange {
  from?: number
  to?: number
  /** At most so many values are put together: where steps times runs are more, only every so many-th step is looked at. */
  budget?: number
}

const BUDGET = 1e7

/**
 * Mean and band at every step at which one of the runs recorded, from the one before `from` to the one behind `to`.
 *
 * A run counts from its first step to its last one, between its recorded points by the line between them; a value that is
 * not finite leaves the mean at its step, and on the way to its neighbours. Of what a run recorded at one step more than
 * once, the last counts. A single value has no spread: low = mean = high.
 *
 * @returns the band; `every`: 1, or more where only every so many-th step was looked at; `nonFinite`: recorded points in
 *   the range that entered nothing
 */
export function bandOf(
  series: readonly StepValues[],
  kind: BandKind,
  { from = -Infinity, to = Infinity, budget = BUDGET }: BandRange = {},
): Band & { every: number; nonFinite: number } {
  const runs = series.map(toStepValues).filter(({ steps }) => steps.length)
  const grid = stepGrid(runs, from, to)
  const every = Math.max(1, Math.ceil((grid.length * runs.length) / budget))
  const x = every === 1 ? grid : thinned(grid, every)
  return { ...alongGrid(runs, x, kind), every, nonFinite: series.reduce((sum, one) => sum + gaps(one, from, to), 0) }
}

function gaps({ steps, values }: StepValues, from: number, to: number): number {
  let count = 0
  for (let i = 0; i < values.length; i++)
    if (values[i]! - values[i]! !== 0 && steps[i]! >= from && steps[i]! <= to) count++
  return count
}

const thinned = (grid: Float64Array, every: number): Float64Array =>
  grid.filter((_, i) => i % every === 0 || i === grid.length - 1)

function alongGrid(runs: readonly StepValues[], x: Float64Array, kind: BandKind): Band {
  const column = () => new Float64Array(x.length)
  const band: Band = { x, mean: column(), low: column(), high: column(), n: column() }
  const readers = runs.map(valueReader)
  const here = new Float64Array(runs.length)
  for (let i = 0; i < x.length; i++) {
    let n = 0
    for (let r = 0; r < readers.length; r++) {
      const value = readers[r]!(x[i]!)
      if (value - value === 0) here[n++] = value
    }
    const { mean, low, high } = spreadOf(here, n, kind)
    band.mean[i] = mean
    band.low[i] = low
    band.high[i] = high
    band.n[i] = n
  }
  return band
}

/** Mean and band of the first n of some values; NaN where n is 0. */
function spreadOf(values: Float64Array, n: number, kind: BandKind): { mean: number; low: number; high: number } {
  if (n === 0) return { mean: NaN, low: NaN, high: NaN }
  let [sum, least, most] = [0, Infinity, -Infinity]
  for (let i = 0; i < n; i++) {
    const value = values[i]!
    sum += value / n
    if (value < least) least = value
    if (value > most) most = value
  }
  // Rounding must not put a mean beside values that are all the same.
  const mean = Math.min(most, Math.max(least, sum))
  if (kind === 'minmax' || n === 1) return { mean, low: least, high: most }
  // In units of the widest one, so that the squares of 1e300 stay finite.
  const widest = Math.max(most - mean, mean - least) || 1
  let squares = 0
  for (let i = 0; i < n; i++) squares += ((values[i]! - mean) / widest) ** 2
  const std = widest * Math.sqrt(squares / (n - 1))
  const half = kind === 'std' ? std : (std / Math.sqrt(n)) * (kind === 'ci95' ? student95(n - 1) : 1)
  return { mean, low: mean - half, high: mean + half }
}

/**
 * Reduces a band to what `buckets` columns can show: of each column the first points of least `low`, greatest `high`,
 * least and greatest mean, the first where nothing is known, and the last before n changes, so that where runs leave is
 * seen. A band of at most two points a column is passed through.
 */
export function decimateBand(band: Band, range: { from?: number; to?: number; buckets: number }): Band {
  const { x, mean, low, high, n } = band
  const [from, to] = [range.from ?? x[0] ?? 0, range.to ?? x.at(-1) ?? 0]
  const buckets = Math.max(1, Math.floor(range.buckets))
  if (x.length <= 2 * buckets) return band
  const bucketOf = (at: number) =>
    at < from
      ? -1
      : at > to
        ? buckets
        : Math.min(buckets - 1, to > from ? Math.floor(((at - from) * buckets) / (to - from)) : 0)
  const kept: number[] = []
  for (let start = 0; start < x.length;) {
    const bucket = bucketOf(x[start]!)
    const wanted = { low: -1, high: -1, least: -1, most: -1, gap: -1, change: -1 }
    let end = start
    for (; end < x.length && bucketOf(x[end]!) === bucket; end++) {
      if (n[end] === 0) {
        if (wanted.gap < 0) wanted.gap = end
      } else {
        if (wanted.low < 0 || low[end]! < low[wanted.low]!) wanted.low = end
        if (wanted.high < 0 || high[end]! > high[wanted.high]!) wanted.high = end
        if (wanted.least < 0 || mean[end]! < mean[wanted.least]!) wanted.least = end
        if (wanted.most < 0 || mean[end]! > mean[wanted.most]!) wanted.most = end
      }
      if (end + 1 < x.length && n[end + 1] !== n[end]) wanted.change = end
    }
    kept.push(...[...new Set(Object.values(wanted))].filter((i) => i >= 0).sort((a, b) => a - b))
    start = end
  }
  const pick = (column: Float64Array) => Float64Array.from(kept, (i) => column[i]!)
  return { x: pick(x), mean: pick(mean), low: pick(low), high: pick(high), n: pick(n) }
}
