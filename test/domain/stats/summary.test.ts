import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addToSummary, emptySummary } from '../../../src/core/domain/stats/summary'

const floats = (...values: number[]) => Float64Array.from(values)
const summaryOf = (steps: number[], values: number[]) => {
  const summary = emptySummary()
  addToSummary(summary, floats(...steps), floats(...values))
  return summary
}

describe('a metric summary', () => {
  it('knows count, last, extremes with their first step, and the first non-finite step', () => {
    expect(summaryOf([0, 1, 2, 3, 4, 5], [3, 1, NaN, 1, 7, Infinity])).toEqual({
      count: 6,
      last: Infinity,
      lastStep: 5,
      min: 1,
      minStep: 1,
      max: 7,
      maxStep: 4,
      nonFinite: 2,
      firstNonFiniteStep: 2,
    })
  })

  it('has no extremes where nothing is finite', () => {
    const summary = summaryOf([4, 5], [NaN, -Infinity])
    expect(summary).toMatchObject({ min: NaN, minStep: NaN, max: NaN, maxStep: NaN, last: -Infinity, nonFinite: 2 })
  })

  it('is the same however the points arrive (property)', () => {
    const point = fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -5, max: 5 }) }, fc.constantFrom(NaN, Infinity))
    fc.assert(
      fc.property(fc.array(point, { maxLength: 60 }), fc.array(fc.nat(9), { maxLength: 20 }), (values, sizes) => {
        const steps = values.map((_, i) => i)
        const pieces = emptySummary()
        let at = 0
        for (const size of [...sizes, values.length]) {
          addToSummary(pieces, floats(...steps.slice(at, at + size)), floats(...values.slice(at, at + size)))
          at += size
        }
        expect(pieces).toEqual(summaryOf(steps, values))
      }),
      { seed: 1 },
    )
  })
})
