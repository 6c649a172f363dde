import { gradient, leastAt, slideRate, valleyRate } from './rules'

/** Rates that a library suggests for a sweep; null where it finds none. */
export type LibraryRates = Record<string, number | null>

interface Recorded {
  lr: Float64Array
  /** Smoothed as the library does it. */
  loss: Float64Array
}

/** What the libraries are given: a sweep's rates and raw losses in the order they were recorded. */
export interface RawSweep {
  lr: Float64Array
  loss: Float64Array
}

const BETA = 0.98

/** fastai's average: exponential with weight 0.98 on the past, corrected for its beginning at 0. */
export function fastaiLosses(loss: Float64Array): Float64Array {
  let sum = 0
  return loss.map((value, k) => (sum = BETA * sum + (1 - BETA) * value) / (1 - BETA ** (k + 1)))
}

/** torch-lr-finder's average: weight 0.05 on the new loss, beginning with the first. */
export function lrFinderLosses(loss: Float64Array): Float64Array {
  let last = NaN
  return loss.map((value, k) => (last = k ? 0.05 * value + 0.95 * last : value))
}

/** Lightning's average: as fastai's, but its correction counts one step too many, so that it begins at half the loss. */
export function lightningLosses(loss: Float64Array): Float64Array {
  let sum = 0
  return loss.map((value, k) => (sum = BETA * sum + (1 - BETA) * value) / (1 - BETA ** (k + 2)))
}

/** What a library records: it stops with the first loss above `factor` times the best one so far. */
function untilStop({ lr, loss }: Recorded, factor: number, first = 0): Recorded {
  let best = Infinity
  const at = loss.findIndex((value, k) => {
    const stop = k >= first && value > factor * best
    if (value < best || k < first) best = value
    return stop
  })
  return at < 0 ? { lr, loss } : { lr: lr.subarray(0, at + 1), loss: loss.subarray(0, at + 1) }
}

const part = ({ lr, loss }: Recorded, from: number, behind: number): Recorded => {
  const to = Math.max(from, loss.length - behind)
  return { lr: lr.subarray(from, to), loss: loss.subarray(from, to) }
}

/** As numpy's and torch's argmin take it: NaN is less than anything. */
const argmin = (values: Float64Array): number => {
  const nan = values.findIndex(Number.isNaN)
  return nan < 0 ? leastAt(values) : nan
}

/**
 * fastai's four suggestions.
 *
 * @param steps updates of the sweep as planned: a tenth of them is left out at the beginning, the last five at the end
 * @see fastai 2.8, callback/schedule.py, `Learner.lr_find`
 */
export function fastaiRates({ lr, loss }: RawSweep, steps: number): LibraryRates {
  const trimmed = part(untilStop({ lr, loss: fastaiLosses(loss) }, 4), Math.floor(steps / 10), 5)
  const nan = trimmed.loss.findIndex(Number.isNaN)
  const used = nan < 0 ? trimmed : part(trimmed, 0, trimmed.loss.length - nan)
  if (used.loss.length < 2) return { valley: null, slide: null, steep: null, minimum: null }
  const slopes = used.loss.slice(1).map((value, i) => (value - used.loss[i]!) / Math.log(used.lr[i + 1]! / used.lr[i]!))
  return {
    valley: valleyRate(used),
    slide: slideRate(used),
    steep: used.lr[leastAt(slopes)] ?? null,
    minimum: used.lr[leastAt(used.loss)]! / 10,
  }
}

/**
 * torch-lr-finder's suggestion: the steepest fall per point, without the first ten and the last five.
 *
 * @see pytorch-lr-finder 0.2, lr_finder.py, `LRFinder.plot`
 */
export function lrFinderRate({ lr, loss }: RawSweep): number | null {
  const used = part(untilStop({ lr, loss: lrFinderLosses(loss) }, 5), 10, 5)
  return used.loss.length < 2 ? null : used.lr[argmin(gradient(used.loss))]!
}

/**
 * Lightning's suggestion: the steepest fall without the first ten and the last point, per point before 2.5.3 (`old`), and
 * per unit of the rate since (`new`), which divides by the rate, so that noise at the smallest rates decides.
 *
 * @see Lightning 2.6, pytorch/tuner/lr_finder.py, `_LRFinder.suggestion`
 */
export function lightningRates({ lr, loss }: RawSweep): Record<'old' | 'new', number | null> {
  const trimmed = part(untilStop({ lr, loss: lightningLosses(loss) }, 4, 1), 10, 1)
  const finite = (_: number, i: number) => Number.isFinite(trimmed.loss[i]!)
  const used = { lr: trimmed.lr.filter(finite), loss: trimmed.loss.filter(finite) }
  if (used.loss.length < 2) return { old: null, new: null }
  return { old: used.lr[argmin(gradient(used.loss))]!, new: used.lr[argmin(slopesPerRate(used))]! }
}

/** As torch's `gradient` with the rates as coordinates: second order inside, one-sided at the ends. */
function slopesPerRate({ lr, loss }: Recorded): Float64Array {
  const between = (i: number) => (loss[i + 1]! - loss[i]!) / (lr[i + 1]! - lr[i]!)
  const last = loss.length - 1
  return loss.map((_, i) => {
    if (i === 0) return between(0)
    if (i === last) return between(last - 1)
    const [left, right] = [lr[i]! - lr[i - 1]!, lr[i + 1]! - lr[i]!]
    return (left * between(i) + right * between(i - 1)) / (left + right)
  })
}
