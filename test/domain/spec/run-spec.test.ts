import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/domain/errors'
import { checkRunSpec, parseRunSpec, specNotices, totalSteps } from '../../../src/core/domain/spec/run-spec'

const valid = {
  dataset: { kind: 'mnist' },
  model: { preset: 'cnn-small' },
  schedule: { kind: 'one-cycle', maxLr: 0.4 },
  budget: { steps: 1000 },
}

const firstProblem = (input: unknown) => {
  const check = checkRunSpec(input)
  return check.ok ? null : check.problems[0]!
}

describe('a run spec', () => {
  it('is filled in with defaults', () => {
    const spec = parseRunSpec(valid)
    expect(spec).toMatchObject({
      batchSize: 64,
      seed: 0,
      engine: 'auto',
      loss: 'cross-entropy',
      optimizer: { kind: 'sgd', momentum: 0.9 },
    })
    expect(spec.dataset).toEqual({ kind: 'mnist', train: 60000, validation: 10000, standardize: true })
  })

  it('that was parsed parses to itself', () => {
    const spec = parseRunSpec(valid)
    expect(parseRunSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec)
  })

  it.each<[string, object, string]>([
    [
      'a negative rate',
      { schedule: { kind: 'one-cycle', maxLr: -0.1 } },
      'schedule.maxLr must be above 0 and at most 10000, got -0.1',
    ],
    ['a rate of 0', { schedule: { kind: 'constant', lr: 0 } }, 'schedule.lr must be above 0 and at most 10000, got 0'],
    [
      'a rate above 1e4',
      { schedule: { kind: 'constant', lr: 10001 } },
      'schedule.lr must be above 0 and at most 10000, got 10001',
    ],
    [
      'a rate that is NaN',
      { schedule: { kind: 'constant', lr: NaN } },
      'schedule.lr must be above 0 and at most 10000, got NaN',
    ],
    [
      'a rate in quotes',
      { schedule: { kind: 'constant', lr: '0.1' } },
      'schedule.lr must be above 0 and at most 10000, got "0.1"',
    ],
    ['zero steps', { budget: { steps: 0 } }, 'budget.steps must be a whole number from 1 to 100000000, got 0'],
    ['half a step', { budget: { steps: 1.5 } }, 'budget.steps must be a whole number from 1 to 100000000, got 1.5'],
    ['no budget', { budget: {} }, 'budget must be {"steps": n} or {"epochs": n}, got {}'],
    ['a mistyped field', { bachSize: 32 }, 'bachSize is not a known field (did you mean batchSize?)'],
    [
      'a mistyped inner field',
      { schedule: { kind: 'one-cycle', maxLR: 1 } },
      'schedule.maxLR is not a known field (did you mean maxLr?)',
    ],
    [
      'a mistyped schedule',
      { schedule: { kind: 'onecycle', maxLr: 1 } },
      'schedule.kind must be one of constant, step, multi-step, exponential, inverse-time, cosine, polynomial, warm-restarts, triangular, sawtooth, one-cycle, wsd, plateau, piecewise, sequence, got "onecycle" (did you mean one-cycle?)',
    ],
    [
      'a mistyped layer',
      { model: { layers: [{ kind: 'conv2d', filtres: 3 }] } },
      'model.layers.0.filtres is not a known field (did you mean filters?)',
    ],
    [
      'an unknown preset',
      { model: { preset: 'cnn' } },
      'model.preset must be one of mlp, cnn-small, resnet-small, got "cnn"',
    ],
    ['a text for an object', { dataset: 'mnist' }, 'dataset must be an object, got "mnist"'],
    [
      'an unknown dataset',
      { dataset: { kind: 'minst' } },
      'dataset.kind must be one of mnist, fashion-mnist, csv, idx, image-folder, spirals, glyphs, teacher-student, got "minst" (did you mean mnist?)',
    ],
    [
      'momentum base above max',
      { schedule: { kind: 'one-cycle', maxLr: 1, momentum: { base: 0.9, max: 0.8 } } },
      'schedule.momentum.base must not be above max (0.8), got 0.9',
    ],
    [
      'a batch larger than the data',
      { batchSize: 100, dataset: { kind: 'mnist', train: 50 } },
      'batchSize must not be above the 50 training samples, got 100',
    ],
    [
      'nesterov without momentum',
      { optimizer: { kind: 'sgd', momentum: 0, nesterov: true } },
      'optimizer.nesterov needs optimizer.momentum above 0',
    ],
    ['a name of 257 bytes', { name: 'ä'.repeat(129) }, 'name must be text of 0 to 256 bytes'],
    ['a negative seed', { seed: -1 }, 'seed must be a whole number from 0 to 4294967295, got -1'],
  ])('with %s is refused: field, value, what is allowed', (_name, change, message) => {
    expect(firstProblem({ ...valid, ...change })?.message).toContain(message)
  })

  it.each([[null], [4], ['x'], [[]], [{}]])('%j is refused, not crashed on', (input) => {
    expect(firstProblem(input)).not.toBeNull()
  })

  it('that is a list is refused as such', () => {
    expect(firstProblem([valid])?.message).toMatch(/^spec must be an object/)
  })

  it('is refused with every problem at once', () => {
    const check = checkRunSpec({ ...valid, batchSize: 0, seed: -1 })
    expect(check.ok ? [] : check.problems.map(({ field }) => field)).toEqual(['batchSize', 'seed'])
    expect(() => parseRunSpec({ ...valid, batchSize: 0, seed: -1 })).toThrow(AppError)
  })

  it('does not reach Object.prototype', () => {
    const hostile = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    ) as object
    checkRunSpec({ ...valid, ...hostile })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it('says little of much: a field name of a megabyte is cut, and of many problems the first hundred are told', () => {
    const long = checkRunSpec({ ...valid, ['x'.repeat(2 ** 20)]: 1 })
    expect(long.ok ? [] : long.problems.map(({ message }) => message.length < 600)).toEqual([true])
    const many = checkRunSpec({ ...valid, tags: Array(50_000).fill(1) })
    expect(many.ok ? 0 : many.problems.length).toBe(100)
  })
})

describe('the number of updates', () => {
  it('is the budget in steps, or epochs times batches, the last one possibly smaller', () => {
    expect(totalSteps(parseRunSpec(valid))).toBe(1000)
    expect(totalSteps(parseRunSpec({ ...valid, budget: { epochs: 10 }, batchSize: 128 }))).toBe(4690)
    expect(totalSteps(parseRunSpec({ ...valid, budget: { epochs: 2 }, dataset: { kind: 'mnist', train: 64 } }))).toBe(2)
  })
})

describe('notices', () => {
  it('say what a spec asks for and does not get', () => {
    expect(specNotices(parseRunSpec(valid))).toEqual([])
    expect(specNotices(parseRunSpec({ ...valid, engine: 'wasm', threads: 2 }))).toHaveLength(1)
  })
})
