/**
 * Mean of the finite values within `radius` points of each point; near the ends of those that there are. Symmetric: it
 * shifts no minimum. A value that is not finite passes through and enters nothing.
 *
 * @param radius whole points on either side; 0 changes nothing
 * @returns a new array of the same length
 */
export function runningMean(values: Float64Array, radius: number): Float64Array {
  if (radius <= 0) return values.slice()
  const n = values.length
  const finite = values.every((value) => value - value === 0)
  const sums = windowSums(finite ? values : values.map((value) => (value - value === 0 ? value : 0)), radius)
  const counts = finite
    ? null
    : windowSums(
        Float64Array.from(values, (value) => Number(value - value === 0)),
        radius,
      )
  const means = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const value = values[i]!
    const count = counts?.[i] ?? Math.min(n - 1, i + radius) - Math.max(0, i - radius) + 1
    means[i] = value - value === 0 ? sums[i]! / count : value
  }
  return means
}

/**
 * Sum of the values within `radius` points of each point, put together from sums that start at the borders of blocks as
 * wide as the window, so that none ever holds a value from outside its window: subtracting what left the window, as
 * running sums do, would smear one huge value of a recovered spike over everything behind it.
 */
function windowSums(values: Float64Array, radius: number): Float64Array {
  const n = values.length
  const width = 2 * radius + 1
  // From the start of i's block up to i, and from i to the end of its block.
  const forward = new Float64Array(n)
  const back = new Float64Array(n)
  for (let block = 0; block < n; block += width) {
    const end = Math.min(n, block + width)
    let sum = 0
    for (let i = block; i < end; i++) forward[i] = sum += values[i]!
    sum = 0
    for (let i = end - 1; i >= block; i--) back[i] = sum += values[i]!
  }
  const lastBlock = n - 1 - ((n - 1) % width)
  const sums = new Float64Array(n)
  /** Place of the window's start in its block. */
  let phase = 0
  for (let i = 0; i < n; i++) {
    const start = Math.max(0, i - radius)
    const end = Math.min(n - 1, i + radius)
    if (start > 0) phase = phase + 1 === width ? 0 : phase + 1
    // A window that is cut short by an end lies in one block, or in two like every other one.
    if (phase === 0) sums[i] = forward[end]!
    else if (start >= lastBlock) sums[i] = back[start]!
    else sums[i] = back[start]! + forward[end]!
  }
  return sums
}
