import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { createRng } from '../../src/core/domain/rng'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { buildModel, checkModel } from '../../src/core/engine/layers/build-model'
import { ENGINES } from './engines'

const { ops } = ENGINES.wasm
const modelOf = (model: object) =>
  parseRunSpec({ dataset: { kind: 'glyphs' }, model, schedule: { kind: 'constant', lr: 0.1 }, budget: { steps: 1 } })
    .model
const build = (model: object, shape: number[], classes = 10, seed = 1) =>
  buildModel(ops, modelOf(model), shape, classes, createRng(seed, 'weights'))

/** The residual network's weights but those of the first convolution, which depend on the image's channels. */
const RESNET =
  2 * 9 * 16 * 16 + // block 1
  (9 * 16 * 32 + 9 * 32 * 32 + 16 * 32) + // block 2 with its shortcut
  (9 * 32 * 64 + 9 * 64 * 64 + 32 * 64) + // block 3 with its shortcut
  2 * (3 * 16 + 3 * 32 + 3 * 64) + // scale and shift of nine batch norms
  64 * 10 +
  10

describe('a model', () => {
  it.each([
    ['mlp', [28, 28, 1], 784 * 128 + 128 + 128 * 10 + 10],
    ['mlp', [2], 2 * 128 + 128 + 128 * 10 + 10],
    ['cnn-small', [28, 28, 1], 9 * 16 + 32 + 9 * 16 * 32 + 64 + 7 * 7 * 32 * 10 + 10],
    ['resnet-small', [8, 8, 1], RESNET + 9 * 16],
    ['resnet-small', [28, 28, 1], RESNET + 9 * 16],
    ['resnet-small', [32, 32, 3], RESNET + 3 * 9 * 16],
  ])('%s for inputs of %j has %d parameters', (preset, shape, count) => {
    const model = build({ preset }, shape)
    expect(model.parameterCount).toBe(count)
    expect(checkModel(modelOf({ preset }), shape, 10)).toBe(count)
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

  it.each([
    ['he-normal', 2 / 100, 'normal'],
    ['he-uniform', 2 / 100, 'uniform'],
    ['glorot-normal', 2 / 250, 'normal'],
    ['glorot-uniform', 2 / 250, 'uniform'],
    ['lecun-normal', 1 / 100, 'normal'],
    ['lecun-uniform', 1 / 100, 'uniform'],
  ])('draws its weights as a layer says: %s has the variance %d', (initializer, variance, distribution) => {
    const model = build({ layers: [{ kind: 'dense', units: 150, initializer }] }, [100])
    const weights = ops.download(model.parameters[0]!.tensor)
    model.dispose()
    const moment = (n: number) => weights.reduce((sum, value) => sum + value ** n, 0) / weights.length
    expect(moment(2) / variance).toBeCloseTo(1, 1)
    // Kurtosis: 3 of the normal distribution, 1.8 of the uniform one.
    expect(moment(4) / moment(2) ** 2).toBeCloseTo(distribution === 'normal' ? 3 : 1.8, 0)
  })

  it('looks through sums and norms for the activation that weights are drawn for', () => {
    const model = build(
      {
        layers: [
          { kind: 'dense', units: 200, name: 'a' },
          { kind: 'dense', units: 200, inputs: ['input'], name: 'b' },
          { kind: 'batch-norm', name: 'c' },
          { kind: 'add', inputs: ['a', 'c'] },
          { kind: 'dropout' },
          { kind: 'gelu' },
        ],
      },
      [100],
    )
    const [a, , b] = model.parameters.map(({ tensor }) => ops.download(tensor))
    for (const weights of [a!, b!])
      expect(weights.reduce((sum, value) => sum + value * value, 0) / weights.length / (2 / 100)).toBeCloseTo(1, 1)
    expect(a).not.toEqual(b)
    model.dispose()
  })

  it('draws the two filters of a separable convolution apart', () => {
    const model = build({ layers: [{ kind: 'separable-conv2d', filters: 3 }, { kind: 'flatten' }] }, [5, 5, 3])
    const [depthwise, pointwise] = model.parameters.map(({ tensor }) => ops.download(tensor))
    expect(depthwise!.slice(0, 4)).not.toEqual(pointwise!.slice(0, 4))
    expect(model.parameters.map(({ name }) => name)).toEqual([
      '0/separable-conv2d/depthwise-filter',
      '0/separable-conv2d/pointwise-filter',
      '0/separable-conv2d/bias',
      '2/dense/weight',
      '2/dense/bias',
    ])
    model.dispose()
  })

  it('knows the shape of each layer', () => {
    const shapes = (layers: object[], shape: number[]) => {
      const model = build({ layers }, shape)
      model.dispose()
      return model.layers.map((layer) => layer.shape)
    }
    expect(
      shapes(
        [
          { kind: 'depthwise-conv2d', multiplier: 2, stride: 2 },
          { kind: 'separable-conv2d', filters: 5, padding: 'valid' },
          { kind: 'average-pool', padding: 'valid' },
          { kind: 'reshape', shape: [4, 5] },
          { kind: 'layer-norm' },
          { kind: 'dropout', name: 'dropped' },
          { kind: 'concat', inputs: ['dropped', 'dropped'] },
          { kind: 'flatten' },
        ],
        [11, 11, 3],
      ),
    ).toEqual([[6, 6, 6], [4, 4, 5], [2, 2, 5], [4, 5], [4, 5], [4, 5], [4, 10], [40], [10]])
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
    [{ layers: [{ kind: 'depthwise-conv2d' }] }, [2], 'model.layers[0] (depthwise-conv2d) needs an image'],
    [{ layers: [{ kind: 'separable-conv2d', filters: 2, kernel: 9, padding: 'valid' }] }, [8, 8, 1], 'at least 9 × 9'],
    [{ layers: [{ kind: 'average-pool' }] }, [2], 'model.layers[0] (average-pool) needs an image'],
    [
      { layers: [{ kind: 'reshape', shape: [4, 4, 3] }] },
      [8, 8, 1],
      'model.layers[0] (reshape) needs a shape of 48 values to make [4, 4, 3] of; it gets the shape [8, 8, 1]',
    ],
    [
      {
        layers: [
          { ...conv(3), name: 'a' },
          { kind: 'add', inputs: ['a', 'input'] },
        ],
      },
      [8, 8, 1],
      'model.layers[1] (add) needs inputs of one shape; it gets the shapes [6, 6, 4] and [8, 8, 1]',
    ],
    [
      {
        layers: [
          { ...conv(3), name: 'a' },
          { kind: 'concat', inputs: ['a', 'input'] },
        ],
      },
      [8, 8, 1],
      'needs inputs that differ in their channels (last size) only; it gets the shapes [6, 6, 4] and [8, 8, 1]',
    ],
    [{ preset: 'resnet-small' }, [2], 'model.preset resnet-small: its layer 0 (conv2d) needs an image'],
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
