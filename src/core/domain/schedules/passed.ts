/**
 * How many of n ascending positions lie at or before t.
 *
 * @param at position i, 0 ≤ i < n
 */
export function passed(n: number, at: (i: number) => number, t: number): number {
  let low = 0
  for (let high = n; low < high;) {
    const middle = (low + high) >> 1
    if (at(middle) <= t) low = middle + 1
    else high = middle
  }
  return low
}
