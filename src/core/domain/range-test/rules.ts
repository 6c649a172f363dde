import type { Smooth } from './smoother'
import type { Rule } from './types'

/** A curve that a rule reads: losses and slopes per decade over ascending rates. */
export interface Curve extends Smooth {
  lr: Float64Array
}

/** The article rule steps back to where the loss falls at least by this share of its steepest fall. */
const GUSTO = 0.4

/** A later valley counts where its bottom lies within this share of the fall of the lowest. */
const ABOUT_AS_LOW = 0.1

/** Points between the two slopes that the slide rule compares, and what makes them equal. */
const SLIDE = { interval: 15, threshold: 0.005 }

/** Where a curve is least, the first of equal ones; −1 where nothing is finite. */
export const leastAt = (values: Float64Array): number =>
  values.reduce((least, value, i) => (Number.isFinite(value) && !(values[least]! <= value) ? i : least), -1)

/**
 * Where the last valley that is about as low as the lowest has its bottom; −1 where nothing is finite. A rate that is too
 * large for the weights as they are can throw the loss up and then find flatter ground on which it is not: it falls again,
 * and what matters is where it rises for good. With one valley that is its minimum.
 *
 * @see Lewkowycz et al., "The large learning rate phase of deep learning: the catapult mechanism", arXiv 2003.02218
 */
export function bottomAt(loss: Float64Array): number {
  const least = leastAt(loss)
  if (least < 0) return -1
  const from = loss.find(Number.isFinite)!
  const low = loss[least]! + ABOUT_AS_LOW * Math.max(0, from - loss[least]!)
  const last = loss.findLastIndex((value) => value <= low)
  const before = loss.subarray(0, last).findLastIndex((value) => !(value <= low))
  return before + 1 + leastAt(loss.subarray(before + 1, last + 1))
}

/** Slopes per decade by differences of neighbours, one-sided at the ends: for curves that need no smoothing. */
export function slopesOf(lr: Float64Array, loss: Float64Array): Float64Array {
  const x = lr.map(Math.log10)
  return loss.map((_, i) => {
    const [left, right] = [Math.max(0, i - 1), Math.min(loss.length - 1, i + 1)]
    return (loss[right]! - loss[left]!) / (x[right]! - x[left]!)
  })
}

/** The point of the steepest fall left of the minimum, that included; −1 where nothing falls. */
function steepestAt({ loss, slope }: Curve): number {
  const at = leastAt(slope.subarray(0, bottomAt(loss) + 1))
  return at >= 0 && slope[at]! < 0 ? at : -1
}

/**
 * The greatest rate left of the minimum at which the loss still falls with at least 40 % of its steepest slope per decade:
 * "step back from the minimum to where the loss still falls with gusto", made precise. It lies between the steepest point
 * and the minimum by construction; where there are several minima that are about as low it is the last, see
 * {@link bottomAt}.
 *
 * @returns null where nothing falls
 */
export function articleRate(curve: Curve): number | null {
  const steepest = steepestAt(curve)
  if (steepest < 0) return null
  const { lr, loss, slope } = curve
  let at = bottomAt(loss)
  while (at > steepest && !(slope[at]! <= GUSTO * slope[steepest]!)) at--
  return lr[at]!
}

/** The rate at which the loss is least, see {@link bottomAt}; a tenth of it is what fast.ai's course takes for a constant rate. */
export function minimumRate({ lr, loss }: Curve): number | null {
  const at = bottomAt(loss)
  return at < 0 ? null : lr[at]!
}

/** The rate of the steepest fall per decade, left of the minimum (fastai's `steep`, torch-lr-finder). */
export function steepestRate(curve: Curve): number | null {
  const at = steepestAt(curve)
  return at < 0 ? null : curve.lr[at]!
}

/**
 * About half way down the longest valley: of the longest decreasing subsequence, taken as if its points lay side by side.
 *
 * @see fastai 2.8, callback/schedule.py, `valley` (by ESRI)
 */
export function valleyRate({ lr, loss }: Pick<Curve, 'lr' | 'loss'>): number | null {
  if (!loss.length) return null
  const { end, length } = longestFall(loss)
  const start = length > 1 ? end - length : 0
  const third = (end - start) / 3
  return lr.at(start + Math.floor(third) + Math.floor(third / 2))!
}

/** Where the first of the longest strictly decreasing subsequences ends, and how many points it has. */
function longestFall(loss: Float64Array): { end: number; length: number } {
  // tails[k]: the greatest loss that a fall of k + 1 points ends with so far; they descend.
  const tails: number[] = []
  let end = 0
  loss.forEach((value, i) => {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (tails[middle]! > value) low = middle + 1
      else high = middle
    }
    if (low === tails.length) end = i
    tails[low] = value
  })
  return { end, length: tails.length }
}

/**
 * Slides an interval of 15 points from the right end to the left until the slopes per point at its ends differ by at most
 * 0.005, and takes its left end. The threshold is absolute: other than all others it changes with the unit of the loss
 * and with the number of points.
 *
 * @returns null where there are fewer points than the interval
 * @see fastai 2.8, callback/schedule.py, `slide` (by Novetta)
 */
export function slideRate({ lr, loss }: Pick<Curve, 'lr' | 'loss'>): number | null {
  const n = loss.length
  const slope = gradient(loss)
  let right = n - 1
  let left = right - SLIDE.interval
  if (left < 0) return null
  let found = lr[left]!
  while (left >= 0 && Math.abs(slope[right]! - slope[left]!) > SLIDE.threshold) {
    found = lr[left]!
    right--
    left--
  }
  return found
}

/** Slopes per point, as numpy's `gradient`: central differences, one-sided at the ends. */
export const gradient = (values: Float64Array): Float64Array =>
  values.map((_, i) => {
    const [left, right] = [Math.max(0, i - 1), Math.min(values.length - 1, i + 1)]
    return (values[right]! - values[left]!) / (right - left)
  })

/** What computes each rule's rate; null where it finds none. */
export const RULE_RATES: Record<Rule, (curve: Curve) => number | null> = {
  article: articleRate,
  minimum: minimumRate,
  steepest: steepestRate,
  valley: valleyRate,
  slide: slideRate,
}
