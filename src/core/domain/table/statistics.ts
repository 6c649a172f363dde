/** Mean and spread of the values that some runs have; n of them are finite, the others are in neither. */
export interface Statistic {
  /** NaN where n is 0. */
  mean: number
  /** Sample standard deviation, with n − 1; NaN where n is below 2. */
  std: number
  n: number
}

export function statisticOf(values: readonly unknown[]): Statistic {
  const finite = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value))
  const n = finite.length
  const mean = n ? meanOf(finite) : NaN
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : NaN, n }
}

/**
 * Counted from the first value: equal values have exactly their value as mean, and no spread. Where differences or their
 * sum are too large for that, divided before they are added.
 */
function meanOf(values: readonly number[]): number {
  const first = values[0]!
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length
  return Number.isFinite(mean) ? mean : values.reduce((sum, value) => sum + value / values.length, 0)
}

/** Middle of the finite values, the mean of the two middle ones of an even number; NaN where there are none. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort()
  const middle = sorted.length >> 1
  if (!sorted.length) return NaN
  return sorted.length % 2 ? sorted[middle]! : sorted[middle - 1]! / 2 + sorted[middle]! / 2
}
