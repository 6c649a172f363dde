import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { Tape, type Node } from '../../src/core/engine/tape'
import { buildModel } from '../../src/core/engine/layers/build-model'
import type { LayerSpec, ModelSpec } from '../../src/core/domain/spec/models'
import { ENGINES, KINDS, normals } from './engines'

describe.each(KINDS)('the tape on %s', (kind) => {
  const { ops } = ENGINES[kind]

  it('adds up the gradients of a node that feeds two others', () => {
    ops.scope(() => {
      const tape = new Tape(ops)
      const x: Node = { tensor: ops.upload(Float32Array.of(0.5, -1), [1, 2]), needsGradient: true }
      const y = tape.record(ops.tanh(x.tensor), [x], (dy) => [ops.tanhGradient(dy, y.tensor)])
      const sum = tape.record(ops.add(x.tensor, y.tensor), [x, y], (dy) => [dy, dy])
      tape.backward(sum, ops.upload(Float32Array.of(1, 1), [1, 2]))
      const expected = [0.5, -1].map((value) => 1 + (1 - Math.tanh(value) ** 2))
      expect([...ops.download(tape.gradientOf(x)!)].map((g, i) => g - expected[i]!)).toEqual([
        expect.closeTo(0, 6),
        expect.closeTo(0, 6),
      ])
    })
  })

  it('computes no gradient that nobody needs', () => {
    ops.scope(() => {
      const tape = new Tape(ops)
      const x: Node = { tensor: ops.upload(Float32Array.of(1), [1, 1]), needsGradient: false }
      const y = tape.record(ops.relu(x.tensor), [x], () => expect.unreachable())
      tape.backward(y, ops.upload(Float32Array.of(1), [1, 1]))
      expect(tape.gradientOf(x)).toBeUndefined()
    })
  })

  const parse = (layers: object[]) => ({ layers: layers as LayerSpec[] }) as ModelSpec
  const conv = { kind: 'conv2d', filters: 3, kernel: 3, stride: 1, padding: 'same', bias: false }
  it.each([
    ['mlp', { preset: 'mlp' } as ModelSpec, 'crossEntropy'],
    ['cnn-small', { preset: 'cnn-small' } as ModelSpec, 'crossEntropy'],
    [
      'strides, biases, tanh and a global pool',
      parse([
        { ...conv, stride: 2, bias: true, padding: 'valid' },
        { kind: 'tanh' },
        { ...conv, filters: 2 },
        { kind: 'batch-norm' },
        { kind: 'global-average-pool' },
      ]),
      'meanSquaredError',
    ],
  ] as const)('gives %s the slope of its loss along a random direction', (_, spec, loss) => {
    const before = ops.tensorCount()
    const model = buildModel(ops, spec, [6, 7, 2], 3, createRng(1, 'weights'))
    const x = normals(5 * 6 * 7 * 2, 2)
    const labels = ops.uploadLabels(Int32Array.of(0, 1, 2, 1, 0))
    const lossNow = () =>
      ops.scope(() => ops[loss](model.train(ops.upload(x, [5, 6, 7, 2])).outputs.tensor, labels, false).loss)
    const gradients = ops.scope(() => {
      const { outputs, tape } = model.train(ops.upload(x, [5, 6, 7, 2]))
      tape.backward(outputs, ops[loss](outputs.tensor, labels, true).gradient!)
      return model.parameters.map((parameter) => ops.download(tape.gradientOf(parameter)!))
    })
    for (const [k, parameter] of model.parameters.entries()) {
      const start = ops.download(parameter.tensor)
      const direction = normals(start.length, 30 + k)
      const step = 2e-3 / Math.sqrt(start.length)
      const lossAt = (t: number) => {
        ops.dispose(parameter.tensor)
        parameter.tensor = ops.upload(
          start.map((value, i) => value + t * direction[i]!),
          parameter.tensor.shape,
        )
        return lossNow()
      }
      const measured = (lossAt(step) - lossAt(-step)) / (2 * step)
      lossAt(0)
      const slope = gradients[k]!.reduce((sum, g, i) => sum + g * direction[i]!, 0)
      const size = Math.hypot(...gradients[k]!)
      expect(Math.abs(measured - slope), parameter.name).toBeLessThan(0.02 * size + 2e-3)
    }
    model.dispose()
    expect(ops.tensorCount()).toBe(before)
  })
})
