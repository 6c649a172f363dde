/** High 32 bits of the product of two unsigned 32-bit numbers, by halves that JavaScript's numbers hold exactly. */
function multiplyHigh(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff]
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16)
  const other = aLow * bHigh + (middle & 0xffff)
  return aHigh * bHigh + (middle >>> 16) + (other >>> 16)
}

/**
 * Philox4x32-10: four random words from a counter of four words and a key of two, written over the counter.
 * @see Salmon et al., Parallel random numbers: as easy as 1, 2, 3, SC 2011
 */
export function philox(words: Uint32Array, keyLow: number, keyHigh: number): void {
  let [a, b, c, d] = words as unknown as [number, number, number, number]
  let [low, high] = [keyLow, keyHigh]
  for (let round = 0; round < 10; round++) {
    const first = multiplyHigh(0xd2511f53, a)
    const second = multiplyHigh(0xcd9e8d57, c)
    const [firstLow, secondLow] = [Math.imul(0xd2511f53, a), Math.imul(0xcd9e8d57, c)]
    a = (second ^ b ^ low) >>> 0
    b = secondLow >>> 0
    c = (first ^ d ^ high) >>> 0
    d = firstLow >>> 0
    low = (low + 0x9e3779b9) >>> 0
    high = (high + 0xbb67ae85) >>> 0
  }
  words[0] = a
  words[1] = b
  words[2] = c
  words[3] = d
}

/**
 * The bits behind TensorFlow's StatelessRandomUniform, so that a seed gives the same numbers on every engine: the seed
 * is scrambled into key and counter by one Philox call, then the counter counts up.
 *
 * @param seed two numbers below 2³¹
 * @returns `out` filled with integers below 2²³; divided by that they are TensorFlow's uniform numbers
 */
export function statelessUniformBits(seed: readonly [number, number], out: Uint32Array): Uint32Array {
  const start = Uint32Array.of(seed[0], 0, seed[1], 0)
  philox(start, 0x3ec8f720, 0x02461e29)
  const words = new Uint32Array(4)
  for (let i = 0, group = 0; i < out.length; i += 4, group++) {
    words[0] = group
    words[1] = 0
    words[2] = start[2]!
    words[3] = start[3]!
    philox(words, start[0]!, start[1]!)
    for (let j = 0; j < 4 && i + j < out.length; j++) out[i + j] = words[j]! & 0x7fffff
  }
  return out
}
