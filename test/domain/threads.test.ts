import { describe, expect, it } from 'vitest'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { describeTraining, parallelFor, threadsFor } from '../../src/core/domain/threads'

const modelOf = (model: RunSpecInput['model']) =>
  parseRunSpec({
    dataset: { kind: 'mnist' },
    model,
    schedule: { kind: 'constant', lr: 0.1 },
    budget: { steps: 1 },
  }).model
const dense = (...units: number[]) =>
  modelOf({ layers: [{ kind: 'flatten' }, ...units.map((n) => ({ kind: 'dense' as const, units: n }))] })
const MNIST = 784

describe('threads of a run on TensorFlow', () => {
  it.each([
    ['a small dense network', modelOf({ preset: 'mlp' }), 8, 1],
    ['a dense network of 400 000 weights', dense(512), 8, 1],
    ['a dense network of 800 000 weights', dense(1024), 8, 4],
    ['large layers behind a small one', dense(64, 4096, 4096), 8, 4],
    ['convolutions', modelOf({ preset: 'cnn-small' }), 2, 2],
    ['convolutions on many cores', modelOf({ preset: 'cnn-small' }), 64, 4],
    ['convolutions on one core', modelOf({ preset: 'resnet-small' }), 1, 1],
    ['depthwise convolutions', modelOf({ layers: [{ kind: 'depthwise-conv2d' }, { kind: 'flatten' }] }), 4, 4],
  ])('%s', (_name, model, cores, threads) =>
    expect(threadsFor({ kind: 'native' }, { model, inputs: MNIST, cores })).toBe(threads),
  )

  it('are one on the engines that have no more', () => {
    for (const kind of ['wasm', 'cpu'] as const)
      expect(threadsFor({ kind }, { model: modelOf({ preset: 'cnn-small' }), inputs: MNIST, cores: 64 })).toBe(1)
  })
})

describe('runs at a time', () => {
  it.each([
    ['wasm', undefined, 1, 1],
    ['wasm', undefined, 2, 1],
    ['wasm', undefined, 4, 3],
    ['wasm', undefined, 64, 4],
    ['native', 'cpu', 2, 1],
    ['native', 'cpu', 7, 1],
    ['native', 'cpu', 8, 2],
    ['native', 'cpu', 64, 4],
    ['native', 'gpu', 64, 1],
  ] as const)('%s on %s, %i cores: %i', (kind, device, cores, runs) =>
    expect(parallelFor({ kind, device }, cores)).toBe(runs),
  )
})

describe('the defaults in words', () => {
  it.each([
    [{ kind: 'wasm' }, 2, '1 run at a time, 1 thread each'],
    [
      { kind: 'native', device: 'cpu' },
      2,
      '1 run at a time; 1 thread for small dense networks, 2 for larger ones and convolutions',
    ],
    [
      { kind: 'native', device: 'cpu' },
      8,
      '2 runs at a time; 1 thread for small dense networks, 4 for larger ones and convolutions',
    ],
  ] as const)('%o on %i cores', (engine, cores, text) => expect(describeTraining(engine, cores)).toBe(text))
})
