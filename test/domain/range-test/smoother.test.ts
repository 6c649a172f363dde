import { describe, expect, it } from 'vitest'
import { fastaiLosses } from '../../../src/core/domain/range-test/libraries'
import { median, noiseOf } from '../../../src/core/domain/range-test/noise'
import { leastAt } from '../../../src/core/domain/range-test/rules'
import { smoothLoss } from '../../../src/core/domain/range-test/smoother'
import { sweepLr } from '../../../src/core/domain/range-test/sweep'
import { createRng } from '../../../src/core/domain/rng'
import { REFERENCE, sampled, specOf } from './curve'

describe('the smoother', () => {
  const { lr, loss } = sampled(REFERENCE, 100)

  it('leaves the minimum where it is, where a moving average of the past moves it by a factor of four', () => {
    const raw = leastAt(loss)
    expect(lr[raw]).toBeCloseTo(0.089, 3)
    expect(lr[leastAt(fastaiLosses(loss))]).toBeCloseTo(0.385, 3)
    // As far as it diverges: what is far above is cut off before it is smoothed.
    const kept = loss.map((value) => Math.min(value, 4))
    expect(Math.abs(leastAt(smoothLoss(lr, kept, 100 / 33).loss) - raw)).toBeLessThanOrEqual(1)
  })

  it.each(['exponential', 'linear'] as const)(
    'gives a straight line back as it was, on a sweep that is %s',
    (growth) => {
      const spec = specOf({ steps: 60, growth })
      const rates = Float64Array.from({ length: 60 }, (_, k) => sweepLr(spec, k))
      const line = rates.map((rate) => 2 - 0.3 * Math.log10(rate))
      const smooth = smoothLoss(rates, line, 60 / 33)
      line.forEach((value, i) => {
        expect(smooth.loss[i]).toBeCloseTo(value, 9)
        expect(smooth.slope[i]).toBeCloseTo(-0.3, 6)
      })
    },
  )

  it('mirrors a mirrored curve: right and left count alike', () => {
    const mirrored = loss.map((_, i) => loss[99 - i]!)
    const there = smoothLoss(lr, loss, 3)
    const back = smoothLoss(lr, mirrored, 3)
    there.loss.forEach((value, i) => {
      expect(back.loss[99 - i]! / value).toBeCloseTo(1, 9)
      expect(back.slope[99 - i]! + there.slope[i]!).toBeCloseTo(0, 5)
    })
  })

  it('leaves out what is not finite, and has no value there', () => {
    const holed = loss.slice()
    for (const i of [20, 99]) holed[i] = i === 20 ? NaN : Infinity
    const smooth = smoothLoss(lr, holed, 3)
    expect([...smooth.loss].flatMap((value, i) => (Number.isNaN(value) ? [i] : []))).toEqual([20, 99])
    // The curve is flat at 20: its neighbours do not miss it.
    expect(smooth.loss[21]).toBeCloseTo(loss[21]!, 2)
  })

  it('takes independent noise down as far as 2√π points per bandwidth do', () => {
    const rng = createRng(3, 'noise')
    const { lr: rates } = sampled(REFERENCE, 3000)
    const smooth = smoothLoss(
      rates,
      rates.map(() => rng.normal()),
      9,
    )
    const inside = smooth.loss.subarray(100, 2900)
    const deviation = Math.sqrt(inside.reduce((sum, value) => sum + value * value, 0) / inside.length)
    expect(deviation * Math.sqrt(2 * Math.sqrt(Math.PI) * 9)).toBeGreaterThan(0.85)
    expect(deviation * Math.sqrt(2 * Math.sqrt(Math.PI) * 9)).toBeLessThan(1.15)
  })

  it('has a mean and no slope where there is one point', () => {
    const { loss: value, slope } = smoothLoss(Float64Array.of(0.1), Float64Array.of(2), 1)
    expect([value[0], slope[0]]).toEqual([2, NaN])
  })
})

describe('the noise of a loss', () => {
  const noisy = (course: (k: number) => number, seed: number) => {
    const rng = createRng(seed, 'noise')
    return Float64Array.from({ length: 200 }, (_, k) => course(k) + 0.1 * rng.normal())
  }

  it('is its standard deviation, also on a slope and with one jump (50 seeds)', () => {
    const estimates = Array.from({ length: 50 }, (_, seed) =>
      noiseOf([noisy((k) => 2.3 - 0.002 * k + (k > 150 ? 50 : 0), seed)]),
    )
    expect(median(estimates)).toBeGreaterThan(0.095)
    expect(median(estimates)).toBeLessThan(0.105)
    for (const one of estimates) expect(Math.abs(one - 0.1)).toBeLessThan(0.035)
  })

  it('leaves out what is not finite, and is 0 for a loss that does not change', () => {
    const loss = noisy(() => 2, 1)
    expect(noiseOf([Float64Array.of(...loss, NaN, Infinity)])).toBe(noiseOf([loss]))
    expect(noiseOf([new Float64Array(50).fill(2.3)])).toBe(0)
    expect(noiseOf([])).toBe(0)
  })
})
