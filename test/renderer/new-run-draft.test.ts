import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { createSchedule, FAMILIES, type ScheduleSpec } from '../../src/core/domain/schedules/registry'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { count, flag, rate } from '../../src/core/domain/spec/fields'
import {
  budgetIn,
  changesFrom,
  checkDraft,
  draftOf,
  firstDraft,
  parseSeeds,
  plannedSteps,
} from '../../src/renderer/pages/new-run/draft'
import { DATASETS, emptyDataset, withDataset } from '../../src/renderer/pages/new-run/dataset-kinds'
import { fieldsOf } from '../../src/renderer/pages/new-run/family-fields'
import { nudged, numberText, parseNumber } from '../../src/renderer/pages/new-run/number-text'
import { previewOf, previewReadout } from '../../src/renderer/pages/new-run/preview'
import { withSplit } from '../../src/renderer/pages/new-run/custom-handles'
import {
  makePart,
  type Part,
  partEnd,
  partShape,
  partStart,
  withPartSteps,
} from '../../src/renderer/pages/new-run/parts'
import { handlesOf, inFamily, namedPeak, withPeak } from '../../src/renderer/pages/new-run/schedule-handles'
import { fieldsOfSchema } from '../../src/renderer/pages/new-run/schema-fields'
import { leaves, valueAt, withValue } from '../../src/renderer/pages/new-run/spec-path'

const spec = (more: object = {}) =>
  parseRunSpec({
    dataset: { kind: 'mnist' },
    model: { preset: 'mlp' },
    budget: { steps: 1000 },
    schedule: { kind: 'one-cycle', maxLr: 0.3 },
    ...more,
  })

describe('the form', () => {
  it('starts with settings that are valid', () => expect(checkDraft(firstDraft()).problems).toEqual([]))

  it('comes back as the same spec from a copied run', () => {
    const original = spec({ seed: 7, clip: { norm: 2 }, model: { layers: [{ kind: 'dense', units: 8 }] } })
    expect(checkDraft(draftOf(original)).spec).toEqual(original)
  })

  it('takes data, model and optimizer from a range test, and no sweep', () => {
    const test = spec({ rangeTest: {}, schedule: { kind: 'constant', lr: 10 }, optimizer: { kind: 'adamw' }, seed: 4 })
    const { spec: copied } = checkDraft(draftOf(test))
    expect(copied).toMatchObject({ model: test.model, optimizer: test.optimizer, seed: 4, budget: { epochs: 2 } })
    expect(copied).not.toHaveProperty('rangeTest')
    expect(copied!.schedule.kind).toBe('one-cycle')
  })

  it.each([
    ['schedule.maxLr', -0.1, 'must be above 0 and at most 10000'],
    ['schedule.maxLr', '0.1x', 'must be above 0 and at most 10000'],
    ['schedule.maxLr', undefined, 'a value'],
    ['budget.epochs', 0, 'must be a whole number from 1 to 100000'],
    ['batchSize', 100_000, 'must be a whole number from 1 to 65536'],
    ['optimizer.momentum', 1, 'must be at least 0 and below 1'],
  ])('%s = %j is a problem of that field', (path, value, allowed) => {
    const draft = firstDraft()
    const check = checkDraft({ ...draft, spec: withValue(draft.spec, path, value) })
    expect(check.spec).toBeNull()
    expect(check.problems).toMatchObject([{ field: path, allowed: expect.stringContaining(allowed) }])
  })

  it.each([
    ['[{"kind":"dense","units":8}', 'model.layers', /JSON/],
    ['{"kind":"dense"}', 'model.layers', /list/],
    ['[{"kind":"dense","units":0}]', 'model.layers.0.units', /whole number/],
    ['[]', 'model.layers', /at least one layer/],
  ])('layers %s are refused', (layers, field, allowed) => {
    const [problem] = checkDraft({ ...firstDraft(), layers }).problems
    expect(problem!.field).toBe(field)
    expect(problem!.allowed).toMatch(allowed)
  })

  it.each([
    ['1, 2, 3', [1, 2, 3]],
    [' 7 ', [7]],
    ['1 2;3', [1, 2, 3]],
  ])('seeds %j', (text, seeds) => expect(parseSeeds(text)).toEqual(seeds))
  it.each(['', '1,,x', '-1', '1.5', '4294967296', '1, 1'])('seeds %j are refused', (text) =>
    expect(parseSeeds(text)).toMatchObject({ field: 'seed' }),
  )

  it('turns a budget into the other unit and knows when only the files can say', () => {
    expect(budgetIn('steps', spec({ budget: { epochs: 2 }, batchSize: 128 }))).toEqual({ steps: 938 })
    expect(budgetIn('epochs', spec({ budget: { steps: 1000 }, batchSize: 128 }))).toEqual({ epochs: 2 })
    const idx = spec({ dataset: { kind: 'idx', images: 'a', labels: 'b' }, budget: { epochs: 2 } })
    expect(plannedSteps(idx)).toBeNull()
  })

  it('lists what differs from the copied run, and nothing else', () => {
    const { changes } = changesFrom(
      spec({ name: 'a' }),
      spec({ name: 'b', optimizer: { kind: 'sgd', weightDecay: 1e-3 } }),
    )
    expect(changes).toEqual([{ path: 'optimizer.weightDecay', from: 0, to: 1e-3 }])
  })
})

describe('numbers as text', () => {
  it.each([
    ['0.3', 'rate', 0.3],
    ['1e-3', 'rate', 0.001],
    ['0,3', 'rate', 0.3],
    ['4\u2009690', 'count', 4690],
    ['30 %', 'percent', 0.3],
    ['', 'rate', undefined],
    ['abc', 'rate', 'abc'],
    ['1e-', 'rate', '1e-'],
  ] as const)('%j as %s is %j', (text, control, value) => expect(parseNumber(text, control)).toBe(value))

  it('comes back from its own text exactly', () => {
    for (const x of [0.1, 1 / 3, 5e-4, 1e-9, 1e4, 123456789, 0.29]) {
      for (const control of ['rate', 'count', 'percent'] as const)
        expect(parseNumber(numberText(x, control), control)).toBeCloseTo(x, 12)
    }
  })
  it('moves a rate by 1 % of a decade, a count by 1, momentum by 0.01', () => {
    expect(nudged(0.3, 'rate', 1)).toBeCloseTo(0.3 * 10 ** 0.01, 4)
    let rate = 0.3
    for (let i = 0; i < 100; i++) rate = nudged(rate, 'rate', 1)!
    expect(rate).toBeCloseTo(3, 1)
    expect(nudged(1, 'count', -1)).toBe(1)
    expect(nudged(0.9, 'momentum', 1)).toBe(0.91)
    expect(nudged('abc', 'rate', 1)).toBeNull()
  })
})

describe('families', () => {
  it.each(FAMILIES.map(({ kind }) => kind))(
    '%s keeps the peak when it is chosen, and its defaults are valid',
    (kind) => {
      for (const from of FAMILIES) {
        const before = from.defaults(0.37, 1000)
        const after = inFamily(kind, before, 1000)
        expect(namedPeak(after, 1000)).toBeCloseTo(namedPeak(before, 1000), 12)
        expect(checkDraft({ ...firstDraft(), spec: { ...firstDraft().spec, schedule: after } }).problems).toEqual([])
      }
    },
  )
  it.each(FAMILIES.map(({ kind, label }) => [label, kind] as const))(
    '%s shows no field that its schema lacks',
    (_, kind) => {
      const { spec: base } = firstDraft()
      const schedule = FAMILIES.find((family) => family.kind === kind)!.defaults(0.1, 1000)
      const shown = fieldsOf(kind, 1000)
      expect(shown.length).toBeGreaterThan(0)
      for (const { path } of shown) {
        const { problems } = checkDraft({
          ...firstDraft(),
          spec: withValue({ ...base, schedule }, `schedule.${path}`, {}),
        })
        expect(
          problems.filter(({ message }) => message.includes('is not a known field')),
          path,
        ).toEqual([])
      }
    },
  )
  it.each(FAMILIES.map(({ kind, defaults }) => [kind, defaults(0.1, 1000)] as const))(
    '%s has points to drag, one of them its peak',
    (kind, schedule) => {
      const handles = handlesOf(schedule, 1000)
      const isOwn = kind === 'piecewise' || kind === 'sequence'
      const peak = isOwn ? handles.toSorted((a, b) => b.lr - a.lr)[0]! : handles.find(({ id }) => id === 'peak')!
      const dragged = peak.drag({ t: peak.t, lr: peak.lr * 2 })
      expect(namedPeak(dragged, 1000)).toBeCloseTo(0.2, 3)
    },
  )
  it.each(FAMILIES.map(({ kind, defaults }) => [kind, defaults(0.1, 1000)] as const))(
    '%s takes another peak as a whole: its shape stays',
    (_, schedule) => {
      const raised = withPeak(schedule, 0.3, 1000)
      expect(namedPeak(raised, 1000)).toBeCloseTo(0.3, 9)
      expect(checkDraft({ ...firstDraft(), spec: { ...firstDraft().spec, schedule: raised } }).problems).toEqual([])
      const [low, high] = [createSchedule(schedule, 1000), createSchedule(raised, 1000)]
      const peakAt = (lr: (t: number) => number) => Array.from({ length: 1000 }, (_, t) => lr(t))
      const first = (values: number[]) => values.indexOf(Math.max(...values))
      expect(first(peakAt(high.lr))).toBe(first(peakAt(low.lr)))
    },
  )
  it('that nobody has described show the fields of their schema', () => {
    const schema = v.strictObject({
      kind: v.literal('new'),
      lr: rate(),
      warmupSteps: v.optional(count(), 10),
      cycle: v.optional(flag(), false),
      momentum: v.optional(v.nullable(v.strictObject({ base: rate() }))),
    })
    expect(fieldsOfSchema(schema)).toMatchObject([
      { path: 'lr', label: 'LR', control: 'rate' },
      { path: 'warmupSteps', label: 'Warmup steps', control: 'count', optional: 10 },
      { path: 'cycle', control: 'toggle' },
      { path: 'momentum.base', control: 'number' },
    ])
  })
})

describe('dragging', () => {
  const cycle = (convention: 'pytorch' | 'fastai') =>
    spec({ schedule: { kind: 'one-cycle', maxLr: 0.3, convention } }).schedule
  it.each(['pytorch', 'fastai'] as const)('the peak of 1cycle (%s) puts it under the pointer', (convention) => {
    const peak = handlesOf(cycle(convention), 1000).find(({ id }) => id === 'peak')!
    const moved = handlesOf(peak.drag({ t: 599, lr: 0.5 }), 1000).find(({ id }) => id === 'peak')!
    expect(moved.t).toBeCloseTo(599, -0.4)
    expect(moved.lr).toBe(0.5)
  })
  it('anywhere, also far outside, gives a valid schedule', () => {
    const schedules: ScheduleSpec[] = [
      cycle('pytorch'),
      cycle('fastai'),
      ...FAMILIES.map(({ defaults }) => defaults(0.1, 50)),
      ...FAMILIES.map(
        ({ defaults }) =>
          ({
            ...defaults(0.1, 42),
            warmup: { steps: 8, from: 0, shape: 'linear', convention: 'pytorch' },
          }) as ScheduleSpec,
      ),
    ]
    for (const schedule of schedules)
      for (const handle of handlesOf(schedule, 50))
        for (const to of [
          { t: -100, lr: -5 },
          { t: 1e6, lr: 1e9 },
          { t: 20, lr: 0 },
        ]) {
          const draft = { ...firstDraft(), spec: { ...firstDraft().spec, schedule: handle.drag(to) } }
          expect(checkDraft(draft).problems, `${handle.id} ${JSON.stringify(to)}`).toEqual([])
        }
  })
})

describe('a sequence', () => {
  const parts = (schedule: ScheduleSpec) => (schedule.kind === 'sequence' ? schedule.parts : [])
  const sequence = (...of: Part[]): Extract<ScheduleSpec, { kind: 'sequence' }> => ({ kind: 'sequence', parts: of })

  it.each(['linear', 'cosine', 'exponential'] as const)('is split in its %s part at the rate clicked', (shape) => {
    const split = withSplit(sequence(makePart('level', 100, 0.4, 0.4), makePart(shape, 900, 0.4, 0.004)), 400, 0.1)
    expect(parts(split).map(({ steps }) => steps)).toEqual([100, 300, 600])
    const [, first, second] = parts(split)
    expect([partStart(first!), partStart(second!)]).toEqual([0.4, 0.1])
    expect(partEnd(first!)).toBeCloseTo(0.1, 3)
    expect(partEnd(second!)).toBeCloseTo(0.004, 4)
    const { lr } = createSchedule(split, 1000)
    expect(lr(400)).toBe(0.1)
    expect(checkDraft({ ...firstDraft(), spec: { ...firstDraft().spec, schedule: split } }).problems).toEqual([])
  })

  it('leaves a part whole that the form does not edit', () => {
    const cycle = { steps: 500, schedule: FAMILIES.find(({ kind }) => kind === 'one-cycle')!.defaults(0.1, 500) }
    expect(withSplit(sequence(cycle), 250, 0.05)).toEqual(sequence(cycle))
    expect(partShape(cycle)).toBeNull()
  })

  it('keeps what its parts go to when they are made longer', () => {
    const longer = withPartSteps(makePart('exponential', 100, 0.4, 0.004), 700)
    expect(longer.steps).toBe(700)
    expect(partEnd(longer)).toBeCloseTo(0.004, 6)
  })
})

describe('the preview', () => {
  it('shows what the schedule gives each update, and its sum', () => {
    const preview = previewOf(spec(), 1000)
    const schedule = createSchedule(spec().schedule, 1000)
    let sum = 0
    for (let t = 0; t <= 700; t++) sum += schedule.lr(t)
    const readout = previewReadout(preview, 700)
    expect(readout.lr).toBe(schedule.lr(700))
    expect(readout.momentum).toBe(schedule.momentum!(700))
    expect(readout.sum).toBeCloseTo(sum, 9)
    expect(readout.phase).toBe('anneal')
  })
  it('of very many updates stays small, keeps both sides of each fall and nearly the exact sum', () => {
    const steps = 10_000_000
    const falling = spec({ schedule: { kind: 'step', lr: 1, everySteps: 3_333_334, gamma: 0.5 } })
    const preview = previewOf(falling, steps)
    expect(preview.at.length).toBeLessThan(21_000)
    expect([...preview.at]).toEqual(expect.arrayContaining([3_333_333, 3_333_334]))
    expect(preview.sumTo(steps - 1) / (3_333_334 * 1.5 + 3_333_332 * 0.25)).toBeCloseTo(1, 3)
  })
})

describe('paths', () => {
  it('set, read and remove without touching the original', () => {
    const source = { a: { b: 1, c: 2 } }
    expect(valueAt(withValue(source, 'a.d.e', 3), 'a.d.e')).toBe(3)
    expect(withValue(source, 'a.b', undefined)).toEqual({ a: { c: 2 } })
    expect(source).toEqual({ a: { b: 1, c: 2 } })
    expect([...leaves({ a: { b: 1 }, c: [1] })]).toEqual([
      ['a.b', 1],
      ['c', [1]],
    ])
  })
})

describe('another dataset', () => {
  const mnist = firstDraft().spec

  it.each(Object.keys(DATASETS) as (keyof typeof DATASETS)[])('%s needs no more than the fields it shows', (kind) => {
    const filled = Object.fromEntries((DATASETS[kind].texts ?? []).map(({ name }) => [name, 'x']))
    const { problems } = checkDraft({ ...firstDraft(), spec: withDataset(mnist, { ...emptyDataset(kind), ...filled }) })
    expect(problems).toEqual([])
  })

  it('of numbers takes squared error with it, and one of classes gives the loss back', () => {
    const regression = withDataset(mnist, emptyDataset('teacher-student'))
    expect(regression.loss).toBe('mean-squared-error')
    expect(withDataset(regression, emptyDataset('mnist')).loss).toBeUndefined()
    const table = { ...emptyDataset('csv'), task: 'regression' }
    expect(withDataset(mnist, table).loss).toBe('mean-squared-error')
    const chosen = { ...mnist, loss: 'mean-squared-error' }
    expect(withDataset(chosen, emptyDataset('glyphs')).loss).toBe('mean-squared-error')
  })
})
