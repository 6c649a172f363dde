import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { createRng } from '../../src/core/domain/rng'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { buildModel } from '../../src/core/engine/layers/build-model'
import { ENGINES } from './engines'

const { ops } = ENGINES.wasm
const modelOf = (model: object) =>
  parseRunSpec({ dataset: { kind: 'glyphs' }, model, schedule: { kind: 'constant', lr: 0.1 }, budget: { steps: 1 } })
    .model
const build = (model: object, shape: number[], classes = 10, seed = 1) =>
  buildModel(ops, modelOf(model), shape, classes, createRng(seed, 'weights'))

describe('a model', () => {
  it.each([
    ['mlp', [28, 28, 1], 784 * 128 + 128 + 128 * 10 + 10],
    ['mlp', [2], 2 * 128 + 128 + 128 * 10 + 10],
    ['cnn-small', [28, 28, 1], 9 * 16 + 32 + 9 * 16 * 32 + 64 + 7 * 7 * 32 * 10 + 10],
  ])('%s for inputs of %j has %d parameters', (preset, shape, count) => {
    const model = build({ preset }, shape)
    expect(model.parameterCount).toBe(count)
    expect(model.parameters.reduce((sum, { tensor }) => sum + ops.download(tensor).length, 0)).toBe(count)
    expect(model.layers.at(-1)!.shape).toEqual([10])
    model.dispose()
  })

  it('gets a dense layer to the classes where its list does not end with one', () => {
    const kinds = (layers: object[]) => {
      const model = build({ layers }, [4])
      model.dispose()
      return model.layers.map((layer) => layer.kind)
    }
    expect(kinds([{ kind: 'dense', units: 10 }])).toEqual(['dense'])
    expect(kinds([{ kind: 'dense', units: 9 }])).toEqual(['dense', 'dense'])
    expect(kinds([{ kind: 'dense', units: 10 }, { kind: 'relu' }])).toEqual(['dense', 'relu', 'dense'])
  })

  it('draws its weights for what follows them: He before a ReLU, Glorot before tanh, small ones for the output', () => {
    const model = build(
      {
        layers: [
          { kind: 'dense', units: 120 },
          { kind: 'tanh' },
          { kind: 'dense', units: 90 },
          { kind: 'batch-norm' },
          { kind: 'relu' },
        ],
      },
      [100],
    )
    const variances = model.parameters
      .filter((parameter) => parameter.decays)
      .map(({ tensor }) => ops.download(tensor))
      .map((weights) => weights.reduce((sum, value) => sum + value * value, 0) / weights.length)
    const expected = [2 / (100 + 120), 2 / 120, 1 / 90 / 3]
    variances.forEach((variance, i) => expect(variance / expected[i]!).toBeCloseTo(1, 1))
    model.dispose()
  })

  it('draws the same weights for the same seed, others for another', () => {
    const models = [1, 1, 2].map((seed) => build({ preset: 'mlp' }, [28, 28, 1], 10, seed))
    const [a, b, c] = models.map((model) => ops.download(model.parameters[0]!.tensor))
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
    for (const model of models) model.dispose()
  })

  const conv = (kernel: number, padding = 'valid') => ({ kind: 'conv2d', filters: 4, kernel, padding })
  it.each([
    [
      { layers: [conv(3)] },
      [2],
      'model.layers[0] (conv2d) needs an image of height × width × channels; it gets the shape [2]',
    ],
    [{ layers: [{ kind: 'relu' }, conv(9)] }, [8, 8, 1], 'model.layers[1] (conv2d) needs an image of at least 9 × 9'],
    [{ layers: [{ kind: 'dense', units: 3 }] }, [8, 8, 1], 'model.layers[0] (dense) needs a vector'],
    [{ layers: [conv(3)] }, [8, 8, 1], 'the dense layer that is added after the last of model.layers needs a vector'],
    [{ layers: [{ kind: 'flatten' }, { kind: 'max-pool' }] }, [8, 8, 1], 'model.layers[1] (max-pool) needs an image'],
    [{ layers: [{ kind: 'max-pool', size: 9, padding: 'valid' }] }, [8, 8, 1], 'at least 9 × 9'],
    [{ layers: [{ kind: 'global-average-pool' }] }, [2], 'model.layers[0] (global-average-pool) needs an image'],
    [{ layers: [65536, 65536].map((units) => ({ kind: 'dense', units })) }, [2], 'above 50000000 weights'],
    [{ preset: 'cnn-small' }, [2], 'model.preset cnn-small: its layer 0 (conv2d) needs an image'],
  ])('refuses %j for inputs of %j and frees what it had', (model, shape, message) => {
    const before = ops.tensorCount()
    expect(() => build(model, shape)).toThrow(
      expect.objectContaining({
        code: 'spec.invalid',
        message: expect.stringContaining(message),
      }) as unknown as AppError,
    )
    expect(ops.tensorCount()).toBe(before)
  })
})
