import { describe, expect, it } from 'vitest'
import { changesOf } from '../../../src/core/domain/table/change-runs'
import { replicateKey } from '../../../src/core/domain/table/replicates'
import { medianOf, statisticOf } from '../../../src/core/domain/table/statistics'
import { runRow } from '../rows'

describe('statistics', () => {
  it('are of finite numbers only, with n − 1', () => {
    expect(statisticOf([1, NaN, 3, null, Infinity, 'x', undefined, 5])).toEqual({ mean: 3, std: 2, n: 3 })
    expect(statisticOf([7])).toEqual({ mean: 7, std: NaN, n: 1 })
    expect(statisticOf([])).toEqual({ mean: NaN, std: NaN, n: 0 })
  })
  it('have no spread where values are equal, to the last bit', () => {
    for (const value of [0.1, 0.013, 1e-300, 1.7e308, -0.3])
      expect(statisticOf([value, value, value])).toEqual({ mean: value, std: 0, n: 3 })
  })
  it('hold for values whose sum is no number', () => {
    expect(statisticOf([1.5e308, 1.5e308]).mean).toBeCloseTo(1.5e308, -300)
    expect(statisticOf([1.5e308, -1.5e308]).mean).toBe(0)
    expect(medianOf([1.5e308, 1.7e308])).toBe(1.6e308)
  })
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[NaN, 5], 5],
    [[], NaN],
  ])('the middle of %j is %d', (values, middle) => expect(medianOf(values)).toBe(middle))
})

describe('the key of replicates', () => {
  const key = (spec: Parameters<typeof runRow>[1]) => replicateKey(runRow({}, spec).spec)
  it('is the same whatever the seed, the labels and the threads', () => {
    const same = [{ seed: 1 }, { seed: 2, name: 'n', group: 'g', tags: ['t'], notes: 'x', threads: 4 }]
    expect(new Set(same.map(key)).size).toBe(1)
    expect(key({})).toMatch(/^[0-9a-f]{16}$/)
  })
  it('differs with every setting (10 000 rates, no two the same)', () => {
    expect(key({ batchSize: 32 })).not.toBe(key({ batchSize: 64 }))
    const { spec } = runRow()
    const keys = Array.from({ length: 10_000 }, (_, i) => replicateKey({ ...spec, clip: { norm: 1 + i / 1e6 } }))
    expect(new Set(keys).size).toBe(10_000)
  })
})

describe('changes of many runs', () => {
  const rows = [runRow({ id: 'a', tags: ['x', 'y'] }), runRow({ id: 'b' })]
  it('add and remove tags run by run, keep their order, and leave the rest as it is', () => {
    expect([...changesOf(rows, { addTags: ['z', 'x'], removeTags: ['y'] })]).toEqual([
      ['a', { tags: ['x', 'z'] }],
      ['b', { tags: ['z', 'x'] }],
    ])
    expect([...changesOf(rows, { hidden: true, colour: null })]).toEqual([
      ['a', { hidden: true, colour: null }],
      ['b', { hidden: true, colour: null }],
    ])
  })
  it('are refused where a run would have more than 64 tags', () => {
    const addTags = Array.from({ length: 63 }, (_, i) => `t${i}`)
    expect(() => changesOf(rows, { addTags })).toThrow(/^Run a \(plain\) would have 65 tags/)
  })
})
