import { studentQuantile } from '../stats/student'

const CONFIDENCE = 0.95

/** Some values, summed up; std has n − 1. */
export interface Sample {
  mean: number
  std: number
  n: number
}

/**
 * 95 % interval around a difference of the means of two samples whose spreads may differ; null where one of them is a
 * single value, which has no spread to judge by.
 * @param difference of the means, with the sign that the caller gives it
 * @see B. L. Welch, The generalization of 'Student's' problem, Biometrika 34 (1947), 28–35
 */
export function welch(a: Sample, b: Sample, difference: number): { low: number; high: number } | null {
  if (a.n < 2 || b.n < 2) return null
  const [va, vb] = [a.std ** 2 / a.n, b.std ** 2 / b.n]
  const variance = va + vb
  // Equal values to the last bit leave no doubt about their mean.
  if (variance === 0) return { low: difference, high: difference }
  const df = variance ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1))
  const half = studentQuantile((1 + CONFIDENCE) / 2, df) * Math.sqrt(variance)
  return { low: difference - half, high: difference + half }
}
