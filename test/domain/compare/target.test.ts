import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bestValue } from '../../../src/core/domain/compare/side-results'
import { goalText, readGoal, readTarget, suggestedTarget, targetText } from '../../../src/core/domain/compare/target'
import { METRIC } from '../../../src/core/domain/metrics'
import { runRow, summaryOf } from '../rows'

const ACCURACY = METRIC.validationAccuracy
const reaching = (metric: string, ...bests: number[]) =>
  bests.map((best, i) => runRow({ id: `run${i}`, metrics: { [metric]: summaryOf(best) } }))

describe('a suggested target', () => {
  const values = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })
  it.each([ACCURACY, METRIC.trainLoss])('of %s is reached by every run that did not diverge (300 sets)', (metric) => {
    fc.assert(
      fc.property(values, (bests) => {
        const rows = reaching(metric, ...bests)
        const target = suggestedTarget(rows, metric)!
        for (const row of rows)
          if (metric === ACCURACY) expect(bestValue(row, metric)).toBeGreaterThanOrEqual(target - 1e-12)
          else expect(bestValue(row, metric)).toBeLessThanOrEqual(target + 1e-12)
      }),
      { seed: 11, numRuns: 300 },
    )
  })
  it('is the worst best value, rounded towards the easier side', () => {
    expect(suggestedTarget(reaching(ACCURACY, 0.9931, 0.9785), ACCURACY)).toBe(0.97)
    expect(suggestedTarget(reaching(METRIC.trainLoss, 0.0312, 0.0871), METRIC.trainLoss)).toBe(0.088)
  })
  it('asks runs that diverged only where there is no other, and is none without a value', () => {
    const [good, lost] = reaching(ACCURACY, 0.98, 0.6)
    const diverged = { ...lost!, status: 'diverged' as const, divergedAt: 7 }
    expect(suggestedTarget([good!, diverged], ACCURACY)).toBe(0.98)
    expect(suggestedTarget([diverged], ACCURACY)).toBe(0.6)
    expect(suggestedTarget([runRow()], ACCURACY)).toBeNull()
  })
})

describe('a typed target', () => {
  it.each([
    [ACCURACY, '97 %', 0.97],
    [ACCURACY, '97', 0.97],
    [ACCURACY, '0.97', 0.97],
    [ACCURACY, '97,5%', 0.975],
    [METRIC.trainLoss, '2.3', 2.3],
    [METRIC.trainLoss, '1e-3', 0.001],
    [METRIC.trainLoss, '97 %', null],
    [ACCURACY, 'soon', null],
    [ACCURACY, '', null],
    [ACCURACY, '1e999', null],
  ])('of %s: "%s" is %s', (metric, text, value) => expect(readTarget(metric, text)).toBe(value))

  it('is read again as what it was written from', () => {
    for (const value of [0.97, 0.985, 1, 0.001, 0])
      expect(readTarget(ACCURACY, targetText(ACCURACY, value))).toBe(value)
    for (const value of [0.05, 12, -3, 1e-9])
      expect(readTarget(METRIC.trainLoss, targetText(METRIC.trainLoss, value))).toBe(value)
  })
})

describe('a typed goal', () => {
  it.each([
    ['validation/accuracy=97%', 'validation/accuracy ≥ 97 %'],
    ['train/loss=0.1', 'train/loss ≤ 0.1'],
    ['train/loss >= 0.1', 'train/loss ≥ 0.1'],
    ['validation/accuracy<=0.5', 'validation/accuracy ≤ 50 %'],
    ['a=b=0.5', 'a=b ≤ 0.5'],
    ['name with >= in it<=2', 'name with >= in it ≤ 2'],
  ])('%s is %s', (text, words) => expect(goalText(readGoal(text)!)).toBe(words))
  it.each(['', '=', '=0.5', 'train/loss', 'train/loss=', 'train/loss=soon', 'train/loss=97%', '97 %'])(
    '"%s" is none',
    (text) => expect(readGoal(text)).toBeNull(),
  )
})
