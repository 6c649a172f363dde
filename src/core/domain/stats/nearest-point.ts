/**
 * Index of the point whose position is nearest to `to`: of two equally near the one behind, of several at one position
 * the last. −1 where there is none, or `to` is NaN. One pass: positions may go back.
 */
export function nearestPoint(positions: Float64Array, to: number): number {
  let best = -1
  let least = Infinity
  for (let i = 0; i < positions.length; i++) {
    const distance = Math.abs(positions[i]! - to)
    // Also of a position that is not a number.
    if (!(distance <= least)) continue
    if (distance === least && positions[i]! < positions[best]!) continue
    best = i
    least = distance
  }
  return best
}
