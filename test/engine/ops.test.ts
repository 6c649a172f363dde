import { describe, expect, it } from 'vitest'
import { type Geometry, type Padding, windowGeometry } from '../../src/core/engine/ops/geometry'
import { distinct, ENGINES, KINDS, normals, relativeError, values } from './engines'
import * as reference from './reference'

const FORWARD = 2e-6
const GRADIENT = 2e-5

/** Sizes, kernels, strides and paddings: odd and even, windows that reach the edge and that do not. */
const WINDOWS = [
  { height: 7, width: 7 },
  { height: 6, width: 8 },
  { height: 5, width: 4 },
].flatMap(({ height, width }) =>
  [1, 2, 3, 5].flatMap((kernel) =>
    [1, 2, 3].flatMap((stride) =>
      (['same', 'valid'] as Padding[]).flatMap((padding) => {
        const geometry = windowGeometry([height, width, 3], kernel, stride, padding)
        return geometry
          ? [{ name: `${height} × ${width}, window ${kernel}, stride ${stride}, ${padding}`, geometry }]
          : []
      }),
    ),
  ),
)

/** Central differences take most of the time here: each is computed once for all engines. */
const known = new Map<string, Float64Array>()
const once = (name: string, compute: () => Float64Array): Float64Array => {
  if (!known.has(name)) known.set(name, compute())
  return known.get(name)!
}

const outSize = (g: Geometry) => g.outHeight * g.outWidth

describe.each(KINDS)('on %s', (kind) => {
  const { ops } = ENGINES[kind]
  const up = (data: Float32Array, ...shape: number[]) => ops.upload(data, shape)

  describe.each(WINDOWS)('convolution over $name', ({ name, geometry: g }) => {
    const samples = 2
    const filters = 2
    const x = normals(samples * g.height * g.width * 3, 1)
    const filter = normals(g.kernel * g.kernel * 3 * filters, 2)
    const dy = normals(samples * outSize(g) * filters, 3)
    const [y, dx, dFilter] = values(kind, () => {
      const input = up(x, samples, g.height, g.width, 3)
      const weights = up(filter, g.kernel, g.kernel, 3, filters)
      const gradient = up(dy, samples, g.outHeight, g.outWidth, filters)
      return [
        ops.conv2d(input, weights, g),
        ops.conv2dInputGradient(gradient, weights, g),
        ops.conv2dFilterGradient(gradient, input, g),
      ]
    })
    it('gives the sums of its definition', () => {
      expect(relativeError(y!, reference.conv2d([...x], [...filter], samples, filters, g))).toBeLessThan(FORWARD)
    })
    it('has the input gradient of central differences', () => {
      const f = (at: Float64Array) => reference.conv2d(at, filter, samples, filters, g)
      const expected = once(`input of ${name}`, () => reference.differences(f, x, dy))
      expect(relativeError(dx!, expected)).toBeLessThan(GRADIENT)
    })
    it('has the filter gradient of central differences', () => {
      const f = (at: Float64Array) => reference.conv2d(x, at, samples, filters, g)
      const expected = once(`filter of ${name}`, () => reference.differences(f, filter, dy))
      expect(relativeError(dFilter!, expected)).toBeLessThan(GRADIENT)
    })
  })

  describe.each(WINDOWS)('max pool over $name', ({ name, geometry: g }) => {
    it.each([
      ['values of both signs', 0],
      ['negative values only', -100],
      ['positive values only', 100],
    ])('takes and gives back at the largest of %s', (which, offset) => {
      const samples = 2
      const x = distinct(samples * g.height * g.width * 3, 4, offset)
      const dy = normals(samples * outSize(g) * 3, 5)
      const [y, dx] = values(kind, () => {
        const input = up(x, samples, g.height, g.width, 3)
        const pooled = ops.maxPool(input, g)
        return [pooled, ops.maxPoolGradient(up(dy, samples, g.outHeight, g.outWidth, 3), input, pooled, g)]
      })
      expect([...y!]).toEqual([...reference.maxPool([...x], samples, g)])
      const f = (at: Float64Array) => reference.maxPool(at, samples, g)
      const expected = once(`${which}, ${name}`, () => reference.differences(f, x, dy))
      expect(relativeError(dx!, expected)).toBeLessThan(GRADIENT)
    })
  })

  it('gives a tie of max pool to the first value only', () => {
    const g = windowGeometry([2, 2, 1], 2, 2, 'valid')!
    const [dx] = values(kind, () => {
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
    const dy = normals(size, 9)
    const epsilon = 1e-5
    const oldMean = normals(channels, 10)
    const oldVariance = normals(channels, 11).map(Math.abs)
    const [y, dx, dScale, dShift, mean, variance] = values(kind, () => {
      const scales = up(scale, channels)
      const running = { mean: up(oldMean, channels), variance: up(oldVariance, channels) }
      const options = { epsilon, momentum: 0.1 }
      const result = ops.batchNormTraining(up(x, ...shape), scales, up(shift, channels), running, options)
      const gradient = ops.batchNormGradient(up(dy, ...shape), scales, result.saved)
      return [result.y, gradient.dx, gradient.dScale, gradient.dShift, result.running.mean, result.running.variance]
    })
    it('normalises by the moments of the batch', () => {
      expect(relativeError(y!, reference.batchNorm([...x], [...scale], [...shift], epsilon))).toBeLessThan(FORWARD)
    })
    it('has the gradients of central differences', () => {
      const by = {
        x: reference.differences((at) => reference.batchNorm(at, [...scale], [...shift], epsilon), [...x], [...dy]),
        scale: reference.differences((at) => reference.batchNorm([...x], at, [...shift], epsilon), [...scale], [...dy]),
        shift: reference.differences((at) => reference.batchNorm([...x], [...scale], at, epsilon), [...shift], [...dy]),
      }
      expect(relativeError(dx!, by.x)).toBeLessThan(GRADIENT)
      expect(relativeError(dScale!, by.scale)).toBeLessThan(GRADIENT)
      expect(relativeError(dShift!, by.shift)).toBeLessThan(GRADIENT)
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
      const [inferred] = values(kind, () => {
        const running = { mean: up(oldMean, channels), variance: up(oldVariance, channels) }
        return [ops.batchNormInference(up(x, ...shape), up(scale, channels), up(shift, channels), running, epsilon)]
      })
      const expected = [...x].map((value, i) => {
        const c = i % channels
        return ((value - oldMean[c]!) / Math.sqrt(oldVariance[c]! + epsilon)) * scale[c]! + shift[c]!
      })
      expect(relativeError(inferred!, expected)).toBeLessThan(FORWARD)
    })
  })

  it.each([
    ['as they are', false, false],
    ['the first transposed', true, false],
    ['the second transposed', false, true],
    ['both transposed', true, true],
  ])('multiplies matrices, %s', (_, transposeA, transposeB) => {
    const [m, k, n] = [3, 5, 4]
    const a = normals(m * k, 12)
    const b = normals(k * n, 13)
    const flip = (of: Float32Array, rows: number, columns: number) =>
      Float32Array.from(of, (_value, i) => of[(i % rows) * columns + Math.floor(i / rows)]!)
    const [y] = values(kind, () => [
      ops.matMul(
        transposeA ? up(flip(a, m, k), k, m) : up(a, m, k),
        transposeB ? up(flip(b, k, n), n, k) : up(b, k, n),
        { a: transposeA, b: transposeB },
      ),
    ])
    expect(relativeError(y!, reference.matMul([...a], [...b], m, k, n))).toBeLessThan(FORWARD)
  })

  it.each([[[6, 5]], [[3, 4, 5, 2]]])('adds a bias to %j and sums its gradient', (shape) => {
    const x = normals(
      shape.reduce((product, n) => product * n, 1),
      14,
    )
    const channels = shape.at(-1)!
    const bias = normals(channels, 15)
    const [y, gradient] = values(kind, () => [
      ops.addBias(up(x, ...shape), up(bias, channels)),
      ops.biasGradient(up(x, ...shape)),
    ])
    expect(
      relativeError(
        y!,
        [...x].map((value, i) => value + bias[i % channels]!),
      ),
    ).toBeLessThan(FORWARD)
    const expected = reference.differences(
      (at) => [...x].map((value, i) => value + at[i % channels]!),
      [...bias],
      [...x],
    )
    expect(relativeError(gradient!, expected)).toBeLessThan(GRADIENT)
  })

  it.each([
    ['relu', (z: number) => Math.max(z, 0)],
    ['tanh', Math.tanh],
  ] as const)('has %s and its gradient', (name, f) => {
    const x = distinct(300, 16)
    const dy = normals(300, 17)
    const [y, dx] = values(kind, () => {
      const out = ops[name](up(x, 300))
      return [out, name === 'relu' ? ops.reluGradient(up(dy, 300), out) : ops.tanhGradient(up(dy, 300), out)]
    })
    expect(relativeError(y!, [...x].map(f))).toBeLessThan(FORWARD)
    expect(
      relativeError(
        dx!,
        reference.differences((at) => at.map(f), [...x], [...dy]),
      ),
    ).toBeLessThan(GRADIENT)
  })

  it('averages images and spreads the gradient', () => {
    const x = normals(3 * 4 * 5 * 2, 18)
    const dy = normals(3 * 2, 19)
    const [y, dx] = values(kind, () => [
      ops.globalAveragePool(up(x, 3, 4, 5, 2)),
      ops.globalAveragePoolGradient(up(dy, 3, 2), [3, 4, 5, 2]),
    ])
    const f = (at: Float64Array | number[]) => reference.globalAveragePool(at, 3, 2)
    expect(relativeError(y!, f([...x]))).toBeLessThan(FORWARD)
    expect(relativeError(dx!, reference.differences(f, [...x], [...dy]))).toBeLessThan(GRADIENT)
  })

  it.each(['crossEntropy', 'meanSquaredError'] as const)('has %s, its accuracy and its gradient', (name) => {
    const labels = Int32Array.of(0, 3, 2, 1, 1)
    const z = normals(5 * 4, 20)
    const { loss, correct, gradient } = ops.scope(() => {
      const result = ops[name](up(z, 5, 4), ops.uploadLabels(labels), true)
      return { ...result, gradient: ops.download(result.gradient!) }
    })
    expect(loss).toBeCloseTo(reference[name]([...z], labels), 6)
    const expected = reference.differences((at) => [reference[name](at, labels)], [...z], [1])
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
