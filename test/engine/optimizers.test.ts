import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { OptimizerSpec } from '../../src/core/domain/spec/optimizers'
import { startNative } from '../../src/core/engine/backends/native/start-native'
import { createOptimizer } from '../../src/core/engine/optimizers/create-optimizer'
import type { Ops } from '../../src/core/engine/ops/ops'
import type { Parameter } from '../../src/core/engine/tape'
import { ENGINES, normals, relativeError } from './engines'
import { NO_NATIVE, THREADS } from './native-library'
import { pytorchUpdates } from './pytorch-optimizers'

const OPS: Record<string, Ops> = {
  wasm: ENGINES.wasm.ops,
  cpu: ENGINES.cpu.ops,
  ...(NO_NATIVE ? {} : { native: (await startNative(THREADS)).ops }),
}

const parameterOf = (ops: Ops, decays = true): Parameter => ({
  name: 'w',
  needsGradient: true,
  decays,
  tensor: ops.upload(start, [8, 5]),
})
const start = normals(40, 1)
const gradients = [2, 3, 4, 5, 6].map((seed) => normals(40, seed))
const rates = [0.1, 0.2, 0.05, 0.4, 0.01].map((lr, t) => ({ lr, momentum: [0.9, 0.8, 0.85, 0.95, 0.5][t]! }))

/** Updates one parameter and frees everything. @returns the weights after it */
function updates(ops: Ops, input: v.InferInput<typeof OptimizerSpec>, { decays = true, gradientScale = 1 } = {}) {
  const parameter = parameterOf(ops, decays)
  const optimizer = createOptimizer(ops, v.parse(OptimizerSpec, input), [parameter])
  gradients.forEach((gradient, t) =>
    ops.scope(() => optimizer.update([ops.upload(gradient, [8, 5])], { ...rates[t]!, gradientScale })),
  )
  const after = ops.download(parameter.tensor)
  optimizer.dispose()
  ops.dispose(parameter.tensor)
  return after
}

describe.each(Object.keys(OPS))('optimizers on %s', (kind) => {
  const ops = OPS[kind]!

  it.each([
    { kind: 'sgd' },
    { kind: 'sgd', nesterov: true },
    { kind: 'sgd', weightDecay: 0.01 },
    { kind: 'sgd', nesterov: true, weightDecay: 0.01 },
    { kind: 'adam' },
    { kind: 'adam', beta2: 0.95, epsilon: 0.01 },
    { kind: 'adam', weightDecay: 0.1 },
    { kind: 'adamw' },
    { kind: 'adamw', weightDecay: 0.5 },
    { kind: 'rmsprop' },
    { kind: 'rmsprop', alpha: 0.9, epsilon: 0.01, weightDecay: 0.1 },
  ] as const)('agree with PyTorch over five updates of changing rates and momenta: %j', (spec) => {
    const before = ops.tensorCount()
    const expected = pytorchUpdates(v.parse(OptimizerSpec, spec), start, gradients, rates)
    expect(relativeError(updates(ops, spec), expected)).toBeLessThan(2e-6)
    expect(ops.tensorCount()).toBe(before)
  })

  it.each(['sgd', 'adam', 'adamw', 'rmsprop'] as const)(
    '%s spares what does not decay, unless it is told not to',
    (kind) => {
      const spec = { kind, weightDecay: 0.3 }
      const free = pytorchUpdates(v.parse(OptimizerSpec, { kind, weightDecay: 0 }), start, gradients, rates)
      const decayed = pytorchUpdates(v.parse(OptimizerSpec, spec), start, gradients, rates)
      expect(relativeError(updates(ops, spec, { decays: false }), free)).toBeLessThan(2e-6)
      expect(relativeError(updates(ops, { ...spec, decayAll: true }, { decays: false }), decayed)).toBeLessThan(2e-6)
      expect(relativeError(decayed, free)).toBeGreaterThan(0.01)
    },
  )

  it('scale a clipped gradient before the decay', () => {
    const spec = { kind: 'sgd', weightDecay: 0.5 } as const
    const scaled = gradients.map((gradient) => gradient.map((g) => 0.25 * g))
    const expected = pytorchUpdates(v.parse(OptimizerSpec, spec), start, scaled, rates)
    expect(relativeError(updates(ops, spec, { gradientScale: 0.25 }), expected)).toBeLessThan(2e-6)
  })

  it('leave a snapshot of the weights as it was', () => {
    const parameter = parameterOf(ops)
    const optimizer = createOptimizer(ops, v.parse(OptimizerSpec, { kind: 'sgd' }), [parameter])
    ops.scope(() => {
      // The second is of weights that an update has changed already.
      for (const gradient of gradients.slice(0, 2)) {
        const before = ops.download(parameter.tensor)
        const snapshot = ops.snapshot(parameter.tensor)
        optimizer.update([ops.upload(gradient, [8, 5])], { ...rates[0]!, gradientScale: 1 })
        expect(ops.download(snapshot)).toEqual(before)
        expect(ops.download(parameter.tensor)).not.toEqual(before)
      }
    })
    optimizer.dispose()
    ops.dispose(parameter.tensor)
  })

  it.each(['sgd', 'adam', 'adamw', 'rmsprop'] as const)('%s goes on from its state, bit by bit', (kind) => {
    const spec = v.parse(OptimizerSpec, { kind, weightDecay: 0.1 })
    const step = (optimizer: ReturnType<typeof createOptimizer>, t: number) =>
      ops.scope(() => optimizer.update([ops.upload(gradients[t]!, [8, 5])], { ...rates[t]!, gradientScale: 1 }))
    const before = ops.tensorCount()
    const [whole, broken] = [parameterOf(ops), parameterOf(ops)]
    const [wholeOptimizer, first, second] = [whole, broken, broken].map((p) => createOptimizer(ops, spec, [p]))
    for (let t = 0; t < 5; t++) step(wholeOptimizer!, t)
    for (let t = 0; t < 3; t++) step(first!, t)
    const state = first!.state().map(({ name, read }) => ({ name, values: read() }))
    second!.state().forEach((entry, i) => {
      expect(entry.name).toBe(state[i]!.name)
      entry.write(state[i]!.values)
    })
    for (let t = 3; t < 5; t++) step(second!, t)
    expect(ops.download(broken.tensor)).toEqual(ops.download(whole.tensor))
    for (const optimizer of [wholeOptimizer, first, second]) optimizer!.dispose()
    for (const { tensor } of [whole, broken]) ops.dispose(tensor)
    expect(ops.tensorCount()).toBe(before)
  })

  it('clip each value to its limit', () => {
    const clipped = ops.scope(() => ops.download(ops.clip(ops.upload(start, [40]), 0.5)))
    expect(clipped).toEqual(start.map((x) => Math.min(0.5, Math.max(-0.5, x))))
  })
})

it.skipIf(!NO_NATIVE)(`optimizers on TensorFlow are not tested: ${NO_NATIVE}`, () => {})
