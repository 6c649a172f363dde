import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarser, levelFor, type Tier, type TierLevel, tierOf } from '../../../src/core/domain/stats/tiers'

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -20, max: 20 }).map(Number) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, 1e300, 5e-324) },
)

/** One entry by its definition. */
function entryOf(values: number[]) {
  const finite = values.filter(Number.isFinite)
  const [min, max] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [NaN, NaN]
  const at = (x: number) => Math.max(0, values.indexOf(x))
  return {
    min,
    max,
    first: values[0],
    last: values.at(-1),
    minAt: at(min),
    maxAt: at(max),
    nonFinite: values.length - finite.length,
  }
}

const entry = (tier: Tier, k: number) => ({
  min: tier.min[k],
  max: tier.max[k],
  first: tier.first[k],
  last: tier.last[k],
  minAt: tier.minAt[k],
  maxAt: tier.maxAt[k],
  nonFinite: tier.nonFinite[k],
})

const expectTier = (tier: Tier, level: TierLevel, values: number[]) => {
  expect(tier.length).toBe(Math.floor(values.length / level))
  for (let k = 0; k < tier.length; k++) {
    expect(entry(tier, k)).toEqual(entryOf(values.slice(k * level, (k + 1) * level)))
  }
}

describe('tiers', () => {
  it('hold min, max, first, last, places and gaps of every stretch, as brute force does (property)', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 500, maxLength: 900 }), (values) => {
        const finest = tierOf(Float64Array.from(values))
        expectTier(finest, 16, values)
        expectTier(coarser(finest, 16), 256, values)
      }),
      { numRuns: 60, seed: 11 },
    )
  })

  it('merge to the coarsest level without losing an extreme or its place', () => {
    const values = Array.from({ length: 8192 }, (_, i) => Math.sin(i / 90))
    values[4095] = 5
    values[4096] = -5
    values[8000] = NaN
    const tier = coarser(coarser(tierOf(Float64Array.from(values)), 16), 256)
    expectTier(tier, 4096, values)
  })

  it('are chosen so that every bucket has at least two entries', () => {
    expect(levelFor(1_000_000, 1000)).toBe(256)
    expect(levelFor(100_000_000, 1000)).toBe(4096)
    expect(levelFor(32_000, 1000)).toBe(16)
    expect(levelFor(31_999, 1000)).toBe(null)
  })
})
