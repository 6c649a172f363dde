/** Standard deviation of a normal distribution over its median absolute deviation. */
const MAD_TO_DEVIATION = 1.4826

/** Median of some numbers; NaN of none. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  if (!sorted.length) return NaN
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Standard deviation of one raw loss about its smooth course, from the median of the absolute changes between
 * neighbours: a slow fall adds next to nothing to them, a single jump nothing at all. Where half of the changes are 0 it
 * is 0.
 *
 * @param parts raw losses in the order they were recorded, of each repeat; what is not finite is left out
 */
export function noiseOf(parts: readonly Float64Array[]): number {
  const changes = parts.flatMap((part) => {
    const finite = part.filter(Number.isFinite)
    return Array.from(finite.subarray(1), (loss, i) => Math.abs(loss - finite[i]!))
  })
  // A change is the difference of two losses: it deviates √2 as much.
  return changes.length ? (MAD_TO_DEVIATION * median(changes)) / Math.SQRT2 : 0
}
