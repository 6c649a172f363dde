import { describe, expect, it } from 'vitest'
import { boxRadii, ema, gauss, sigmaOf } from '../../../src/core/domain/stats/smooth'
import { createRng } from '../../../src/core/domain/rng'

/** TensorBoard's loop, word for word in its arithmetic. */
function tensorboard(values: number[], weight: number): number[] {
  let last = values.length > 0 ? 0 : NaN
  let accumulated = 0
  const constant = values.every((x) => x === values[0])
  return values.map((next) => {
    if (constant || !Number.isFinite(next)) return next
    last = last * weight + (1 - weight) * next
    accumulated++
    const debias = weight === 1 ? 1 : 1 - Math.pow(weight, accumulated)
    return last / debias
  })
}

/** Weighted mean with the exact kernel, over the finite values, normalised: the definition that the boxes approximate. */
function convolve(values: Float64Array, sigma: number): Float64Array {
  return values.map((_, i) => {
    let [sum, weights] = [0, 0]
    values.forEach((value, j) => {
      const weight = Math.exp(-((i - j) ** 2) / (2 * sigma * sigma))
      sum += weight * value
      weights += weight
    })
    return sum / weights
  })
}

const noise = (n: number, seed = 1) => {
  const rng = createRng(seed, 'noise')
  return Float64Array.from({ length: n }, () => rng.normal())
}

describe('exponential moving average', () => {
  it('equals TensorBoard, also around values that are not finite', () => {
    const values = [...noise(500)]
    values[0] = NaN
    values[100] = Infinity
    values[101] = -Infinity
    for (let i = 200; i < 230; i++) values[i] = NaN
    for (const weight of [0, 0.6, 0.97, 0.999]) {
      const expected = tensorboard(values, weight)
      ema(Float64Array.from(values), weight).forEach((x, i) => {
        if (Number.isFinite(expected[i]!)) expect(x).toBeCloseTo(expected[i]!, 10)
        else expect(x).toBe(expected[i])
      })
    }
  })
  it('starts at the first value: no bias towards zero', () => {
    expect(ema(Float64Array.of(5, 5.1, 4.9), 0.99)[0]).toBeCloseTo(5, 12)
  })
  it.each([ema, gauss])('leaves a constant series untouched to the last bit, gaps included (%o)', (smooth) => {
    expect([...smooth(Float64Array.of(0.1, 0.1, NaN, 0.1), 0.9)]).toEqual([0.1, 0.1, NaN, 0.1])
  })
  it('does not change its input and gives an empty result for nothing', () => {
    const values = noise(10)
    const before = values.slice()
    ema(values, 0.9)
    gauss(values, 3)
    expect(values).toEqual(before)
    expect(ema(new Float64Array(), 0.9)).toHaveLength(0)
    expect(gauss(new Float64Array(), 2)).toHaveLength(0)
  })
})

describe('Gaussian smoothing', () => {
  it.each([2, 5, 18.5, 50])('stays within 0.1 sd of the exact kernel for sigma %d', (sigma) => {
    const values = noise(600)
    const exact = convolve(values, sigma)
    const inner = 3 * Math.ceil(sigma)
    const sd = Math.sqrt(exact.reduce((sum, x) => sum + x * x, 0) / exact.length)
    const difference = gauss(values, sigma)
      .map((x, i) => (x - exact[i]!) ** 2)
      .subarray(inner, 600 - inner)
    expect(Math.sqrt(difference.reduce((a, b) => a + b, 0) / difference.length)).toBeLessThan(0.1 * sd)
  })
  it.each([0.8, 1, 2, 7, 18.5, 100])('has the variance of sigma %d as near as odd widths allow', (sigma) => {
    const variance = boxRadii(sigma).reduce((sum, r) => sum + ((2 * r + 1) ** 2 - 1) / 12, 0)
    expect(Math.abs(Math.sqrt(variance) - sigma)).toBeLessThan(0.3)
  })
  it('moves no minimum: a symmetric valley stays where it is', () => {
    const valley = Float64Array.from({ length: 201 }, (_, i) => Math.abs(i - 100))
    const smooth = gauss(valley, 8)
    expect(smooth.indexOf(Math.min(...smooth))).toBe(100)
  })
  it('is not poisoned by one huge value: 1e30 far away changes nothing', () => {
    const values = noise(400)
    const spiked = values.slice()
    spiked[20] = 1e30
    expect(gauss(spiked, 5).subarray(100)).toEqual(gauss(values, 5).subarray(100))
  })
  it('lets values that are not finite pass and keeps them out of the means', () => {
    const values = Float64Array.of(1, 2, NaN, 3, Infinity, 2, 1, 2, 3, 1)
    const smooth = gauss(values, 2)
    expect(smooth[2]).toBeNaN()
    expect(smooth[4]).toBe(Infinity)
    for (const i of [0, 1, 3, 5, 6, 7, 8, 9]) {
      expect(smooth[i]).toBeGreaterThanOrEqual(1)
      expect(smooth[i]).toBeLessThanOrEqual(3)
    }
  })
  it('removes as much noise as the EMA of the same amount', () => {
    const variance = (xs: Float64Array) => xs.subarray(500).reduce((sum, x) => sum + x * x, 0) / (xs.length - 500)
    const values = noise(200_000)
    const ratio = variance(gauss(values, sigmaOf(0.9))) / variance(ema(values, 0.9))
    expect(ratio).toBeGreaterThan(0.85)
    expect(ratio).toBeLessThan(1.15)
  })
})
