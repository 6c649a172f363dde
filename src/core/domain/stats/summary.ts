import type { MetricSummary } from '../metrics'

/** The summary of a metric without points: no value, no step. */
export const emptySummary = (): MetricSummary => ({
  count: 0,
  last: NaN,
  lastStep: NaN,
  min: NaN,
  minStep: NaN,
  max: NaN,
  maxStep: NaN,
  nonFinite: 0,
  firstNonFiniteStep: null,
})

/**
 * Adds points to a summary in place; adding them at once or one by one gives the same.
 * Of equal extremes the first one counts, so "best at step" is when it was first reached.
 *
 * @param steps of the values, same length
 */
export function addToSummary(summary: MetricSummary, steps: Float64Array, values: Float64Array): void {
  const n = values.length
  if (!n) return
  let { min, max } = summary
  for (let i = 0; i < n; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      summary.nonFinite++
      summary.firstNonFiniteStep ??= steps[i]!
      continue
    }
    // Written so that NaN, the extreme of nothing, gives way to any value.
    if (!(value >= min)) {
      min = value
      summary.minStep = steps[i]!
    }
    if (!(value <= max)) {
      max = value
      summary.maxStep = steps[i]!
    }
  }
  summary.count += n
  summary.min = min
  summary.max = max
  summary.last = values[n - 1]!
  summary.lastStep = steps[n - 1]!
}
