import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/core/domain/rng'
import { runningMean } from '../../../src/core/domain/stats/running-mean'
import { maySmooth, radiusOf, type Smoothing, SMOOTHINGS, smoothSeries } from '../../../src/core/domain/stats/smoothing'
import { timeEma } from '../../../src/core/domain/stats/time-ema'

const upTo = (n: number) => Float64Array.from({ length: n }, (_, i) => i)
const noise = (n: number, seed = 1) => {
  const rng = createRng(seed, 'noise')
  return Float64Array.from({ length: n }, () => rng.normal())
}
const kinds = SMOOTHINGS.filter((kind) => kind !== 'none')
const symmetric = ['gauss', 'mean'] as const

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
)
const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), value), { maxLength: 60 })
const columns = (list: [number, number][]) => ({
  steps: Float64Array.from(list, ([step]) => step),
  values: Float64Array.from(list, ([, one]) => one),
})

/** Weighted mean over all finite points so far, the weight w^(way back / unit): the definition, without its recurrence. */
function timeEmaByDefinition(steps: Float64Array, values: Float64Array, weight: number, unit: number): number[] {
  const way: number[] = []
  let [length, before] = [0, NaN]
  values.forEach((one, i) => {
    if (Number.isFinite(one)) {
      if (!Number.isNaN(before)) length += Math.abs(steps[i]! - before)
      before = steps[i]!
    }
    way.push(length)
  })
  return Array.from(values, (one, i) => {
    if (!Number.isFinite(one)) return one
    let [sum, weights] = [0, 0]
    for (let j = 0; j <= i; j++) {
      if (!Number.isFinite(values[j]!)) continue
      const share = weight ** ((way[i]! - way[j]!) / unit)
      sum += share * values[j]!
      weights += share
    }
    return sum / weights
  })
}

function runningMeanByDefinition(values: Float64Array, radius: number): number[] {
  return Array.from(values, (one, i) => {
    if (!Number.isFinite(one)) return one
    const inside = [...values.subarray(Math.max(0, i - radius), i + radius + 1)].filter(Number.isFinite)
    return inside.reduce((a, b) => a + b, 0) / inside.length
  })
}

function expectClose(got: Float64Array, expected: ArrayLike<number>): void {
  expect(got).toHaveLength(expected.length)
  got.forEach((one, i) => {
    if (Number.isFinite(expected[i]!)) expect(one).toBeCloseTo(expected[i]!, 8)
    else expect(one).toBe(expected[i])
  })
}

describe('time-weighted EMA', () => {
  it('is the mean that its weights define, for steps that repeat and go back and values that are not finite (property)', () => {
    fc.assert(
      fc.property(points, fc.constantFrom(0, 0.5, 0.9, 0.999), fc.constantFrom(1, 7.5), (list, weight, unit) => {
        const { steps, values } = columns(list)
        expectClose(timeEma(steps, values, weight, unit), timeEmaByDefinition(steps, values, weight, unit))
      }),
      { numRuns: 200, seed: 11 },
    )
  })
  it('equals the EMA where every step is recorded', () => {
    const values = noise(3000)
    values[70] = NaN
    const gapless = values.filter(Number.isFinite)
    const smooth = (kind: Smoothing['kind']) => smoothSeries(upTo(gapless.length), gapless, { kind, amount: 0.97 })
    expectClose(smooth('time-ema'), smooth('ema'))
  })
  it('looks back equally far along lines that were recorded at different cadences', () => {
    const curve = (t: number) => Math.sin(t / 300)
    const every = (stride: number) => {
      const steps = Float64Array.from({ length: 4000 / stride }, (_, i) => i * stride)
      return (kind: Smoothing['kind']) => smoothSeries(steps, steps.map(curve), { kind, amount: 0.99 })
    }
    const away = (kind: Smoothing['kind']) => Math.abs(every(1)(kind)[3000]! - every(20)(kind)[150]!)
    expect(away('time-ema')).toBeLessThan(0.05)
    expect(away('ema')).toBeGreaterThan(0.3)
  })
})

describe('running mean', () => {
  it('is the mean of the finite values inside its window (property)', () => {
    fc.assert(
      fc.property(points, fc.integer({ min: 0, max: 40 }), (list, radius) => {
        const { values } = columns(list)
        expectClose(runningMean(values, radius), runningMeanByDefinition(values, radius))
      }),
      { numRuns: 300, seed: 12 },
    )
  })
  it('is not poisoned by one huge value: 1e30 far away changes nothing', () => {
    const values = noise(400)
    const spiked = values.slice()
    spiked[20] = 1e30
    expect(runningMean(spiked, 9).subarray(40)).toEqual(runningMean(values, 9).subarray(40))
  })
  it('removes as much noise as the EMA of the same amount', () => {
    const variance = (xs: Float64Array) => xs.subarray(500).reduce((sum, x) => sum + x * x, 0) / (xs.length - 500)
    const values = noise(100_000)
    const smooth = (kind: Smoothing['kind']) => variance(smoothSeries(upTo(100_000), values, { kind, amount: 0.9 }))
    expect(smooth('mean') / smooth('ema')).toBeGreaterThan(0.85)
    expect(smooth('mean') / smooth('ema')).toBeLessThan(1.15)
    expect(radiusOf(0.9)).toBe(9)
  })
})

describe.each(kinds)('smoothing by %s', (kind) => {
  const smooth = (values: Float64Array, amount = 0.9, steps = upTo(values.length)) =>
    smoothSeries(steps, values, { kind, amount })

  it('is linear', () => {
    const [a, b] = [noise(300, 1), noise(300, 2)]
    const mixed = smooth(a.map((x, i) => 3 * x - 2 * b[i]!))
    const [smoothA, smoothB] = [smooth(a), smooth(b)]
    expectClose(
      mixed,
      smoothA.map((x, i) => 3 * x - 2 * smoothB[i]!),
    )
  })
  it('leaves constants untouched to the last bit, gaps and single points included', () => {
    expect([...smooth(Float64Array.of(0.1, 0.1, NaN, 0.1))]).toEqual([0.1, 0.1, NaN, 0.1])
    expect([...smooth(Float64Array.of(7))]).toEqual([7])
    expect([...smooth(Float64Array.of(NaN, NaN))]).toEqual([NaN, NaN])
    expect(smooth(new Float64Array())).toHaveLength(0)
  })
  it('lets what is not finite pass, stays between the finite values, and keeps its input (property)', () => {
    fc.assert(
      fc.property(points, fc.constantFrom(0.3, 0.97, 0.999), (list, amount) => {
        const { steps, values } = columns(list)
        const before = values.slice()
        const result = smooth(values, amount, steps)
        expect(values).toEqual(before)
        const finite = [...values].filter(Number.isFinite)
        result.forEach((one, i) => {
          if (!Number.isFinite(values[i]!)) return expect(one).toBe(values[i])
          expect(one).toBeGreaterThanOrEqual(Math.min(...finite) - 1e-9)
          expect(one).toBeLessThanOrEqual(Math.max(...finite) + 1e-9)
        })
      }),
      { numRuns: 200, seed: 13 },
    )
  })
  it('stays finite from 1e-300 to 1e300', () => {
    const values = Float64Array.from(
      { length: 700 },
      (_, i) => (i % 2 ? -1 : 1) * 10 ** (i - 350 > 300 ? 300 : Math.max(-300, i - 350)),
    )
    expect(smooth(values, 0.999).every(Number.isFinite)).toBe(true)
  })
})

describe.each(symmetric)('symmetric smoothing by %s', (kind) => {
  it('gives the mirror image of a mirrored series', () => {
    const values = noise(500)
    const smooth = (list: Float64Array) => smoothSeries(upTo(500), list, { kind, amount: 0.8 })
    expectClose(smooth(values.toReversed()).toReversed(), smooth(values))
  })
  it('shifts no minimum, where an EMA is late', () => {
    const valley = Float64Array.from({ length: 201 }, (_, i) => Math.abs(i - 100))
    const lowest = (one: Smoothing['kind']) => {
      const smooth = smoothSeries(upTo(201), valley, { kind: one, amount: 0.9 })
      return smooth.indexOf(Math.min(...smooth))
    }
    expect(lowest(kind)).toBe(100)
    expect(lowest('ema')).toBeGreaterThan(103)
  })
})

it('rates and momentum are not to be smoothed, what was measured is', () => {
  expect(['lr', 'momentum', 'train/loss', 'my/lr'].map(maySmooth)).toEqual([false, false, true, true])
})
