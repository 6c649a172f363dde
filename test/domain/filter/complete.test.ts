import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeFilter } from '../../../src/core/domain/filter/complete'
import { compileFilter } from '../../../src/core/domain/filter/filter'
import { describeFields } from '../../../src/core/domain/table/describe-fields'
import { runRow, summaryOf } from '../rows'

const known = describeFields([
  runRow({ name: 'two words', tags: ['demo', 'it is "x"', '007'], metrics: { 'validation/accuracy': summaryOf(0.9) } }),
  runRow(
    { name: 'plain', status: 'diverged', tags: ['demo'], metrics: { 'my metric': summaryOf(1) } },
    { batchSize: 128 },
  ),
  runRow({ name: 'plain', status: 'diverged' }),
])

/** Completes at the mark | of a filter. */
const at = (marked: string) => {
  const caret = marked.indexOf('|')
  const text = marked.replace('|', '')
  const { from, to, options } = completeFilter(text, caret, known)
  return { options, texts: options.map((option) => option.text), replaced: text.slice(from, to), from, to, text }
}
/** The filter once the first option is taken. */
const first = (marked: string) => {
  const { text, from, to, texts } = at(marked)
  return text.slice(0, from) + texts[0] + text.slice(to)
}

describe('a filter that is being written is completed', () => {
  it('with fields, not and ( where a condition begins', () => {
    for (const start of ['|', '  |', 'lr > 3 and |', '(|', 'not |', 'lr > 3 or (not |']) {
      const { texts, replaced } = at(start)
      expect(texts).toEqual(
        expect.arrayContaining(['lr', 'peakLr', 'schedule.maxLr', 'validation/accuracy.best', 'not', '(']),
      )
      expect(replaced).toBe('')
    }
    expect(at('|').texts).toContain('"my metric.bestStep"')
    expect(at('|').texts).not.toContain('schedule.cycleSteps')
  })

  it.each([
    ['sta|', 'status'],
    ['max|', 'schedule.maxLr'],
    ['LR|', 'lr'],
    ['accuracy.best|', 'validation/accuracy.best'],
    ['"my m|', '"my metric.last"'],
    ['lr > 3 an|', 'lr > 3 and'],
    ['lr > 3 and sche|', 'lr > 3 and schedule'],
    ['status = fin|', 'status = finished'],
    ['status in (finished, div|)', 'status in (finished, diverged)'],
    ['sta|tu = finished', 'status = finished'],
    ['tag has "it|', 'tag has "it is \\"x\\""'],
    ['name = "tw|o"', 'name = "two words"'],
    ['tag has 00|', 'tag has "007"'],
    ['lr <|', 'lr <'],
    ['lr !|', 'lr !='],
    ['status no|', 'status not in'],
    ['status not |', 'status not in'],
    ['status in |', 'status in ('],
    ['(lr > 3 |', '(lr > 3 and'],
  ])('%s -> %s', (marked, whole) => expect(first(marked)).toBe(whole))

  it('with the comparators that suit the field', () => {
    expect(at('lr |').texts).toEqual(['=', '!=', '<', '<=', '>', '>=', 'in', 'not in'])
    expect(at('validation/accuracy.best |').texts).toContain('>=')
    expect(at('status |').texts).toEqual(['=', '!=', '~', 'in', 'not in'])
    expect(at('tag |').texts[0]).toBe('has')
    expect(at('hidden |').texts).toEqual(['=', '!='])
    expect(at('lr <|').texts).toEqual(['<', '<='])
  })

  it('with values that runs have, the most frequent ones first, and how many have them', () => {
    expect(at('name = |').options).toEqual([
      { text: 'plain', kind: 'value', runs: 2 },
      { text: '"two words"', kind: 'value', runs: 1 },
    ])
    expect(at('batch = |').texts).toEqual(['64', '128'])
    expect(at('status = |').texts.slice(0, 3)).toEqual(['diverged', 'finished', 'queued'])
    expect(at('pinned = |').texts).toEqual(['false'])
    expect(at('nothing = |').texts).toEqual([])
  })

  it('with and, or, and ) where a parenthesis is open', () => {
    expect(at('lr > 3 |').texts).toEqual(['and', 'or'])
    expect(at('(lr > 3 |').texts).toEqual(['and', 'or', ')'])
    expect(at('(lr > 3) |').texts).toEqual(['and', 'or'])
    expect(at('seed in (1|').texts).toEqual([])
    expect(at('seed in (1 |').texts).toEqual([',', ')'])
    expect(at('seed in (1, 2) |').texts).toEqual(['and', 'or'])
    expect(at('name = "plain" |').texts).toEqual(['and', 'or'])
    expect(at('name = "plain"|').replaced).toBe('')
  })

  it.each(['> |', 'lr > 3 4 |', 'lr = = |', ') |', 'lr > 3) |', 'seed in 3 |', 'lr, |'])(
    'with nothing where it makes no sense: %s',
    (marked) => expect(at(marked).options).toEqual([]),
  )
})

it('every value that is offered finds a run that has it, whatever is in it (300 random texts)', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 20 }), (name) => {
      const row = runRow({ name })
      const { options } = completeFilter('name = ', 7, describeFields([row]))
      return compileFilter(`name = ${options[0]!.text}`)(row)
    }),
    { numRuns: 300, seed: 1 },
  )
})

it('no text and no caret makes it fail (2000 random ones)', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('lr', ' and ', '(', ')', 'in', '"', "'", '\\', '!', '=', ',', 'not '),
  )
  fc.assert(
    fc.property(fc.array(piece), fc.nat(), (pieces, place) => {
      const text = pieces.join('')
      const caret = place % (text.length + 1)
      const { from, to } = completeFilter(text, caret, known)
      return from <= caret && caret <= to && to <= text.length
    }),
    { numRuns: 2000, seed: 2 },
  )
})
