import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/domain/errors'
import { namedField } from '../../../src/core/domain/filter/fields'
import { compileFilter, filterFields } from '../../../src/core/domain/filter/filter'
import { runRow, summaryOf } from '../rows'

const rows = [
  runRow({
    id: 'cnn',
    name: 'CNN 1cycle',
    tags: ['demo', 'good'],
    metrics: {
      'validation/accuracy': summaryOf(0.9, 0.985, 0.98),
      'train/loss': summaryOf(2, 0.1),
      lr: summaryOf(0.4),
    },
  }),
  runRow(
    { id: 'flat', name: 'flat', peakLr: 0.05, group: 'mnist', metrics: { 'my metric': summaryOf(3, 1, 2) } },
    { schedule: { kind: 'constant', lr: 0.05 }, batchSize: 128, seed: 3, tags: ['spec only'] },
  ),
  runRow(
    {
      id: 'wild',
      name: 'it\'s "wild"',
      status: 'diverged',
      divergedAt: 7,
      peakLr: 5,
      tags: ['demo'],
      engine: { kind: 'wasm', label: 'wasm', version: '1', threads: 1, whyNotFaster: null },
      metrics: { 'train/loss': summaryOf(NaN, NaN) },
    },
    {
      schedule: { kind: 'constant', lr: 5 },
      optimizer: { kind: 'sgd', momentum: 0, weightDecay: 0.001 },
      model: { preset: 'mlp' },
    },
  ),
]
const types = [
  runRow({ id: 'test' }, { rangeTest: {} }),
  // Moved to another group: it stays what it is.
  runRow({ id: 'third', group: 'mine' }, { group: 'confirm test' }),
  runRow({ id: 'plain' }),
]
const found = (filter: string) => rows.filter(compileFilter(filter)).map(({ id }) => id)

describe('a filter lets through', () => {
  it.each([
    ['type = range-test', ['test']],
    ['type = confirm', ['third']],
    ['type != training', ['test', 'third']],
    ['rangeTest.steps = 300', ['test']],
  ])('runs of a type: %s', (filter, ids) => {
    expect(types.filter(compileFilter(filter)).map(({ id }) => id)).toEqual(ids)
  })

  it('no type that there is none of: it names those that are', () => {
    expect(() => compileFilter('type = rangetest')).toThrow(
      /expected one of training, range-test, confirm.*range-test\?/,
    )
  })

  it.each<[string, string[]]>([
    ['', ['cnn', 'flat', 'wild']],
    ['   ', ['cnn', 'flat', 'wild']],
    [
      'lr > 0.05 and schedule = one-cycle and status != diverged and validation/accuracy.max >= 0.98 and tag has demo and name ~ "cnn"',
      ['cnn'],
    ],
    ['lr > 0.05', ['cnn', 'wild']],
    ['lr >= 0.05', ['cnn', 'flat', 'wild']],
    ['lr < 5e-1', ['cnn', 'flat']],
    ['lr <= .05', ['flat']],
    ['lr = 0.4', ['cnn']],
    ['lr!=0.4', ['flat', 'wild']],
    ['schedule = constant', ['flat', 'wild']],
    ['schedule.kind = constant', ['flat', 'wild']],
    ['schedule.lr = 5', ['wild']],
    ['schedule.maxLr > 0', ['cnn']],
    ['maxLr > 0', ['cnn']],
    ['batch = 128', ['flat']],
    ['batchSize in (32, 64)', ['cnn', 'wild']],
    ['batchSize in [128]', ['flat']],
    ['batchSize not in (128)', ['cnn', 'wild']],
    ['seed = 3', ['flat']],
    ['weightDecay > 0', ['wild']],
    ['optimizer.weightDecay > 0', ['wild']],
    ['optimizer = sgd', ['cnn', 'flat', 'wild']],
    ['momentum = 0', ['wild']],
    ['schedule.momentum.max = 0.95', ['cnn']],
    ['optimizer.nesterov = false', ['cnn', 'flat', 'wild']],
    ['nesterov = true', []],
    ['model = mlp', ['wild']],
    ['dataset = mnist', ['cnn', 'flat', 'wild']],
    ['engine = wasm', ['wild']],
    ['status = diverged', ['wild']],
    ['status in (finished, diverged)', ['cnn', 'flat', 'wild']],
    ['status ~ ver', ['wild']],
    ['divergedAt < 10', ['wild']],
    ['tag has demo', ['cnn', 'wild']],
    ['tags has demo', ['cnn', 'wild']],
    ['tag = demo', ['cnn', 'wild']],
    ['tag != demo', ['flat']],
    ['tag in (good, other)', ['cnn']],
    ['tag ~ GOO', ['cnn']],
    ['tag has "spec only"', []],
    ['name ~ CNN', ['cnn']],
    ['name ~ cnn', ['cnn']],
    ['name ~ 1', ['cnn']],
    ['name = "CNN 1cycle"', ['cnn']],
    ["name = 'CNN 1cycle'", ['cnn']],
    ['name = "cnn 1cycle"', []],
    ['name = "it\'s \\"wild\\""', ['wild']],
    ['group = mnist', ['flat']],
    ['group = ""', ['cnn', 'wild']],
    ['id = cnn', ['cnn']],
    ['steps = 100 and duration = 3000', ['cnn', 'flat', 'wild']],
    ['validation/accuracy.best > 0.98', ['cnn']],
    ['validation/accuracy.last = 0.98', ['cnn']],
    ['validation/accuracy.min < 0.95', ['cnn']],
    ['train/loss.best < 1', ['cnn']],
    ['validation/accuracy.bestStep = 1', ['cnn']],
    ['hidden = false and pinned = false', ['cnn', 'flat', 'wild']],
    ['colour = 3', []],
    ['lr.last = 0.4', ['cnn']],
    ['"my metric.max" = 3', ['flat']],
    ['"my metric.best" = 1', ['flat']],
    ['train/loss.last > 0', ['cnn']],
    ['train/loss.last <= 0', []],
    ['train/loss.last = NaN', []],
    ['train/loss.last != 0.1', ['flat', 'wild']],
    ['not train/loss.last < 1', ['flat', 'wild']],
    ['constructor.last != 1', ['cnn', 'flat', 'wild']],
    ['lr = 5 or lr = 0.05 and batch = 64', ['wild']],
    ['(lr = 5 or lr = 0.05) and batch = 64', ['wild']],
    ['lr = 5 or (lr = 0.05 and batch = 128)', ['flat', 'wild']],
    ['not lr = 5 and batch = 64', ['cnn']],
    ['not (lr = 5 and batch = 64)', ['cnn', 'flat']],
    ['not not lr = 5', ['wild']],
    ['lr = 5 OR NOT (lr = 5) AND batch IN (128)', ['flat', 'wild']],
  ])('%s', (filter, expected) => expect(found(filter)).toEqual(expected))
})

describe('a wrong filter says where, and what was expected', () => {
  it.each<[string, number, RegExp]>([
    ['lr', 3, /expected one of = != < <= > >= ~ in has, got the end/],
    ['lr >', 5, /expected a value, got the end/],
    ['lr > and', 6, /expected a number after >, got "and"/],
    ['> 3', 1, /expected a field such as lr.*got ">"/],
    ['lr > 3 and', 11, /expected a field.*got the end/],
    ['lr > 3 lr < 4', 8, /expected and, or or the end, got "lr"/],
    ['name = two words', 12, /got "words" \(text with spaces needs quotes\)/],
    ['(lr > 3', 8, /expected and, or or \), got the end/],
    ['lr > 3)', 7, /expected and, or or the end, got "\)"/],
    ['()', 2, /expected a field/],
    ['seed in 3', 9, /expected a list such as \(1, 2, 3\), got "3"/],
    ['seed in (1 2)', 12, /expected , or \), got "2"/],
    ['seed in (1, 2', 14, /expected , or \), got the end/],
    ['seed in ()', 10, /expected a value, got "\)"/],
    ['seed in (1]', 11, /expected , or \), got "\]"/],
    ['name = "open', 13, /expected a closing ", got the end \(the text begins in column 8\)/],
    ['lr ! 3', 4, /expected !=, got "!" \(for a negation write not\)/],
    ['lr == 3', 5, /expected a value, got "="/],
    ['lr > high', 6, /expected a number after >, got "high"/],
    ['lr > "3"', 6, /expected a number after >, got "3"/],
    ['status = divergd', 10, /expected one of queued, .*got "divergd" \(did you mean diverged\?\)/],
    ['status in (finished, done)', 11, /expected one of queued/],
    ['statu = finished', 1, /expected a field.*got "statu" \(did you mean status\?\)/],
    ['lr > 3 and batchsise = 3', 12, /did you mean batchSize\?/],
    [
      'validation/accuracy > 0.9',
      1,
      /for a metric write validation\/accuracy\.last, \.min, \.max, \.best or \.bestStep/,
    ],
    ['"my metric" > 1', 1, /for a metric write "my metric\.last"/],
    ['kind = mnist', 1, /expected the name of one field, got "kind" \(it may be dataset\.kind or /],
    ['name not = 3', 10, /expected in, got "="/],
    ['__proto__ = 1', 1, /expected a field/],
    ['constructor = 1', 1, /expected a field/],
    [`${'('.repeat(200)}lr > 1${')'.repeat(200)}`, 66, /fewer parentheses/],
    [`${'not '.repeat(200)}lr > 1`, 261, /fewer parentheses/],
  ])('%s', (filter, column, message) => {
    let error: unknown
    try {
      compileFilter(filter)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(AppError)
    const { code, message: said, details } = error as AppError
    expect({ code, column: details.column, field: details.field }).toEqual({
      code: 'input.invalid',
      column,
      field: 'filter',
    })
    expect(said).toMatch(new RegExp(`^filter, column ${column}: `))
    expect(said).toMatch(message)
  })
})

it('any text is a filter or a clear error, and a filter answers yes or no (5000 random texts)', () => {
  const words = [
    'lr',
    'and',
    'or',
    'not',
    'in',
    'has',
    '(',
    ')',
    '=',
    '!=',
    '<',
    '~',
    '1',
    '"x"',
    'name',
    'tag',
    ',',
    '.max',
    "'",
    '\\',
  ]
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
  )
  let compiled = 0
  fc.assert(
    fc.property(text, (filter) => {
      try {
        const matches = compileFilter(filter)
        compiled++
        return rows.every((row) => typeof matches(row) === 'boolean')
      } catch (error) {
        return error instanceof AppError && error.code === 'input.invalid' && Number(error.details.column) >= 1
      }
    }),
    { numRuns: 5000, seed: 1 },
  )
  expect(compiled).toBeGreaterThan(50)
})

it.each([
  ['lr', 'peakLr'],
  ['schedule', 'schedule.kind'],
  ['maxLr', 'schedule.maxLr'],
  ['peakLr', 'peakLr'],
  ['optimizer.momentum', 'optimizer.momentum'],
  ['validation/accuracy.best', 'validation/accuracy.best'],
  ['validation/accuracy.bestStep', 'validation/accuracy.bestStep'],
  ['hidden', 'hidden'],
])('%s is the field %s', (short, full) => expect(namedField(short, 'sort.column').name).toBe(full))

it.each([
  ['peak_lr', /^groupBy: "peak_lr" is no field \(did you mean peakLr\?\)/],
  ['kind', /it may be dataset\.kind or /],
  ['my metric', /for a metric write "my metric\.last"/],
  ['__proto__', /is no field/],
  ['', /is no field/],
])('%j is refused where a field is named', (name, message) => {
  expect(() => namedField(name, 'groupBy')).toThrow(
    expect.objectContaining({
      code: 'input.invalid',
      message: expect.stringMatching(message),
      details: expect.objectContaining({ field: 'groupBy', got: name }),
    }),
  )
})

it('a filter names the fields that it asks about, in full', () => {
  expect([...filterFields('not (lr > 1 or hidden = true) and tag has "x"')]).toEqual(['peakLr', 'hidden', 'tags'])
  expect([...filterFields(' ')]).toEqual([])
})
