import { describe, expect, it } from 'vitest'
import { createRecipe, recipeSpec } from '../../../src/core/domain/recipe/recipe'
import { parseRunSpec } from '../../../src/core/domain/spec/run-spec'
import { runRow, summaryOf } from '../rows'

describe('a recipe', () => {
  const row = runRow({
    name: 'renamed',
    tags: ['best'],
    environment: { anneal: '1.2.3', node: '24.0.0', platform: 'linux x64', cpu: 'a cpu', cores: 8, memoryGb: 64 },
    metrics: { 'validation/accuracy': summaryOf(0.9, 0.98, 0.97), 'train/loss': summaryOf(2, NaN) },
  })
  it('holds a spec that runs, as it is and as JSON', () => {
    const recipe = createRecipe(row, '1.2.3')
    expect(parseRunSpec(recipeSpec(recipe))).toEqual({ ...row.spec, name: 'renamed', tags: ['best'] })
    expect(parseRunSpec(recipeSpec(JSON.parse(JSON.stringify(recipe))))).toEqual(recipe.spec)
  })
  it('says what came of it', () => {
    expect(createRecipe(row, '1.2.3')).toMatchObject({
      anneal: '1.2.3',
      recipe: 1,
      schedule: { description: expect.stringMatching(/^1cycle: 0\.0160 up to 0\.400/), totalSteps: 100, peakLr: 0.4 },
      result: {
        status: 'finished',
        steps: 100,
        divergedAt: null,
        trainingMs: 3000,
        metrics: {
          'validation/accuracy': { last: 0.97, best: 0.98, bestStep: 1 },
          'train/loss': { last: NaN, best: 2, bestStep: 0 },
        },
      },
      run: { id: 'aaaa0000', name: 'renamed', startedAt: 2000 },
    })
  })
  it('describes a run that has not trained yet', () => {
    const recipe = createRecipe(runRow({ status: 'queued', steps: 0, startedAt: null, endedAt: null }), '1')
    expect(recipe).toMatchObject({ result: { trainingMs: null, metrics: {} }, environment: null, dataset: null })
  })
  it.each([
    ['/home/alice/data/images.idx', 'images.idx'],
    ['C:\\Users\\alice\\images.idx', 'images.idx'],
    ['images.idx', 'images.idx'],
  ])('names no folder and no user: %s', (path, name) => {
    const dataset = { kind: 'idx' as const, images: path, labels: path }
    const recipe = createRecipe(runRow({ environment: row.environment }, { dataset }), '1')
    expect(recipe.spec.dataset).toMatchObject({ images: name, labels: name })
    expect(JSON.stringify(recipe)).not.toMatch(/alice|home|Users|a cpu/)
    expect(recipe.environment).toEqual({ anneal: '1.2.3', node: '24.0.0', platform: 'linux x64' })
  })
})

describe('what `run` is given', () => {
  it.each([
    ['a spec', { model: {} }],
    ['a list', [1]],
    ['text', 'x'],
    ['nothing', null],
  ])('is left alone where it is %s', (_, value) => expect(recipeSpec(value)).toBe(value))
  it.each([
    [{ recipe: 2, spec: {} }, 'recipe must be 1, the version that this program reads, got 2'],
    [{ recipe: '1', spec: {} }, 'recipe must be 1, the version that this program reads, got "1"'],
    [{ recipe: 1 }, 'spec is missing: a recipe holds the run spec there'],
  ])('is refused: %j', (value, message) => {
    expect(() => recipeSpec(value)).toThrow(expect.objectContaining({ code: 'spec.invalid', message }) as Error)
  })
})
