import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { Tape, type Node } from '../../src/core/engine/tape'
import { buildModel } from '../../src/core/engine/layers/build-model'
import { LayerSpec, type ModelSpec } from '../../src/core/domain/spec/models'
import { OPS } from './all-ops'
import { normals } from './engines'

describe.each(Object.keys(OPS))('the tape on %s', (kind) => {
  const ops = OPS[kind]!
  const parse = (layers: object[]): ModelSpec => ({ layers: layers.map((layer) => v.parse(LayerSpec, layer)) })

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

  it('lets dropout fall where it fell in the forward pass, and nowhere in evaluation', () => {
    const model = buildModel(ops, parse([{ kind: 'dropout', rate: 0.5 }]), [64], 1, createRng(1, 'weights'))
    ops.scope(() => {
      const x: Node = { tensor: ops.upload(new Float32Array(256).fill(1), [4, 64]), needsGradient: true }
      const layer = model.layers[0]!
      const passes = [1, 2].map(() => {
        const tape = new Tape(ops)
        const y = layer.forward({ ops, tape, training: true }, x)
        tape.backward(y, ops.upload(new Float32Array(256).fill(3), [4, 64]))
        return { y: ops.download(y.tensor), dx: ops.download(tape.gradientOf(x)!) }
      })
      for (const { y, dx } of passes) expect(dx).toEqual(y.map((value) => 3 * value))
      expect(passes[0]!.y).not.toEqual(passes[1]!.y)
      const evaluated = layer.forward({ ops, tape: new Tape(ops), training: false }, x)
      expect(ops.download(evaluated.tensor)).toEqual(new Float32Array(256).fill(1))
    })
    model.dispose()
  })

  it('goes on with the same dropout from a state that was kept', () => {
    const model = buildModel(ops, parse([{ kind: 'dropout' }]), [64], 1, createRng(1, 'weights'))
    const pass = () =>
      ops.scope(() => {
        const x: Node = { tensor: ops.upload(new Float32Array(64).fill(1), [1, 64]), needsGradient: false }
        return ops.download(model.layers[0]!.forward({ ops, tape: new Tape(ops), training: true }, x).tensor)
      })
    pass()
    const random = model.state().find(({ name }) => name === '0/dropout/random')!
    const kept = random.read()
    const next = pass()
    expect(pass()).not.toEqual(next)
    random.write(kept)
    expect(pass()).toEqual(next)
    model.dispose()
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
    ['resnet-small', { preset: 'resnet-small' } as ModelSpec, 'crossEntropy'],
    [
      'depthwise and separable convolutions, layer norm, gelu and average pools',
      parse([
        { kind: 'depthwise-conv2d', multiplier: 3 },
        { kind: 'layer-norm' },
        { kind: 'gelu' },
        { kind: 'separable-conv2d', filters: 4, stride: 2 },
        { kind: 'elu' },
        { kind: 'average-pool', size: 3, stride: 2 },
        { kind: 'flatten' },
      ]),
      'crossEntropy',
    ],
    [
      'branches that part and meet again, one layer taken twice',
      parse([
        { kind: 'flatten', name: 'flat' },
        { kind: 'dense', units: 6 },
        { kind: 'leaky-relu', slope: 0.3, name: 'a' },
        { kind: 'dense', units: 6, inputs: ['flat'] },
        { kind: 'sigmoid', name: 'b' },
        { kind: 'add', inputs: ['a', 'b', 'a'], name: 'sum' },
        { kind: 'concat', inputs: ['sum', 'b', 'flat'] },
        { kind: 'reshape', shape: [8, 12] },
        { kind: 'tanh' },
        { kind: 'flatten' },
      ]),
      'meanSquaredError',
    ],
  ] as const)('gives %s the slope of its loss along a random direction', (_, spec, loss) => {
    const before = ops.tensorCount()
    const model = buildModel(ops, spec, [6, 7, 2], 3, createRng(1, 'weights'))
    const x = normals(5 * 6 * 7 * 2, 2)
    const labels = () => ops.uploadLabels(Int32Array.of(0, 1, 2, 1, 0))
    const lossNow = () =>
      ops.scope(() => ops[loss](model.train(ops.upload(x, [5, 6, 7, 2])).outputs.tensor, labels(), false).loss)
    const gradients = ops.scope(() => {
      const { outputs, tape } = model.train(ops.upload(x, [5, 6, 7, 2]))
      tape.backward(outputs, ops[loss](outputs.tensor, labels(), true).gradient!)
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
      expect(Math.abs(measured - slope), parameter.name).toBeLessThan(0.05 * size + 3e-3)
    }
    model.dispose()
    expect(ops.tensorCount()).toBe(before)
  })
})
