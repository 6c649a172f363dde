import { describe, expect, it } from 'vitest'
import { sortByValue, sortRuns } from '../../../src/core/domain/table/order'
import { runRow, summaryOf } from '../rows'

const sgd = (momentum: number) => ({ optimizer: { kind: 'sgd' as const, momentum } })

/** Four runs, oldest first, that differ in everything a table may be sorted by; d has recorded nothing. */
const four = [
  runRow(
    {
      id: 'b',
      name: 'beta',
      peakLr: 0.9,
      createdAt: 1,
      metrics: { 'validation/accuracy': summaryOf(0.2, 0.7), 'train/loss': summaryOf(2, NaN) },
    },
    { ...sgd(0.9), seed: 9, schedule: { kind: 'constant', lr: 0.1 } },
  ),
  runRow(
    { id: 'd', name: 'alpha', peakLr: 0.2, createdAt: 2 },
    { ...sgd(0.1), seed: 7, schedule: { kind: 'constant', lr: 0.1 } },
  ),
  runRow(
    {
      id: 'a',
      name: 'zeta',
      peakLr: 0.1,
      createdAt: 3,
      metrics: { 'validation/accuracy': summaryOf(0.9, 0.5), 'train/loss': summaryOf(1, 3) },
    },
    { ...sgd(0.5), seed: 10, schedule: { kind: 'constant', lr: 0.1 } },
  ),
  runRow(
    {
      id: 'c',
      name: 'beta',
      peakLr: 0.4,
      createdAt: 4,
      metrics: { 'validation/accuracy': summaryOf(0.8, 0.6), 'train/loss': summaryOf(5, 0.5) },
    },
    { ...sgd(0), seed: 8, schedule: { kind: 'one-cycle', maxLr: 0.4 } },
  ),
]
const order = (column: string, descending: boolean) =>
  sortRuns(four, { column, descending })
    .map(({ id }) => id)
    .join('')

describe('runs', () => {
  it.each<[string, string, string]>([
    ['createdAt', 'bdac', 'cadb'],
    // Equal names: the older one first when ascending, the newer one when descending.
    ['name', 'dbca', 'acbd'],
    ['peakLr', 'adcb', 'bcda'],
    ['lr', 'adcb', 'bcda'],
    ['optimizer.momentum', 'cdab', 'badc'],
    ['seed', 'dcba', 'abcd'],
    ['schedule', 'bdac', 'cadb'],
    ['validation/accuracy.last', 'acbd', 'bcad'],
    ['validation/accuracy.max', 'bcad', 'acbd'],
    ['validation/accuracy.min', 'bacd', 'cabd'],
    // Best is the highest accuracy, and the lowest loss.
    ['validation/accuracy.best', 'bcad', 'acbd'],
    ['validation/accuracy.bestStep', 'acbd', 'bcad'],
    ['train/loss.best', 'cabd', 'bacd'],
    // A last loss of NaN is no value to sort by: it comes last, with what was never recorded.
    ['train/loss.last', 'cabd', 'acdb'],
  ])('are sorted by %s, those without a value last', (column, ascending, descending) => {
    expect(order(column, false)).toBe(ascending)
    expect(order(column, true)).toBe(descending)
  })

  it('are newest first unless sorted, and the given list stays as it is', () => {
    const before = [...four]
    expect(sortRuns(four).map(({ id }) => id)).toEqual(['c', 'a', 'd', 'b'])
    expect(four).toEqual(before)
  })

  it.each(['peek', 'created_at; DROP TABLE run', '', 'nothing.here', '__proto__'])('are not sorted by %j', (column) => {
    expect(() => sortRuns(four, { column, descending: false })).toThrow(
      expect.objectContaining({ code: 'input.invalid', message: expect.stringMatching(/^sort\.column: /) }),
    )
  })
})

it('values of several kinds have one order: numbers, truth values, texts, then what is missing', () => {
  const values = ['b', null, 2, true, 'a', NaN, -1, undefined, false, ['x', 'y'], Infinity]
  const sorted = (descending: boolean) => sortByValue(values, (value) => value, descending)
  expect(sorted(false)).toEqual([-1, 2, Infinity, false, true, 'a', 'b', ['x', 'y'], null, NaN, undefined])
  expect(sorted(true)).toEqual([['x', 'y'], 'b', 'a', true, false, Infinity, 2, -1, undefined, NaN, null])
})
