/**
 * Mean of the finite values within `radius` points of each point; near the ends of those that there are. Symmetric: it
 * shifts no minimum. A value that is not finite passes through and enters nothing.
 *
 * Window sums are put together from sums that start at block borders, so that none ever holds a value from outside its
 * window: subtracting what left the window, as running sums do, would smear one huge value of a recovered spike over
 * everything behind it.
 *
 * @param radius whole points on either side; 0 changes nothing
 * @returns a new array of the same length
 */
export function runningMean(values: Float64Array, radius: number): Float64Array {
  if (radius <= 0) return values.slice()
  const n = values.length
  const width = 2 * radius + 1
  const length = Math.ceil((n + 2 * radius) / width) * width
  // forward[i]: from the start of i's block up to i. back[i]: from i to the end of its block. Counts of finite alike.
  const [forward, back] = [new Float64Array(length), new Float64Array(length)]
  const [forwardCount, backCount] = [new Int32Array(length), new Int32Array(length)]
  const at = (i: number) =>
    i >= radius && i < n + radius && Number.isFinite(values[i - radius]!) ? values[i - radius]! : null
  for (let i = 0; i < length; i++) {
    const value = at(i)
    const [sum, count] = i % width ? [forward[i - 1]!, forwardCount[i - 1]!] : [0, 0]
    forward[i] = sum + (value ?? 0)
    forwardCount[i] = count + Number(value !== null)
  }
  for (let i = length - 1; i >= 0; i--) {
    const value = at(i)
    const [sum, count] = (i + 1) % width ? [back[i + 1]!, backCount[i + 1]!] : [0, 0]
    back[i] = sum + (value ?? 0)
    backCount[i] = count + Number(value !== null)
  }
  return values.map((value, i) => {
    if (!Number.isFinite(value)) return value
    const end = i + width - 1
    if (i % width === 0) return forward[end]! / forwardCount[end]!
    return (back[i]! + forward[end]!) / (backCount[i]! + forwardCount[end]!)
  })
}
