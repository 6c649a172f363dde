import { describe, expect, it } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { checkTestDraft, testDraft } from '../../src/renderer/pages/lab/new-test-draft'

describe('a new range test', () => {
  it('starts valid from nothing, and takes the settings of a run but neither its name nor its budget', () => {
    expect(checkTestDraft(testDraft(null)).problems).toEqual([])
    const run = parseRunSpec({
      name: 'mine',
      dataset: { kind: 'glyphs' },
      model: { preset: 'mlp' },
      optimizer: { kind: 'adamw' },
      schedule: { kind: 'one-cycle', maxLr: 0.4 },
      batchSize: 32,
      budget: { steps: 77 },
      seed: 5,
    })
    const { spec } = checkTestDraft(testDraft(run))
    expect(spec).toMatchObject({
      name: '',
      dataset: { kind: 'glyphs' },
      optimizer: { kind: 'adamw' },
      batchSize: 32,
      seed: 5,
    })
    expect(spec!.rangeTest).toEqual({ from: 1e-6, to: 10, steps: 300, repeats: 3, growth: 'exponential' })
    expect(spec!.budget).not.toEqual({ steps: 77 })
  })

  it.each([
    [{ from: 10, to: 1 }, 'rangeTest'],
    [{ steps: 1 }, 'rangeTest.steps'],
    [{ repeats: 0 }, 'rangeTest.repeats'],
    [{ to: 1e5 }, 'rangeTest.to'],
  ])('with %o names the field %s', (sweep, field) => {
    const { problems, spec } = checkTestDraft({ ...testDraft(null), rangeTest: sweep })
    expect(spec).toBeNull()
    expect(problems[0]!.field).toContain(field)
  })

  it('says where the data are gone through more than once', () => {
    const short = {
      ...testDraft(null),
      dataset: { kind: 'spirals', train: 640 },
      batchSize: 64,
      model: { preset: 'mlp' },
    }
    expect(checkTestDraft(short).note).toMatch(/10 batches for 300 steps/)
    expect(checkTestDraft(testDraft(null)).note).toBeNull()
  })
})
