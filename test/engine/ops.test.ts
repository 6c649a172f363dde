import { describe, expect, it } from 'vitest'
import { windowGeometry } from '../../src/core/engine/ops/geometry'
import type { Tensor } from '../../src/core/engine/ops/ops'
import { OPS } from './all-ops'
import { normals, relativeError } from './engines'
import * as reference from './reference'

const FORWARD = 2e-6
const GRADIENT = 2e-5

/** Operations as such are in gradients.test.ts; here is what goes beyond a formula. */
describe.each(Object.keys(OPS))('on %s', (kind) => {
  const ops = OPS[kind]!
  const up = (data: Float32Array, ...shape: number[]) => ops.upload(data, shape)

  /** Runs operations in a scope and returns the values of each result. */
  const values = (run: () => Tensor[]) => ops.scope(() => run().map((tensor) => ops.download(tensor)))

  it('gives a tie of max pool to the first value only', () => {
    const g = windowGeometry([2, 2, 1], 2, 2, 'valid')!
    const [dx] = values(() => {
      const x = up(Float32Array.of(-1, 0, 0, -2), 1, 2, 2, 1)
      return [ops.maxPoolGradient(up(Float32Array.of(3), 1, 1, 1, 1), x, ops.maxPool(x, g), g)]
    })
    expect([...dx!]).toEqual([0, 3, 0, 0])
  })

  describe.each([
    ['vectors', [6, 5]],
    ['images', [3, 4, 5, 2]],
    ['images of one position', [7, 1, 1, 3]],
    ['images of one column', [4, 5, 1, 3]],
  ])('batch norm of %s', (_, shape) => {
    const size = shape.reduce((product, n) => product * n, 1)
    const channels = shape.at(-1)!
    const x = normals(size, 6).map((value, i) => value * (1 + (i % channels)) + 3)
    const scale = normals(channels, 7)
    const shift = normals(channels, 8)
    const epsilon = 1e-5
    const oldMean = normals(channels, 10)
    const oldVariance = normals(channels, 11).map(Math.abs)
    const [mean, variance] = values(() => {
      const running = { mean: up(oldMean, channels), variance: up(oldVariance, channels) }
      const options = { epsilon, momentum: 0.1 }
      const ones = up(new Float32Array(channels).fill(1), channels)
      const result = ops.batchNormTraining(up(x, ...shape), ones, ones, running, options)
      return [result.running.mean, result.running.variance]
    })
    it('moves the running statistics a tenth towards the batch, with its unbiased variance', () => {
      const batch = reference.moments([...x], channels)
      const unbiased = batch.variance.map((v) => (v * batch.count) / (batch.count - 1))
      expect(
        relativeError(
          mean!,
          batch.mean.map((m, c) => 0.9 * oldMean[c]! + 0.1 * m),
        ),
      ).toBeLessThan(FORWARD)
      expect(
        relativeError(
          variance!,
          unbiased.map((v, c) => 0.9 * oldVariance[c]! + 0.1 * v),
        ),
      ).toBeLessThan(FORWARD)
    })
    it('uses the running statistics where it does not train', () => {
      const [inferred] = values(() => {
        const running = { mean: up(oldMean, channels), variance: up(oldVariance, channels) }
        return [ops.batchNormInference(up(x, ...shape), up(scale, channels), up(shift, channels), running, epsilon)]
      })
      const expected = reference.batchNormInference(x, scale, shift, oldMean, oldVariance, epsilon)
      expect(relativeError(inferred!, expected)).toBeLessThan(FORWARD)
    })
  })

  it.each([
    ['crossEntropy', 0],
    ['crossEntropy', 0.1],
    ['crossEntropy', 0.9],
    ['meanSquaredError', 0],
  ] as const)('has %s smoothed by %d, its accuracy and its gradient', (name, smoothing) => {
    const labels = Int32Array.of(0, 3, 2, 1, 1)
    const z = normals(5 * 4, 20)
    const { loss, correct, gradient } = ops.scope(() => {
      const result = ops[name](up(z, 5, 4), ops.uploadLabels(labels), true, smoothing)
      return { ...result, gradient: ops.download(result.gradient!) }
    })
    expect(loss).toBeCloseTo(reference[name](z, labels, smoothing), 6)
    const expected = reference.differences((at) => [reference[name](at, labels, smoothing)], z, [1])
    expect(relativeError(gradient, expected)).toBeLessThan(GRADIENT)
    const right = [...labels].filter((label, n) => {
      const row = [...z.slice(n * 4, n * 4 + 4)]
      return row.indexOf(Math.max(...row)) === label
    })
    expect(correct).toBe(right.length)
  })

  it('keeps the cross-entropy of huge outputs finite and says NaN where an output is', () => {
    const loss = (z: number[]) =>
      ops.scope(() =>
        ops.crossEntropy(up(Float32Array.from(z), 1, z.length), ops.uploadLabels(Int32Array.of(0)), false),
      )
    expect(loss([0, 1e4]).loss).toBe(1e4)
    expect(loss([1e30, 0])).toEqual({ loss: 0, correct: 1, gradient: null })
    expect(loss([NaN, 0])).toEqual({ loss: NaN, correct: 0, gradient: null })
  })

  it('keeps activations of huge values finite', () => {
    const huge = Float32Array.of(-1e4, -90, 90, 1e4)
    const [elu, gelu, sigmoid, slope] = values(() => {
      const x = up(huge, 4)
      return [
        ops.elu(x),
        ops.gelu(x),
        ops.sigmoid(x),
        ops.geluGradient(
          up(
            huge.map(() => 1),
            4,
          ),
          x,
        ),
      ]
    })
    expect([...elu!]).toEqual([-1, -1, 90, 1e4])
    expect([...gelu!].map((value) => value + 0)).toEqual([0, 0, 90, 1e4])
    expect([...sigmoid!].map((value) => Math.round(value))).toEqual([0, 0, 1, 1])
    expect([...slope!].map((value) => value + 0)).toEqual([0, 0, 1, 1])
  })

  it('drops the share that it is told, the same values for the same seed', () => {
    const before = ops.tensorCount()
    const mask = (rate: number, ...seed: [number, number]) =>
      values(() => [ops.dropoutMask([40, 50, 10], rate, seed)])[0]!
    const [a, b, c] = [mask(0.3, 7, 8), mask(0.3, 7, 8), mask(0.3, 7, 9)]
    expect(ops.tensorCount()).toBe(before)
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
    expect(new Set(a)).toEqual(new Set([0, Math.fround(1 / 0.7)]))
    // 20 000 draws: six standard deviations are 0.02.
    expect(Math.abs(a.filter((value) => value === 0).length / a.length - 0.3)).toBeLessThan(0.02)
  })

  it.each([
    [0.5, [1, 2, 3]],
    [0.1, [7, 5]],
    [0.75, [33, 17, 3]],
    [0.3, [64, 28, 28, 4]],
  ])('drops the same values on every engine: %d of [%s]', (rate, shape) => {
    for (const seed of [
      [0, 0],
      [1, 2],
      [2 ** 31 - 1, 12345],
    ] as const) {
      const expected = OPS.wasm!.scope(() => OPS.wasm!.download(OPS.wasm!.dropoutMask(shape, rate, seed)))
      expect(values(() => [ops.dropoutMask(shape, rate, seed)])[0]).toEqual(expected)
    }
  })

  it('adds, and sums squares and squared differences', () => {
    const a = normals(7, 21)
    const b = normals(7, 22)
    ops.scope(() => {
      const [x, y] = [up(a, 7), up(b, 7)]
      expect(
        relativeError(
          ops.download(ops.add(x, y)),
          [...a].map((value, i) => value + b[i]!),
        ),
      ).toBeLessThan(FORWARD)
      expect(ops.sumOfSquares([x, y])).toBeCloseTo(
        [...a, ...b].reduce((sum, value) => sum + value * value, 0),
        5,
      )
      expect(ops.sumOfSquaredDifferences([x], [y])).toBeCloseTo(
        [...a].reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0),
        5,
      )
    })
  })

  it('frees what a scope made, also when it fails, and keeps what is kept', () => {
    const before = ops.tensorCount()
    const kept = ops.scope(() => {
      const x = up(normals(4, 1), 4)
      ops.scope(() => ops.add(x, x))
      return ops.keep(ops.reshape(ops.add(x, x), [2, 2]))
    })
    expect(ops.tensorCount()).toBe(before + 1)
    expect(ops.download(kept)).toHaveLength(4)
    ops.dispose(kept)
    expect(() =>
      ops.scope(() => {
        up(normals(4, 1), 4)
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(ops.tensorCount()).toBe(before)
  })
})
