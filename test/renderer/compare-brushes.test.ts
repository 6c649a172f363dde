import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/core/domain/filter/filter'
import type { MetricSummary } from '../../src/core/domain/metrics'
import type { RunRow } from '../../src/core/domain/run'
import { axisOf, placesOf, type Values } from '../../src/renderer/pages/compare/axes/axis'
import { brushFilter, brushOf, spanOf, underBrush } from '../../src/renderer/pages/compare/axes/brush'
import { filterWord } from '../../src/renderer/pages/compare/axes/filter-word'

/** A run as far as a filter on one field reads it. */
interface Story {
  value: number | string | null
  diverged: boolean
}

const METRIC = 'validation/accuracy'
const summary = (max: number): MetricSummary => ({
  count: 1,
  last: max,
  lastStep: 0,
  min: max,
  minStep: 0,
  max,
  maxStep: 0,
  nonFinite: 0,
  firstNonFiniteStep: null,
})

function rowOf({ value, diverged }: Story, field: string): RunRow {
  const status = diverged ? 'diverged' : 'finished'
  const metrics = field.startsWith(METRIC) && typeof value === 'number' ? { [METRIC]: summary(value) } : {}
  const row = { status, metrics, group: value, spec: { optimizer: { weightDecay: value ?? undefined } } }
  return row as unknown as RunRow
}

const columnOf = (stories: readonly Story[], field: string): Values =>
  field === 'group'
    ? stories.map(({ value }) => value as string | null)
    : Float64Array.from(stories, ({ value }) => (value as number | null) ?? NaN)

const numbers = fc.oneof(
  fc.double({ noNaN: true, min: -1e3, max: 1e3 }).map((x) => (Math.abs(x) < 1e-300 ? 0 : x)),
  fc.constantFrom(0, 1e-7, 3e-5, 5e-4, 0.1, 0.3, 1e300, 1e-300, Infinity, -Infinity, NaN),
)
const rates = fc.oneof(fc.constantFrom(0, 1e-7, 5e-4, 1e-3), fc.double({ noNaN: true, min: 1e-6, max: 10 }))
const words = fc.oneof(
  fc.constantFrom('', '12', '012', '1e3', 'true', 'and', 'in', 'a b', '"', '\\', 'one-cycle', 'é', '<b>', '(x)'),
  fc.string({ maxLength: 6 }),
)
const fields = fc.constantFrom('optimizer.weightDecay', `${METRIC}.best`, 'group')
const valuesFor = (field: string): fc.Arbitrary<number | string> =>
  field === 'group' ? words : fc.oneof(numbers, rates)
const stories = (field: string) =>
  fc.array(
    fc.record({
      value: fc.option(valuesFor(field), { freq: 6 }),
      diverged: fc.boolean(),
    }) as fc.Arbitrary<Story>,
    { minLength: 1, maxLength: 60 },
  )
const cases = fields.chain((field) =>
  fc.record({
    field: fc.constant(field),
    stories: stories(field),
    ends: fc.tuple(fc.double({ min: -5, max: 1.2, noNaN: true }), fc.double({ min: -5, max: 1.2, noNaN: true })),
    length: fc.integer({ min: 1, max: 600 }),
    scale: fc.constantFrom(undefined, 'linear' as const, 'log' as const),
  }),
)

describe('a brush', () => {
  it('selects by its filter exactly the runs that stand under it (2000 random axes)', () => {
    fc.assert(
      fc.property(cases, ({ field, stories, ends, length, scale }) => {
        const values = columnOf(stories, field)
        const diverged = Uint8Array.from(stories, (story) => Number(story.diverged))
        const axis = axisOf(field, values, diverged, scale)
        const brush = brushOf(axis, { from: Math.min(...ends), to: Math.max(...ends) }, length)
        fc.pre(brush !== null)
        const selects = compileFilter(brushFilter(axis, brush!))
        const under = underBrush(axis, brush!, placesOf(axis, values, diverged), values)
        expect(stories.map((story) => selects(rowOf(story, field)))).toEqual(Array.from(under, Boolean))
      }),
      { seed: 6, numRuns: 2000 },
    )
  })

  it('covers every run whose place lies inside its span, and none outside of it by more than a pixel', () => {
    fc.assert(
      fc.property(cases, ({ field, stories, ends, length, scale }) => {
        const values = columnOf(stories, field)
        const diverged = Uint8Array.from(stories, (story) => Number(story.diverged))
        const axis = axisOf(field, values, diverged, scale)
        const wanted = { from: Math.min(...ends), to: Math.max(...ends) }
        const brush = brushOf(axis, wanted, length)
        fc.pre(brush !== null)
        const places = placesOf(axis, values, diverged)
        const pixel = 1.5 / length
        underBrush(axis, brush!, places, values).forEach((under, i) => {
          if (places[i]! >= wanted.from + pixel && places[i]! <= wanted.to - pixel) expect(under).toBe(1)
          if (places[i]! < wanted.from - pixel || places[i]! > wanted.to + pixel) expect(under).toBe(0)
        })
        const span = spanOf(axis, brush!)!
        expect(span.from).toBeLessThanOrEqual(span.to)
      }),
      { seed: 7, numRuns: 1000 },
    )
  })

  it('is written shortly: three digits of a rate, words bare where they may be', () => {
    const rates = Float64Array.from([0.001, 0.01, 0.1, 1])
    const axis = axisOf('peakLr', rates, new Uint8Array(4))
    const brush = brushOf(axis, { from: 0.64, to: 0.86 }, 300)!
    expect(brushFilter(axis, brush)).toBe('peakLr >= 0.0899 and peakLr <= 0.464')
    const kinds = axisOf('schedule.kind', ['cosine', 'one-cycle', 'step'], new Uint8Array(3))
    expect(brushFilter(kinds, { words: ['cosine', 'step'] })).toBe('schedule.kind in (cosine, step)')
  })

  it('keeps what diverged out of a range of results, and finds it in its lane', () => {
    const axis = axisOf(`${METRIC}.best`, Float64Array.from([0.9, 0.95, 0.99]), Uint8Array.from([0, 1, 0]))
    expect(axis.lanes).toEqual(['diverged'])
    expect(brushFilter(axis, { range: { low: 0.9, high: 1 } })).toBe(
      'validation/accuracy.best >= 0.9 and validation/accuracy.best <= 1 and status != diverged',
    )
    expect(brushFilter(axis, { lanes: ['diverged'] })).toBe('status = diverged')
  })
})

describe('a word of a filter', () => {
  it('is read back as it was, whatever it holds (1000 random texts)', () => {
    fc.assert(
      fc.property(words, (word) => {
        const selects = compileFilter(`group = ${filterWord(word)}`)
        expect(selects({ group: word } as RunRow)).toBe(true)
      }),
      { seed: 8, numRuns: 1000 },
    )
  })
})
