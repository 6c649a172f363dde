import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fastaiLosses,
  fastaiRates,
  lightningLosses,
  lightningRates,
  lrFinderLosses,
  lrFinderRate,
} from '../../../src/core/domain/range-test/libraries'
import {
  articleRate,
  minimumRate,
  slideRate,
  slopesOf,
  steepestRate,
  valleyRate,
} from '../../../src/core/domain/range-test/rules'
import { sweepLr } from '../../../src/core/domain/range-test/sweep'
import VECTORS from '../../fixtures/schedules.vectors.json'
import { REFERENCE, sampled, specOf } from './curve'

const reference = sampled(REFERENCE, 100)
/** The same with a wave that is as fast as the points: noise that is the same everywhere. */
const waved = { ...reference, loss: reference.loss.map((value, k) => value + 0.2 * Math.sin(12.9898 * (k + 1))) }

/** Agrees as far as the recorded three digits go. */
const expectRate = (got: number | null | undefined, recorded: number) => expect(got! / recorded).toBeCloseTo(1, 1.9)

describe('the rules on the reference curve', () => {
  const curve = { ...reference, slope: slopesOf(reference.lr, reference.loss) }

  it('find its minimum, its steepest point and where the fall is still 40 % of the steepest', () => {
    expectRate(minimumRate(curve), 0.089)
    // Differences of neighbours on both sides: the recorded .00911 is of one side, the exact point lies at .0100.
    expect(Math.abs(Math.log10(steepestRate(curve)! / 0.01))).toBeLessThan(0.0708)
    expectRate(articleRate(curve), 0.0285)
  })

  it('find the same on a grid so fine that it is the exact curve', () => {
    const fine = sampled(REFERENCE, 20_000)
    const exact = { ...fine, slope: slopesOf(fine.lr, fine.loss) }
    expectRate(minimumRate(exact), 0.0942)
    expectRate(steepestRate(exact), 0.01)
    expectRate(articleRate(exact), 0.0325)
  })

  it('put the article rate between the steepest point and the minimum, whatever the curve (500 random ones)', () => {
    const losses = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 5, maxLength: 60 })
    fc.assert(
      fc.property(losses, (values) => {
        const { lr } = sampled(REFERENCE, values.length)
        const loss = Float64Array.from(values)
        const one = { lr, loss, slope: slopesOf(lr, loss) }
        const [article, steepest, least] = [articleRate(one), steepestRate(one), minimumRate(one)!]
        if (steepest === null) return article === null
        return article! >= steepest && article! <= least
      }),
      { numRuns: 500, seed: 5 },
    )
  })

  it('go on to the last valley that is about as low: a loss thrown up by a catapult falls again', () => {
    const { lr } = sampled(REFERENCE, 300)
    const bumped = (height: number, second: number) => {
      const loss = lr.map((rate) => {
        const x = Math.log10(rate)
        const bump = height * Math.exp(-(((x + 1.4) / 0.05) ** 2))
        return REFERENCE(x + 0.5) * Number(x < -1.4) + (REFERENCE(x - 0.5) + second) * Number(x >= -1.4) + bump
      })
      return { lr, loss, slope: slopesOf(lr, loss) }
    }
    // Bottoms of the two valleys: .0942 half a decade to the left and to the right.
    expect(minimumRate(bumped(1, 0.05))! / 0.298).toBeCloseTo(1, 0.7)
    expect(articleRate(bumped(1, 0.05))).toBeGreaterThan(0.04)
    expect(minimumRate(bumped(1, 0.5))! / 0.0298).toBeCloseTo(1, 0.7)
    expect(articleRate(bumped(1, 0.5))).toBeLessThan(0.0298)
  })

  it('find nothing where nothing falls', () => {
    const loss = reference.lr.map((_, i) => i)
    const rising = { lr: reference.lr, loss, slope: slopesOf(reference.lr, loss) }
    expect([articleRate(rising), steepestRate(rising)]).toEqual([null, null])
    expect(slideRate({ lr: reference.lr.subarray(0, 15), loss: loss.subarray(0, 15) })).toBeNull()
    expect(valleyRate({ lr: new Float64Array(), loss: new Float64Array() })).toBeNull()
  })

  it('take the longest valley as fastai does, which compares every pair (300 random curves)', () => {
    const losses = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 6, maxLength: 60 })
    fc.assert(
      fc.property(losses, (values) => {
        const { lr } = sampled(REFERENCE, values.length)
        expect(valleyRate({ lr, loss: Float64Array.from(values) })).toBe(lr.at(valleyByPairs(values)))
      }),
      { numRuns: 300, seed: 5 },
    )
  })
})

/** fastai's own course: for each point, whether it makes the longest fall of each point before it longer. */
function valleyByPairs(losses: readonly number[]): number {
  const falls = losses.map(() => 1)
  let [start, end] = [0, 0]
  for (let i = 1; i < losses.length; i++)
    for (let j = 0; j < i; j++) {
      if (losses[i]! < losses[j]! && falls[i]! < falls[j]! + 1) falls[i] = falls[j]! + 1
      if (falls[end]! < falls[i]!) {
        end = i
        start = end - falls[end]!
      }
    }
  const third = (end - start) / 3
  return start + Math.trunc(third) + Math.trunc(third / 2)
}

describe('the averages of the libraries', () => {
  const losses = Float64Array.of(2.3, 2.2, 2.4, 2, 1.5, 1, 1.2, 3)

  it.each([
    [
      'fastai',
      fastaiLosses,
      [2.3, 2.249494949, 2.30068018, 2.223217072, 2.072671054, 1.884742984, 1.780895287, 1.944273658],
    ],
    [
      'torch-lr-finder',
      lrFinderLosses,
      [2.3, 2.295, 2.30025, 2.2852375, 2.245975625, 2.183676844, 2.134493002, 2.177768351],
    ],
  ])('are those recorded of %s', (_, average, recorded) => {
    average(losses).forEach((value, k) => expect(value).toBeCloseTo(recorded[k]!, 8))
  })

  it('begin at half of the loss in Lightning, whose correction counts one step too many, so that it rises at first', () => {
    const constant = lightningLosses(new Float64Array(11).fill(1))
    expect([...constant.slice(0, 3)].map((value) => value.toFixed(3))).toEqual(['0.505', '0.673', '0.758'])
    expect(constant[9]).toBeCloseTo(0.918, 3)
  })
})

describe('the libraries on the reference curve', () => {
  it('suggest what was recorded of them', () => {
    const { steep, valley, slide, minimum } = fastaiRates(reference, 100)
    expectRate(steep, 0.0285)
    expectRate(minimum, 0.0385)
    expectRate(valley, 0.0011)
    expectRate(slide, 0.0148)
    expectRate(lrFinderRate(reference), 0.0285)
    expectRate(lightningRates(reference).old, 0.0335)
    expectRate(lightningRates(reference).new, 0.00774)
  })

  it('suggest what was recorded of them on a curve with a wave: the new rule of Lightning takes a rate of 5e-6', () => {
    expectRate(fastaiRates(waved, 100).valley, 0.0126)
    expectRate(lrFinderRate(waved), 0.0643)
    expectRate(lightningRates(waved).old, 0.0643)
    expect(lightningRates(waved).new! / 5e-6).toBeGreaterThan(0.9)
    expect(lightningRates(waved).new! / 5e-6).toBeLessThan(1.1)
  })

  it('cut at NaN or leave it out, and suggest nothing for too few points', () => {
    const ended = { lr: reference.lr.subarray(0, 90), loss: Float64Array.of(...reference.loss.subarray(0, 89), NaN) }
    const whole = { lr: reference.lr.subarray(0, 89), loss: reference.loss.subarray(0, 89) }
    expect(fastaiRates(ended, 100).steep).toBe(fastaiRates(whole, 100).steep)
    expect(lightningRates(ended).old).toBe(lightningRates(whole).old)
    const few = { lr: reference.lr.subarray(0, 11), loss: reference.loss.subarray(0, 11) }
    expect(fastaiRates(few, 100)).toEqual({ steep: null, valley: null, slide: null, minimum: null })
    expect([lrFinderRate(few), lightningRates(few)]).toEqual([null, { old: null, new: null }])
  })
})

describe('the rates of the libraries', () => {
  const vector = (id: string) => VECTORS.find((one) => one.id === id)! as unknown as Vector
  interface Vector {
    params: Record<string, number | string>
    steps: number[]
    values: number[]
  }
  const ours = ({ params: p }: Vector) =>
    specOf({
      from: p.start_lr ?? p.min_lr,
      to: p.end_lr ?? p.max_lr,
      steps: p.num_it ?? p.num_training,
      growth: p.mode === 'linear' ? 'linear' : 'exponential',
    })

  it.each(['V19f', 'X38'])(
    'of fastai (%s) are ours of a sweep that is one update longer: it never uses its end',
    (id) => {
      const { steps, values, ...rest } = vector(id)
      const spec = ours({ steps, values, ...rest })
      const longer = { ...spec, steps: spec.steps + 1 }
      steps.forEach((k, i) => expect(sweepLr(longer, k) / values[i]!).toBeCloseTo(1, 9))
      expect(values.at(-1)).toBeLessThan(sweepLr(spec, steps.at(-1)!))
    },
  )

  it.each(['V19l', 'X41', 'X42'])(
    'of Lightning (%s) are ours of one more update without the second: it skips one',
    (id) => {
      const { steps, values, ...rest } = vector(id)
      const spec = ours({ steps, values, ...rest })
      const longer = { ...spec, steps: spec.steps + 1 }
      steps.forEach((k, i) => expect(sweepLr(longer, k && k + 1) / values[i]!).toBeCloseTo(1, 9))
      expect(values[1]! / sweepLr(spec, steps[1]!)).not.toBeCloseTo(1, 3)
    },
  )
})
