import fc from 'fast-check'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { coarser, type Tier, type TierLevel, tierOf } from '../../src/core/domain/stats/tiers'
import { decodeTier, encodeTier } from '../../src/core/storage/metrics/tier-rows'
import { newRun, open, points } from './support/workspace'

const value = fc.oneof(
  { weight: 9, arbitrary: fc.float() },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity, -0) },
)
const wide = fc.oneof(value, fc.constantFrom(1e200, -1e-200, 3.5e38, 1e-40))

describe('a row of a tier', () => {
  it('gives back what Float32 can hold bit by bit, in 19 bytes an entry (property)', () => {
    fc.assert(
      fc.property(
        fc.array(
          value.filter((x) => Math.abs(x) > 1e-37 || x === 0 || x !== x),
          { minLength: 16, maxLength: 200 },
        ),
        (values) => {
          const tier = tierOf(Float64Array.from(values))
          const blob = encodeTier(tier)
          expect(blob.length).toBe(19 * tier.length)
          expect(decodeTier(blob, tier.length)).toEqual(tier)
        },
      ),
      { seed: 2 },
    )
  })

  it('gives back every value as it is where one is too large or too small for Float32 (property)', () => {
    fc.assert(
      fc.property(fc.array(wide, { minLength: 15, maxLength: 200 }), (values) => {
        const tier = tierOf(Float64Array.from([1e300, ...values]))
        expect(decodeTier(encodeTier(tier), tier.length)).toEqual(tier)
      }),
      { seed: 3 },
    )
  })

  it('changes a value by less than a ten-millionth of it', () => {
    const tier = tierOf(Float64Array.from({ length: 64 }, (_, i) => Math.sin(i + 1) / 3))
    const { max } = decodeTier(encodeTier(tier), tier.length)
    max.forEach((x, k) => expect(Math.abs(x / tier.max[k]! - 1)).toBeLessThan(1e-7))
  })
})

describe('stored tiers', () => {
  it('are those of the sealed points, whatever the batches (property, against brute force)', () => {
    const batches = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(batches, fc.boolean(), (sizes, sealed) => {
        const storage = open()
        storage.runs.create(newRun('a'))
        const values: number[] = []
        for (const n of sizes) {
          const steps = Array.from({ length: n }, (_, i) => values.length + i)
          const batch = steps.map((step) => (step % 101 === 7 ? NaN : Math.fround(Math.sin(step * step))))
          storage.metrics.append('a', [points('x', steps, batch)], 0)
          values.push(...batch)
          if (sealed) storage.metrics.seal('a')
        }
        const db = new Sqlite(storage.file, { readonly: true })
        const full = Float64Array.from(values).subarray(0, values.length - (values.length % 1024))
        const fine = tierOf(full)
        const middle = coarser(fine, 16)
        const expected: [TierLevel, Tier][] = [
          [16, fine],
          [256, middle],
          [4096, coarser(middle, 256)],
        ]
        for (const [level, tier] of expected) {
          const rows = db.prepare('SELECT ord0, n, data FROM tier WHERE level = ? ORDER BY ord0').all(level) as {
            ord0: number
            n: number
            data: Buffer
          }[]
          const stored = rows.map(({ n, data }) => decodeTier(data, n))
          expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(tier.length)
          for (const name of ['min', 'max', 'first', 'last', 'minAt', 'maxAt', 'nonFinite'] as const)
            expect(stored.flatMap((row) => [...row[name]])).toEqual([...tier[name]])
        }
        db.close()
        storage.close()
      }),
      { numRuns: 20, seed: 6 },
    )
  })
})
