/** State of a generator: four unsigned 32-bit words. Stored in checkpoints, so that a resumed run draws the same. */
export type RngState = readonly [number, number, number, number]

/** A seeded random generator; every random draw of a run comes from one. */
export interface Rng {
  /** Uniform in [0, 1) with 32 random bits. */
  next(): number
  /** Uniform integer in [0, n). */
  int(n: number): number
  /** Standard normal by the Box-Muller transform; each call draws two uniforms. */
  normal(): number
  /** An independent generator for a purpose (weights, shuffles, data); does not advance this one. */
  fork(purpose: string): Rng
  state(): RngState
}

const mix = (h: number): number => {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Spreads a seed and a purpose over four words (MurmurHash3 finaliser). */
function seedWords(seed: number, purpose: string): RngState {
  let h = (seed >>> 0) ^ 0x9e3779b9
  h = mix(h ^ Math.floor(seed / 2 ** 32))
  for (let i = 0; i < purpose.length; i++) h = mix(h ^ purpose.charCodeAt(i)) + i
  const word = (i: number) => mix((h + Math.imul(i + 1, 0x9e3779b9)) >>> 0)
  return [word(0), word(1), word(2), word(3) | 1]
}

/** sfc32, the small fast counting generator of PractRand: 128 bits of state, period at least 2^32. */
export function rngFrom(state: RngState): Rng {
  let [a, b, c, d] = state
  const next32 = (): number => {
    const t = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t >>> 0
  }
  const next = () => next32() / 2 ** 32
  return {
    next,
    int: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (purpose) => rngFrom(seedWords((a ^ b ^ c ^ d) >>> 0, purpose)),
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
  }
}

/** A generator from a run's seed (integer at or above 0) and a purpose; the same pair always gives the same draws. */
export function createRng(seed: number, purpose = ''): Rng {
  const rng = rngFrom(seedWords(seed, purpose))
  for (let i = 0; i < 12; i++) rng.next()
  return rng
}

/** Fisher-Yates shuffle in place. */
export function shuffle(items: Uint32Array, rng: Rng): Uint32Array {
  for (let i = items.length - 1; i > 0; i--) {
    const j = rng.int(i + 1)
    const swap = items[i]!
    items[i] = items[j]!
    items[j] = swap
  }
  return items
}
