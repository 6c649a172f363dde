/** Points of a line for drawing: pairs x, y in step order. `drawn` of `total` recorded points, extremes kept. */
export interface LinePoints {
  x: Float64Array
  y: Float64Array
  drawn: number
}

/** Consecutive non-finite points of a series: from step to step, how many, and what they are. */
export interface NonFiniteRun {
  from: number
  to: number
  count: number
  kind: 'NaN' | '+Inf' | '-Inf' | 'mixed'
}
