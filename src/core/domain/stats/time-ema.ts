/**
 * Exponential moving average whose past fades with the distance between points, not with their number: after a gap it
 * counts for less, and lines recorded at different cadences look back equally far.
 *
 * sₙ = aₙ·sₙ₋₁ + xₙ and dₙ = aₙ·dₙ₋₁ + 1 with aₙ = w^(|stepₙ − stepₙ₋₁| / unit), shown as sₙ / dₙ. Over finite points
 * only: a value that is not finite passes through and enters nothing. Of points one unit apart it is the debiased EMA
 * of the same weight; points at one step count alike.
 *
 * @param steps of the values, same length; where they go back, the distance counts
 * @param weight w of the past after one `unit`, from 0 (nothing changes) to below 1
 * @param unit steps, above 0
 * @returns a new array of the same length
 * @see W&B, "Time weighted exponential moving average": the same recurrence, with 1/1000 of the range in view as the
 *   unit, and poisoned by a NaN
 */
export function timeEma(steps: Float64Array, values: Float64Array, weight: number, unit = 1): Float64Array {
  const smooth = new Float64Array(values.length)
  let sum = 0
  let weights = 0
  let before = NaN
  let gap = NaN
  let fade = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value - value !== 0) {
      smooth[i] = value
      continue
    }
    const distance = Math.abs(steps[i]! - before)
    // Most series are evenly spaced: the power is the dearest part.
    if (distance !== gap) {
      gap = distance
      fade = Number.isNaN(gap) ? 0 : weight ** (gap / unit)
    }
    before = steps[i]!
    sum = fade * sum + value
    weights = fade * weights + 1
    smooth[i] = sum / weights
  }
  return smooth
}
