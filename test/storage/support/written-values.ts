/** What the writer process records: a step's value can be checked without having seen it written. */
export const METRICS = ['x', 'y', 'z']

export const valueAt = (step: number, metric: number): number =>
  step % 97 === 0 ? [NaN, Infinity, -0][metric]! : Math.sin(step * (metric + 1)) * 10 ** (step % 7)
