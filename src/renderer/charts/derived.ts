import { nonFiniteStretches } from '../../core/domain/stats/decimate'
import { type Smoothing, smoothSeries } from '../../core/domain/stats/smoothing'

/** Remembers what was computed from an array; arrays are never changed in place, a grown series is a new one. */
function remember<Result>(compute: (values: Float64Array) => Result) {
  const known = new WeakMap<Float64Array, { result: Result }>()
  return (values: Float64Array): Result => {
    const last = known.get(values) ?? { result: compute(values) }
    known.set(values, last)
    return last.result
  }
}

const smooth = new WeakMap<Float64Array, { key: string; result: Float64Array }>()

/**
 * The smoothed series, from all its raw points whatever is in view; what was last computed of it is remembered.
 * @param steps of the values
 */
export function smoothOf(steps: Float64Array, values: Float64Array, smoothing: Smoothing): Float64Array {
  const key = JSON.stringify(smoothing)
  const last = smooth.get(values)
  if (last?.key === key) return last.result
  const result = smoothSeries(steps, values, smoothing)
  smooth.set(values, { key, result })
  return result
}

/** log10 of positive values; everything else has no place on a log axis and becomes a gap. */
const logged = remember((values): Float64Array => values.map((x) => (x > 0 ? Math.log10(x) : NaN)))

/** Values in plot units: as they are, or log10 on a log axis. */
export const plotValues = (values: Float64Array, scale: 'linear' | 'log'): Float64Array =>
  scale === 'log' ? logged(values) : values

export const stretchesOf = remember(nonFiniteStretches)

const isSorted = remember((xs) => xs.every((x, i) => i === 0 || x >= xs[i - 1]!))

/** Index of the first position at or above x (above x where `after`); positions must not decrease. */
function bound(xs: Float64Array, x: number, after = false): number {
  let [low, high] = [0, xs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (xs[middle]! < x || (after && xs[middle] === x)) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Index of the point nearest to x, the later one of two equally near and the last of several at one position; −1
 * where there is none. Binary search; positions that go back (a step recorded again) cost a pass over all.
 */
export function nearestIndex(xs: Float64Array, x: number): number {
  if (!xs.length) return -1
  if (!isSorted(xs)) {
    let best = 0
    for (let i = 1; i < xs.length; i++) if (Math.abs(xs[i]! - x) <= Math.abs(xs[best]! - x)) best = i
    return best
  }
  const right = bound(xs, x, true)
  if (right === 0) return bound(xs, xs[0]!, true) - 1
  if (right === xs.length || xs[right - 1] === x) return right - 1
  return xs[right]! - x <= x - xs[right - 1]! ? bound(xs, xs[right]!, true) - 1 : right - 1
}

/** Indices just outside [from, to] on either side, where the line enters and leaves the view; −1 where there is none. */
export function outside(xs: Float64Array, from: number, to: number): [number, number] {
  if (!isSorted(xs)) return [-1, -1]
  const after = bound(xs, to, true)
  return [bound(xs, from) - 1, after < xs.length ? after : -1]
}
