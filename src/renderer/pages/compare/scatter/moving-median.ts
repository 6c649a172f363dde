/** At least so many points make a median of a neighbourhood. */
const LEAST = 9
/** The neighbourhood is this share of all points. */
const SHARE = 0.12
const POSITIONS = 60

/**
 * Moving median of y over x: at evenly ranked positions the median of the neighbouring points in the order of x.
 * Points that are not finite or beside the scale (below 0) take no part.
 *
 * @returns positions and medians, ascending in x; empty where there are too few points
 */
export function movingMedian(x: Float32Array, y: Float32Array): { x: number; y: number }[] {
  const order = Array.from(x.keys()).filter((i) => x[i]! >= 0 && y[i]! >= 0)
  if (order.length < LEAST) return []
  order.sort((a, b) => x[a]! - x[b]!)
  const half = Math.max((LEAST - 1) / 2, Math.round((order.length * SHARE) / 2))
  const count = Math.min(POSITIONS, order.length)
  return Array.from({ length: count }, (_, k) => {
    const at = Math.round((k * (order.length - 1)) / Math.max(1, count - 1))
    // The same number on both sides: at the ends the neighbourhood shrinks instead of leaning.
    const reach = Math.max(Math.min(half, at, order.length - 1 - at), (LEAST - 1) / 2)
    const near = order.slice(Math.max(0, at - reach), at + reach + 1)
    return { x: x[order[at]!]!, y: median(near.map((i) => y[i]!)) }
  })
}

/** The middle one of some numbers, the mean of the two middle ones; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
