/** Points that one entry of a tier stands for: each tier is sixteen times coarser than the one before. */
export const TIER_LEVELS = [16, 256, 4096] as const
export type TierLevel = (typeof TIER_LEVELS)[number]

/** Each entry of a tier is merged from this many of the next finer one. */
export const TIER_FACTOR = 16

/**
 * Consecutive stretches of a series, each reduced to what a line needs, column by column. An entry without a finite
 * value has NaN as min and max. `minAt` and `maxAt` count points from the entry's first one, so that an extreme is
 * drawn at its very step.
 */
export interface Tier {
  length: number
  min: Float64Array
  max: Float64Array
  first: Float64Array
  last: Float64Array
  minAt: Uint16Array
  maxAt: Uint16Array
  nonFinite: Uint16Array
}

export function emptyTier(length: number): Tier {
  const floats = () => new Float64Array(length).fill(NaN)
  const counts = () => new Uint16Array(length)
  return {
    length,
    min: floats(),
    max: floats(),
    first: floats(),
    last: floats(),
    minAt: counts(),
    maxAt: counts(),
    nonFinite: counts(),
  }
}

/** The finest tier of some values: one entry for each 16 of them; a shorter rest is left out. */
export function tierOf(values: Float64Array): Tier {
  const level = TIER_LEVELS[0]
  const tier = emptyTier(Math.floor(values.length / level))
  for (let k = 0; k < tier.length; k++) {
    const start = k * level
    tier.first[k] = values[start]!
    tier.last[k] = values[start + level - 1]!
    for (let j = 0; j < level; j++) {
      const value = values[start + j]!
      if (Number.isFinite(value)) offer(tier, k, value, j, value, j)
      else tier.nonFinite[k]!++
    }
  }
  return tier
}

/** The next coarser tier: one entry for each 16 of `finer`, whose entries stand for `level` points; a shorter rest is left out. */
export function coarser(finer: Tier, level: TierLevel): Tier {
  const tier = emptyTier(Math.floor(finer.length / TIER_FACTOR))
  for (let k = 0; k < tier.length; k++) {
    const start = k * TIER_FACTOR
    tier.first[k] = finer.first[start]!
    tier.last[k] = finer.last[start + TIER_FACTOR - 1]!
    for (let j = 0; j < TIER_FACTOR; j++) {
      const i = start + j
      tier.nonFinite[k]! += finer.nonFinite[i]!
      if (Number.isNaN(finer.min[i]!)) continue
      const at = j * level
      offer(tier, k, finer.min[i]!, at + finer.minAt[i]!, finer.max[i]!, at + finer.maxAt[i]!)
    }
  }
  return tier
}

/** Lets entry k take a lower min or a higher max; the first of equals stays. */
function offer(tier: Tier, k: number, min: number, minAt: number, max: number, maxAt: number): void {
  if (!(min >= tier.min[k]!)) {
    tier.min[k] = min
    tier.minAt[k] = minAt
  }
  if (!(max <= tier.max[k]!)) {
    tier.max[k] = max
    tier.maxAt[k] = maxAt
  }
}

/**
 * The coarsest level that still gives every bucket two entries, that is four points to choose from;
 * null where the points themselves are few enough.
 */
export const levelFor = (points: number, buckets: number): TierLevel | null =>
  TIER_LEVELS.findLast((level) => points / level >= 2 * buckets) ?? null
