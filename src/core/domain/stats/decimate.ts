/** Points of a line for drawing: x and y in step order, `drawn` of them; y is finite, or NaN where the line breaks. */
export interface LinePoints {
  x: Float64Array
  y: Float64Array
  drawn: number
}

/** Consecutive non-finite points of a series: from step to step, how many, and what they are. */
export interface NonFiniteRun {
  from: number
  to: number
  count: number
  kind: 'NaN' | '+Inf' | '-Inf' | 'mixed'
}

/** A line reduced for drawing: `total` points lie in the range, `nonFinite` lists every non-finite run that touches it. */
export interface Decimated extends LinePoints {
  total: number
  nonFinite: NonFiniteRun[]
}

export interface DecimateRange {
  /** First and last step to draw; the least and greatest step of the series where absent. */
  from?: number
  to?: number
  /** Equal stretches of steps, one for each pixel column or two; at least 1. */
  buckets: number
}

/** Indices of a maximal stretch of non-finite values: start inclusive, end exclusive. */
export interface Stretch {
  start: number
  end: number
  kind: NonFiniteRun['kind']
}

const kindOf = (value: number): NonFiniteRun['kind'] =>
  Number.isNaN(value) ? 'NaN' : value === Infinity ? '+Inf' : '-Inf'

/** Where values stop being finite, by index. */
export function nonFiniteStretches(values: Float64Array): Stretch[] {
  const stretches: Stretch[] = []
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    // value - value is 0 for finite numbers only; cheaper than isFinite in this loop, which sees every stored point.
    if (value - value === 0) continue
    const kind = kindOf(value)
    const last = stretches.at(-1)
    if (last?.end === i) {
      last.end = i + 1
      if (last.kind !== kind) last.kind = 'mixed'
    } else stretches.push({ start: i, end: i + 1, kind })
  }
  return stretches
}

/**
 * Every run of consecutive non-finite points, each of which gets its own mark in a chart.
 * @param steps of the values, same length; need not increase
 */
export function nonFiniteRuns(steps: Float64Array, values: Float64Array): NonFiniteRun[] {
  return nonFiniteStretches(values).map(({ start, end, kind }) => {
    const [from, to] = extent(steps.subarray(start, end))
    return { from, to, count: end - start, kind }
  })
}

/** Least and greatest of some steps; [Infinity, -Infinity] where there are none. */
export function extent(steps: Float64Array): [number, number] {
  let least = Infinity
  let greatest = -Infinity
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!
    if (step < least) least = step
    if (step > greatest) greatest = step
  }
  return [least, greatest]
}

/**
 * Reduces a series to what a line of `buckets` columns can show: the first least and the first greatest value of
 * each column in the order in which they were recorded, and one NaN in a column that holds a non-finite value, so that
 * the line breaks there. At most 3 points a column; nothing is averaged or skipped. Where at most two points a column
 * lie in the range, every one of them is kept.
 *
 * Steps that go back are legal: columns are by step, so what was recorded twice shares its column.
 *
 * @param steps finite, same length as values
 */
export function decimate(steps: Float64Array, values: Float64Array, range: DecimateRange): Decimated {
  const { kept, total, from, to } = pick(steps, values, range)
  const nonFinite = nonFiniteRuns(steps, values).filter((run) => run.from <= to && run.to >= from)
  return { ...pointsAt(steps, values, kept), drawn: kept.length, total, nonFinite }
}

/** Indices of the points that {@link decimate} keeps, and the range that it looked at. */
export function pick(
  steps: Float64Array,
  values: Float64Array,
  range: DecimateRange,
): { kept: Int32Array; total: number; from: number; to: number } {
  const [least, greatest] = extent(steps)
  const from = range.from ?? least
  const to = range.to ?? greatest
  const buckets = Math.max(1, Math.floor(range.buckets))
  const total = least >= from && greatest <= to ? steps.length : countWithin(steps, from, to)
  const kept = total <= 2 * buckets ? within(steps, from, to, total) : extremes(steps, values, from, to, buckets)
  return { kept, total, from, to }
}

/** Points of a line at some indices; NaN for every value that is not finite. */
export function pointsAt(
  steps: Float64Array,
  values: Float64Array,
  kept: Int32Array,
): { x: Float64Array; y: Float64Array } {
  const x = new Float64Array(kept.length)
  const y = new Float64Array(kept.length)
  for (let k = 0; k < kept.length; k++) {
    const value = values[kept[k]!]!
    x[k] = steps[kept[k]!]!
    y[k] = Number.isFinite(value) ? value : NaN
  }
  return { x, y }
}

/** How many steps lie in [from, to]. */
export function countWithin(steps: Float64Array, from: number, to: number): number {
  let count = 0
  for (let i = 0; i < steps.length; i++) if (steps[i]! >= from && steps[i]! <= to) count++
  return count
}

function within(steps: Float64Array, from: number, to: number, total: number): Int32Array {
  const kept = new Int32Array(total)
  let k = 0
  for (let i = 0; i < steps.length; i++) if (steps[i]! >= from && steps[i]! <= to) kept[k++] = i
  return kept
}

/** Indices of least, greatest and first non-finite value of each bucket, bucket by bucket, by index within one. */
function extremes(steps: Float64Array, values: Float64Array, from: number, to: number, buckets: number): Int32Array {
  const low = new Int32Array(buckets).fill(-1)
  const high = new Int32Array(buckets).fill(-1)
  const gap = new Int32Array(buckets).fill(-1)
  const scale = to > from ? buckets / (to - from) : 0
  const bucketOf = (step: number) => Math.min(buckets - 1, Math.floor((step - from) * scale))
  for (let i = 0, end = 0; i < steps.length; i = end) {
    end = i + 1
    const step = steps[i]!
    if (!(step >= from && step <= to)) continue
    const b = bucketOf(step)
    // Neighbours mostly share a bucket: those that surely do, from this step up to just below its end, go together.
    const edge = Math.min(to, from + (b + 0.999) / scale)
    if (bucketOf(edge) === b) while (end < steps.length && steps[end]! >= step && steps[end]! < edge) end++
    let least = low[b]! < 0 ? Infinity : values[low[b]!]!
    let most = high[b]! < 0 ? -Infinity : values[high[b]!]!
    for (let k = i; k < end; k++) {
      const value = values[k]!
      // value - value is 0 for finite numbers only.
      if (value - value !== 0) {
        if (gap[b]! < 0) gap[b] = k
        continue
      }
      if (value < least) {
        least = value
        low[b] = k
      }
      if (value > most) {
        most = value
        high[b] = k
      }
    }
  }
  const kept = new Int32Array(3 * buckets)
  let k = 0
  for (let b = 0; b < buckets; b++) {
    // By index, each once: the three are few enough to be put in order by hand.
    const [first, last] = low[b]! <= high[b]! ? [low[b]!, high[b]!] : [high[b]!, low[b]!]
    const broken = gap[b]!
    if (broken >= 0 && broken < first) kept[k++] = broken
    if (first >= 0) kept[k++] = first
    if (broken > first && broken < last) kept[k++] = broken
    if (last > first) kept[k++] = last
    if (broken > last) kept[k++] = broken
  }
  return kept.subarray(0, k)
}
