import * as v from 'valibot'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/core/domain/rng'
import { rangeTestSpec } from '../../../src/core/domain/range-test/range-test-spec'
import { sweepLr, sweepsOf, sweepSteps, sweepStride } from '../../../src/core/domain/range-test/sweep'
import { MAX_RATE } from '../../../src/core/domain/spec/fields'
import { parseRunSpec, totalSteps } from '../../../src/core/domain/spec/run-spec'
import { RangeTestSpec } from '../../../src/core/domain/spec/range-test'
import VECTORS from '../../fixtures/schedules.vectors.json'

const spec = (given: object = {}) => v.parse(RangeTestSpec, given)
const vector = (id: string) => {
  const { params, steps, values } = VECTORS.find((one) => one.id === id)! as unknown as {
    params: { start_lr: number; end_lr: number; num_iter: number; step_mode: 'exp' | 'linear' }
    steps: number[]
    values: number[]
  }
  const growth = params.step_mode === 'exp' ? 'exponential' : 'linear'
  return { spec: spec({ from: params.start_lr, to: params.end_lr, steps: params.num_iter, growth }), steps, values }
}

/** A sweep's losses as a run records them, from the repeat's first step on. */
const recorded = (stride: number, ...repeats: { loss: number[]; norm?: number[] }[]) => {
  const points = repeats.flatMap(({ loss, norm }, r) =>
    loss.map((value, k) => ({ step: r * stride + k, loss: value, norm: norm?.[k] ?? 1 })),
  )
  return {
    steps: points.map(({ step }) => step),
    lr: points.map(({ step }) => sweepLr(spec({ steps: 20 }), step % stride)),
    loss: points.map(({ loss }) => loss),
    gradientNorm: points.map(({ norm }) => norm),
  }
}

describe('a sweep', () => {
  it.each(['V19', 'X39', 'X40'])('has the rates of the vector %s', (id) => {
    const { spec, steps, values } = vector(id)
    steps.forEach((k, i) => expect(sweepLr(spec, k) / values[i]!).toBeCloseTo(1, 9))
  })

  it('goes on to 100 times its last rate with the same growth: 85 updates more by default', () => {
    expect(sweepStride(spec())).toBe(385)
    expect(sweepSteps(spec())).toBe(3 * 385)
    expect(sweepLr(spec(), 384)).toBeLessThanOrEqual(1000)
    expect(sweepLr(spec(), 385)).toBeGreaterThan(1000)
    expect(sweepLr(spec(), 385) / sweepLr(spec(), 384)).toBeCloseTo(sweepLr(spec(), 1) / sweepLr(spec(), 0), 9)
  })

  it.each([
    ['at the greatest rate there is', { from: 1e-3, to: 1000, steps: 61 }, 71],
    ['nowhere from the greatest rate there is', { from: 1, to: MAX_RATE, steps: 50 }, 50],
    ['after as many updates again, in a narrow range', { from: 0.1, to: 0.2, steps: 100 }, 200],
    ['after as many updates again, where it is linear', { from: 0.1, to: 0.2, steps: 100, growth: 'linear' }, 200],
  ])('ends its extension %s', (_, given, stride) => expect(sweepStride(spec(given))).toBe(stride))

  it('rises, never above the greatest rate, and takes at most twice its updates (500 random specs)', () => {
    const rates = fc.tuple(fc.double({ min: -9, max: 4 }), fc.double({ min: -9, max: 4 }))
    fc.assert(
      fc.property(
        rates.filter(([a, b]) => Math.abs(a - b) > 1e-6),
        fc.integer({ min: 2, max: 400 }),
        fc.constantFrom('exponential', 'linear'),
        ([a, b], steps, growth) => {
          const one = spec({ from: 10 ** Math.min(a, b), to: 10 ** Math.max(a, b), steps, growth })
          const stride = sweepStride(one)
          expect(stride >= steps && stride <= 2 * steps).toBe(true)
          const rates = Array.from({ length: stride }, (_, k) => sweepLr(one, k))
          expect(rates.every((rate, k) => k === 0 || rate > rates[k - 1]!)).toBe(true)
          expect(rates.at(-1)! / MAX_RATE).toBeLessThanOrEqual(1 + 1e-9)
        },
      ),
      { numRuns: 500, seed: 5 },
    )
  })

  it.each([
    ['from', { from: 1, to: 1 }],
    ['steps', { steps: 1 }],
    ['repeats', { repeats: 0 }],
    ['growth', { growth: 'cubic' }],
  ])('is refused with a %s that makes none', (_, given) => {
    expect(v.safeParse(RangeTestSpec, given).success).toBe(false)
  })
})

describe('the end of a sweep', () => {
  const stride = sweepStride(spec({ steps: 20 }))
  const endOf = (loss: number[], norm?: number[]) =>
    sweepsOf(spec({ steps: 20 }), recorded(stride, { loss, norm }))[0]!.ended
  const flat = (n: number, at = 2.3) => {
    const rng = createRng(1, 'noise of a loss')
    return Array.from({ length: n }, () => at + 0.01 * rng.normal())
  }
  const falling = Array.from({ length: 14 }, (_, k) => 2.3 - 0.15 * k)

  it('is open while it goes on', () => {
    expect(endOf(flat(19))).toBeNull()
    expect(endOf(falling)).toBeNull()
  })

  it('is at a loss or gradient that is not finite', () => {
    expect(endOf([...flat(8), NaN])).toBe('non-finite')
    expect(endOf([...flat(8), Infinity])).toBe('non-finite')
    expect(endOf(flat(8), [1, 1, 1, 1, 1, 1, 1, NaN])).toBe('non-finite')
  })

  it('is where the median of five losses is above twice its least value and the initial loss', () => {
    expect(endOf([...flat(6), 9, 9])).toBeNull()
    expect(endOf([...flat(6), 9, 9, 9])).toBe('diverged')
    // Twice the least is 0.7 here: below the initial loss a rise is not yet a divergence.
    expect(endOf([...falling, 1.5, 1.5, 1.5])).toBeNull()
  })

  it('is at the planned last update where the loss has risen, and at that of the extension where it has not', () => {
    expect(endOf([...falling, ...flat(6, 1.6)])).toBe('end')
    expect(endOf(flat(20))).toBeNull()
    expect(endOf(flat(stride))).toBe('end')
  })

  it('is found for each repeat alone, wherever the others ended', () => {
    const points = recorded(stride, { loss: [...flat(6), 9, 9, 9] }, { loss: flat(stride) }, { loss: flat(3) })
    const sweeps = sweepsOf(spec({ steps: 20 }), points)
    expect(sweeps.map(({ ended }) => ended)).toEqual(['diverged', 'end', null])
    expect(sweeps.map(({ loss }) => loss.length)).toEqual([9, stride, 3])
    for (const { lr } of sweeps) expect(lr[0]).toBe(1e-6)
  })

  it('is nowhere where nothing is recorded', () => {
    expect(sweepsOf(spec(), { steps: [], lr: [], loss: [], gradientNorm: [] })).toEqual([])
  })
})

describe('the run spec of a range test', () => {
  const plain = { dataset: { kind: 'spirals' }, model: { preset: 'mlp' } }

  it('needs no schedule and no budget, and is as long as its sweeps', () => {
    const checked = parseRunSpec(rangeTestSpec(plain, { steps: 100, repeats: 2 }))
    expect(checked.rangeTest).toEqual({ from: 1e-6, to: 10, steps: 100, repeats: 2, growth: 'exponential' })
    expect(totalSteps(checked)).toBe(2 * sweepStride(checked.rangeTest!))
    expect(checked.budget).toEqual({ steps: totalSteps(checked) })
  })

  it('is whole with the field alone, and refused where that is no object', () => {
    expect(parseRunSpec({ ...plain, rangeTest: {} }).rangeTest).toMatchObject({ from: 1e-6, to: 10 })
    expect(() => parseRunSpec({ ...plain, rangeTest: 5 })).toThrow(/rangeTest must be an object, got 5/)
    expect(() => parseRunSpec(plain)).toThrow(/schedule is missing/)
  })

  it("keeps what a training run's spec says, fields given here coming before its own", () => {
    const schedule = { kind: 'one-cycle', maxLr: 0.4 }
    const checked = parseRunSpec(rangeTestSpec({ ...plain, schedule, rangeTest: { to: 5, steps: 50 } }, { steps: 60 }))
    expect(checked).toMatchObject({ schedule, rangeTest: { to: 5, steps: 60 } })
  })

  it.each([
    [{ from: 1, to: 0.1 }, /rangeTest.*from must be below to/],
    [{ steps: 1 }, /rangeTest.steps must be a whole number from 2 to 100000, got 1/],
    [{ repeats: 0 }, /rangeTest.repeats must be a whole number from 1 to 20, got 0/],
    [{ to: NaN }, /rangeTest.to must be above 0 and at most 10000, got NaN/],
    [{ from: null }, /rangeTest.from must be above 0/],
    [{ stepz: 5 }, /rangeTest.stepz is not a known field \(did you mean steps\?\)/],
  ])('is refused with %j, by the name of its field alone', (given, message) => {
    expect(() => parseRunSpec(rangeTestSpec(plain, given))).toThrow(message)
  })
})
