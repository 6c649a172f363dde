import { median } from './noise'
import { smoothLoss } from './smoother'
import type { Curve } from './rules'
import type { Sweep } from './types'

/** A sweep is smoothed over about this share of its planned points. */
const BANDWIDTH = 1 / 33

/** More points than this are averaged in blocks first: no screen shows them, and smoothing costs their square. */
const MOST_POINTS = 3000

/** A sweep starts with this share of its points. */
const START = 1 / 20

/** The repeats of a test, smoothed alone and together, over one grid of rates. */
export interface Curves {
  lr: Float64Array
  /** Updates that one point stands for. */
  block: number
  /** Of the smoother, in updates. */
  bandwidth: number
  repeats: Curve[]
  /** Mean, least and greatest of the repeats that have a loss there; NaN where none has. */
  mean: Curve
  low: Float64Array
  high: Float64Array
}

/**
 * Smooths each repeat and takes their mean. A loss far above the start is cut off first at as far above it as the repeat
 * had fallen below it: the few last losses of a divergence, which can be millions, would pull up all that is near.
 *
 * @param planned updates of a sweep without its extension: they set the bandwidth, so that it is one for all repeats
 */
export function curvesOf(sweeps: readonly Sweep[], planned: number): Curves {
  const longest = sweeps.reduce((most, { loss }) => Math.max(most, loss.length), 0)
  const block = Math.max(1, Math.ceil(longest / MOST_POINTS))
  const thinned = sweeps.map((sweep) => ({
    lr: block > 1 ? blocks(sweep.lr.map(Math.log), block).map(Math.exp) : sweep.lr,
    loss: blocks(cutOff(sweep.loss), block),
  }))
  const lr = thinned.find(({ loss }) => loss.length === Math.ceil(longest / block))?.lr ?? new Float64Array()
  const bandwidth = Math.max(1, (planned / block) * BANDWIDTH)
  const repeats = thinned.map((one) => ({ lr: one.lr, ...smoothLoss(one.lr, one.loss, bandwidth) }))
  const [mean, slope, low, high] = Array.from({ length: 4 }, () => new Float64Array(lr.length).fill(NaN)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let i = 0; i < lr.length; i++) {
    const there = repeats.filter(({ loss }) => Number.isFinite(loss[i]))
    if (!there.length) continue
    const values = there.map(({ loss }) => loss[i]!)
    mean[i] = average(values)
    slope[i] = average(there.map((one) => one.slope[i]!))
    low[i] = Math.min(...values)
    high[i] = Math.max(...values)
  }
  return { lr, block, bandwidth: bandwidth * block, repeats, mean: { lr, loss: mean, slope }, low, high }
}

/** Updates before the rate does anything: a twentieth of those planned, at least five. */
export const startPoints = (planned: number): number => Math.max(5, Math.floor(planned * START))

/** Where a sweep starts: the median of its first losses. */
export const startOf = (loss: Float64Array, planned: number): number =>
  median(loss.subarray(0, startPoints(planned)).filter(Number.isFinite))

/** The part of a curve that has a loss of every repeat: where one is missing the mean of the others is another curve. */
export function sharedPart({ mean, repeats }: Curves): Curve {
  const end = Math.min(...repeats.map(({ loss }) => loss.findLastIndex(Number.isFinite) + 1))
  return { lr: mean.lr.subarray(0, end), loss: mean.loss.subarray(0, end), slope: mean.slope.subarray(0, end) }
}

function cutOff(loss: Float64Array): Float64Array {
  const finite = loss.filter(Number.isFinite)
  const start = startOf(finite, finite.length)
  let least = start
  // Five neighbours: one easy batch is no fall.
  for (let i = 5; i <= finite.length; i++) least = Math.min(least, median(finite.subarray(i - 5, i)))
  const spread = median(finite.map((value) => Math.abs(value - start)))
  const top = start + Math.max(start - least, 6 * spread)
  return loss.map((value) => (value > top && Number.isFinite(value) ? top : value))
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Means of blocks of neighbours; the last may be shorter. A block with a value that is not finite has none. */
function blocks(values: Float64Array, size: number): Float64Array {
  if (size <= 1) return values
  return Float64Array.from({ length: Math.ceil(values.length / size) }, (_, b) =>
    average(Array.from(values.subarray(b * size, (b + 1) * size))),
  )
}
