import { describe, expect, it } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { checkTrainable } from '../../src/core/engine/check-trainable'

const check = (dataset: object, layers: object[]) =>
  checkTrainable(
    parseRunSpec({
      dataset,
      model: { layers },
      schedule: { kind: 'constant', lr: 0.1 },
      budget: { steps: 1 },
      engine: 'wasm',
    }),
  )

describe('what a run needs', () => {
  it.each([
    [{ kind: 'spirals' }, '[2]'],
    [{ kind: 'spirals', train: 1_000_000, validation: 1_000_000 }, '[2]'],
    [{ kind: 'glyphs' }, '[8, 8, 1]'],
    [{ kind: 'mnist' }, '[28, 28, 1]'],
  ])('are layers that fit the samples of %j, told before anything is stored', async (dataset, shape) => {
    await expect(check(dataset, [{ kind: 'flatten' }])).resolves.toBeUndefined()
    await expect(check(dataset, [{ kind: 'relu' }, { kind: 'reshape', shape: [5] }])).rejects.toMatchObject({
      code: 'spec.invalid',
      message: `model.layers[1] (reshape) needs a shape of 5 values to make [5] of; it gets the shape ${shape}`,
      details: { field: 'model.layers[1]' },
    })
  })
})
