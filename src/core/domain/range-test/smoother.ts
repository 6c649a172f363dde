/** A smoothed curve: a value and a slope at every point, NaN where the curve has no finite loss. */
export interface Smooth {
  loss: Float64Array
  /** d loss / d log10 lr. */
  slope: Float64Array
}

/** Weights beyond this many bandwidths are below 0.012 and left out. */
const REACH = 3

/**
 * Smooths losses over the logarithm of their rates: at each point the line that fits its surroundings best, with Gaussian
 * weights. It looks as far to the right as to the left, so it shifts no minimum as a moving average does. Losses that are
 * not finite are left out, and have no value themselves.
 *
 * The bandwidth counts points, not decades: a linear sweep, which has few points at small rates, is smoothed over wide
 * surroundings there and narrow ones at its end.
 *
 * @param lr rates, ascending
 * @param bandwidth standard deviation of the weights, in points, above 0
 * @see Cleveland, "Robust Locally Weighted Regression and Smoothing Scatterplots", JASA 74 (1979)
 */
export function smoothLoss(lr: Float64Array, loss: Float64Array, bandwidth: number): Smooth {
  const n = loss.length
  const x = lr.map(Math.log10)
  const smooth = { loss: new Float64Array(n).fill(NaN), slope: new Float64Array(n).fill(NaN) }
  const reach = Math.max(1, Math.ceil(REACH * bandwidth))
  const near = Math.max(1, Math.ceil(bandwidth))
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(loss[i]!)) continue
    const [left, right] = [Math.max(0, i - near), Math.min(n - 1, i + near)]
    const width = (bandwidth * (x[right]! - x[left]!)) / Math.max(1, right - left)
    const [value, slope] = fitLine(x, loss, i, Math.max(0, i - reach), Math.min(n - 1, i + reach), width)
    smooth.loss[i] = value
    smooth.slope[i] = slope
  }
  return smooth
}

/** Weighted least squares about point i over the points from..to: the line's value there and its slope. */
function fitLine(
  x: Float64Array,
  y: Float64Array,
  i: number,
  from: number,
  to: number,
  width: number,
): [value: number, slope: number] {
  let [w, wx, wxx, wy, wxy] = [0, 0, 0, 0, 0]
  for (let j = from; j <= to; j++) {
    const value = y[j]!
    if (!Number.isFinite(value)) continue
    const d = x[j]! - x[i]!
    const weight = width > 0 ? Math.exp(-((d / width) ** 2) / 2) : Number(j === i)
    w += weight
    wx += weight * d
    wxx += weight * d * d
    wy += weight * value
    wxy += weight * d * value
  }
  const spread = w * wxx - wx * wx
  // One point, or all at one rate: it has a mean and no slope.
  if (spread <= 1e-12 * w * wxx) return [wy / w, NaN]
  return [(wxx * wy - wx * wxy) / spread, (w * wxy - wx * wy) / spread]
}
