import { runningMean } from './running-mean'

/**
 * Exponential moving average, debiased, over the points in the order they were recorded.
 *
 * sₙ = w·sₙ₋₁ + (1 − w)·xₙ with s₀ = 0, shown as sₙ / (1 − wⁿ), where n counts finite points only: a non-finite value
 * passes through and enters nothing. A constant series is returned untouched.
 *
 * @param weight w of the past, from 0 (nothing changes) to below 1
 * @returns a new array of the same length
 * @see TensorBoard, tf-line-chart-data-loader.ts and line_chart smoothing: the same recurrence, debias and exceptions
 */
export function ema(values: Float64Array, weight: number): Float64Array {
  if (isConstant(values)) return values.slice()
  const smooth = new Float64Array(values.length)
  let sum = 0
  // 1 − wⁿ, carried along: the power would cost more than the rest.
  let missing = 1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value - value !== 0) {
      smooth[i] = value
      continue
    }
    sum = weight * sum + (1 - weight) * value
    missing *= weight
    // Changes no bit of 1 − missing; numbers near the least one there is would be multiplied a hundred times slower.
    if (missing < 1e-20) missing = 0
    smooth[i] = sum / (1 - missing)
  }
  return smooth
}

/** Standard deviation, in points, of the Gaussian that removes as much noise as an EMA of this weight: both shrink the variance of independent noise by (1 − w)/(1 + w). */
export const sigmaOf = (weight: number): number => (1 + weight) / (1 - weight) / (2 * Math.sqrt(Math.PI))

/**
 * Gaussian smoothing as three running means, which differ from the true kernel by a few per cent of a standard
 * deviation and cost the same for any width. Symmetric: it shifts no minimum. Near the ends and around non-finite
 * values the mean is over the finite values inside the window; a non-finite value itself passes through.
 *
 * @param sigma standard deviation in points; below about 0.5 nothing changes
 * @returns a new array of the same length
 * @see Kovesi, "Fast almost-Gaussian filtering", DICTA 2010 (box widths)
 */
export function gauss(values: Float64Array, sigma: number): Float64Array {
  if (isConstant(values)) return values.slice()
  return boxRadii(sigma).reduce<Float64Array>(
    (smooth, radius) => (radius ? runningMean(smooth, radius) : smooth),
    values.slice(),
  )
}

/** Radii of three boxes whose variances, (width² − 1)/12 each, add up to about sigma². */
export function boxRadii(sigma: number): [number, number, number] {
  const variance = 12 * sigma * sigma
  const ideal = Math.sqrt(variance / 3 + 1)
  const lower = Math.max(1, 2 * Math.floor((ideal - 1) / 2) + 1)
  const small = Math.round((variance - 3 * lower * lower - 12 * lower - 9) / (-4 * lower - 4))
  const radius = (pass: number) => (pass < small ? (lower - 1) / 2 : (lower + 1) / 2)
  return [radius(0), radius(1), radius(2)]
}

/** Are all finite values the same? */
export function isConstant(values: Float64Array): boolean {
  let first = NaN
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value - value !== 0) continue
    if (Number.isNaN(first)) first = value
    else if (value !== first) return false
  }
  return true
}
