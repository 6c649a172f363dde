import { describe, expect, it } from 'vitest'
import { createSgd } from '../../src/core/engine/optimizers/sgd'
import type { Parameter } from '../../src/core/engine/tape'
import { ENGINES, KINDS, normals, relativeError } from './engines'

/** torch.optim.SGD by its documented algorithm (dampening 0), in float64. */
function pytorchSgd(
  start: Float32Array,
  gradients: Float32Array[],
  rates: { lr: number; momentum: number }[],
  { nesterov, weightDecay }: { nesterov: boolean; weightDecay: number },
) {
  const theta = Float64Array.from(start)
  let buffer: Float64Array<ArrayBuffer> | null = null
  gradients.forEach((gradient, t) => {
    const { lr, momentum } = rates[t]!
    let g = Float64Array.from(gradient, (value, i) => value + weightDecay * theta[i]!)
    buffer = buffer ? buffer.map((b, i) => momentum * b + g[i]!) : g.slice()
    g = nesterov ? g.map((value, i) => value + momentum * buffer![i]!) : buffer
    theta.forEach((_, i) => (theta[i]! -= lr * g[i]!))
  })
  return theta
}

describe.each(KINDS)('SGD on %s', (kind) => {
  const { ops } = ENGINES[kind]
  const start = normals(40, 1)
  const gradients = [2, 3, 4, 5, 6].map((seed) => normals(40, seed))
  const rates = [0.1, 0.2, 0.05, 0.4, 0.01].map((lr, t) => ({ lr, momentum: [0.9, 0.8, 0.85, 0.95, 0.5][t]! }))

  it.each([
    ['momentum', false, 0],
    ['Nesterov momentum', true, 0],
    ['weight decay', false, 0.01],
    ['Nesterov momentum and weight decay', true, 0.01],
  ])('agrees with PyTorch over five updates of changing rates: %s', (_, nesterov, weightDecay) => {
    const before = ops.tensorCount()
    const parameter: Parameter = { name: 'w', needsGradient: true, decays: true, tensor: ops.upload(start, [8, 5]) }
    const optimizer = createSgd(ops, { kind: 'sgd', momentum: 0.9, nesterov, weightDecay }, [parameter])
    gradients.forEach((gradient, t) =>
      ops.scope(() => {
        const old = optimizer.update([ops.upload(gradient, [8, 5])], { ...rates[t]!, gradientScale: 1 })
        old.forEach((tensor) => ops.dispose(tensor))
      }),
    )
    const expected = pytorchSgd(start, gradients, rates, { nesterov, weightDecay })
    expect(relativeError(ops.download(parameter.tensor), expected)).toBeLessThan(1e-6)
    optimizer.dispose()
    ops.dispose(parameter.tensor)
    expect(ops.tensorCount()).toBe(before)
  })

  it('spares parameters that do not decay and scales a clipped gradient before the decay', () => {
    const update = (decays: boolean, gradientScale: number) =>
      ops.scope(() => {
        const parameter: Parameter = { name: 'w', needsGradient: true, decays, tensor: ops.upload(start, [40]) }
        const optimizer = createSgd(ops, { kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0.5 }, [parameter])
        optimizer.update([ops.upload(gradients[0]!, [40])], { lr: 0.1, momentum: 0, gradientScale })
        const after = ops.download(parameter.tensor)
        ops.dispose(parameter.tensor)
        optimizer.dispose()
        return after
      })
    const g = gradients[0]!
    expect(
      relativeError(
        update(false, 1),
        start.map((w, i) => w - 0.1 * g[i]!),
      ),
    ).toBeLessThan(1e-6)
    expect(
      relativeError(
        update(true, 0.25),
        start.map((w, i) => w - 0.1 * (0.25 * g[i]! + 0.5 * w)),
      ),
    ).toBeLessThan(1e-6)
  })
})
