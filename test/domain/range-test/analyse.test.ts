import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyseRangeTest } from '../../../src/core/domain/range-test/analyse'
import { RULES, type RangeAnalysis, type Sweep } from '../../../src/core/domain/range-test/types'
import { createRng } from '../../../src/core/domain/rng'
import { REFERENCE, specOf, sweepAlong, testAlong } from './curve'

const spec = specOf()
const analyse = (sweeps: Sweep[], given = spec) => analyseRangeTest(sweeps, given)
const decades = (a: number, b: number) => Math.abs(Math.log10(a / b))
const cut = ({ lr, loss }: Sweep, n: number): Sweep => ({ lr: lr.slice(0, n), loss: loss.slice(0, n), ended: null })

/** Nothing that could be taken for a rate to train with. */
function expectNothing({ max, min, constant, confidence, suggestions, reason }: RangeAnalysis): void {
  expect({ max, min, constant, confidence }).toEqual({ max: null, min: null, constant: null, confidence: 'none' })
  expect(suggestions.map(({ rule }) => rule)).toEqual([...RULES])
  for (const { lr, repeats } of suggestions) expect([lr, ...repeats].every((one) => one === null)).toBe(true)
  expect(reason).toMatch(/^[A-Z].*\.$/)
}

describe('the analysis of a range test', () => {
  it('finds the rates of the reference curve under noise, with high confidence (100 seeds)', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const found = analyse(testAlong(REFERENCE, spec, 0.1, seed))
      expect(found.refusal).toBeNull()
      expect(found.confidence).toBe('high')
      // Exactly .0325 and .0942; the smoother's width moves them by up to a sixth.
      expect(decades(found.max!, 0.0325)).toBeLessThan(0.16)
      expect(decades(found.minimumAt!, 0.0942)).toBeLessThan(0.16)
      expect(found.min).toBe(found.max! / 10)
      expect(found.constant).toBe(found.minimumAt! / 10)
      expect(decades(found.noise, 0.1)).toBeLessThan(0.16)
    }
  })

  it('says why in a sentence with its numbers', () => {
    const { reason, spread } = analyse(testAlong(REFERENCE, spec, 0.1, 1))
    expect(reason).toMatch(
      /^The three repeats agree within 0\.\d\d decades \(limit 0\.50\)\. Loss fell 1\d σ, rose again at LR 0\.\d+, so the upper bound was seen\.$/,
    )
    expect(reason).toContain(spread!.toFixed(2))
  })

  it('does not depend on scale and unit of the loss, but for the slide rule, whose threshold does (100 random ones)', () => {
    const sweeps = testAlong(REFERENCE, spec, 0.1, 2)
    const rates = (a: RangeAnalysis) => [
      a.max,
      a.min,
      a.constant,
      ...a.suggestions.flatMap(({ rule, lr, repeats }) => (rule === 'slide' ? [] : [lr, ...repeats])),
    ]
    const before = analyse(sweeps)
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (e, shift) => {
          const scale = 10 ** e
          const moved = sweeps.map((sweep) => ({ ...sweep, loss: sweep.loss.map((value) => scale * (value + shift)) }))
          const after = analyse(moved)
          expect(rates(after)).toEqual(rates(before))
          expect(after.drop / before.drop).toBeCloseTo(1, 6)
          expect(after.refusal).toBeNull()
        },
      ),
      { numRuns: 100, seed: 5 },
    )
  })

  it('never suggests a maximum above half of the rate at which a repeat diverged (200 random curves)', () => {
    const shape = fc.record({
      at: fc.double({ min: -5, max: 0, noNaN: true }),
      steep: fc.double({ min: 1, max: 12, noNaN: true }),
      wall: fc.double({ min: 0.05, max: 2, noNaN: true }),
      sigma: fc.double({ min: 0, max: 0.2, noNaN: true }),
      seed: fc.integer({ min: 1, max: 1e6 }),
    })
    let suggested = 0
    fc.assert(
      fc.property(shape, ({ at, steep, wall, sigma, seed }) => {
        // Falls and then breaks off at once: the article rule alone would go as far as the edge.
        const course = (x: number) => (x > at + wall ? 1e6 : 0.5 + 1.8 / (1 + Math.exp(steep * (x - at))))
        const { max, divergedAt, refusal } = analyse(testAlong(course, spec, sigma, seed))
        if (refusal) return
        suggested++
        expect(max).toBeLessThanOrEqual(Math.min(...divergedAt.map((lr) => lr ?? Infinity)) / 2)
      }),
      { numRuns: 200, seed: 5 },
    )
    expect(suggested).toBeGreaterThan(100)
  })

  it('finds the same where a sweep ends with NaN or infinity as where it diverges', () => {
    const sweeps = testAlong(REFERENCE, spec, 0.05, 3)
    const before = analyse(sweeps)
    for (const last of [NaN, Infinity]) {
      const ended = sweeps.map(({ lr, loss }): Sweep => ({ lr, loss: loss.with(-1, last), ended: 'non-finite' }))
      const after = analyse(ended)
      expect(decades(after.max!, before.max!)).toBeLessThan(0.03)
      expect(after.divergedAt).toEqual(sweeps.map(({ lr }) => lr.at(-1)))
      expect(after.loss.at(-1)).toBeNaN()
    }
  })

  it('takes NaN out of nothing: a fall that ends with it has an upper bound', () => {
    const course = (x: number) => (x > -1.5 ? NaN : 2.3 / (1 + Math.exp(4 * (x + 2.5))))
    const { refusal, max } = analyse(testAlong(course, spec, 0.02, 1))
    expect(refusal).toBeNull()
    expect(max).toBeLessThanOrEqual(10 ** -1.5 / 2 + 0.001)
  })

  it('reads repeats of different lengths as far as all have losses, and each alone to its end', () => {
    const late = (x: number) => REFERENCE(x - 0.5)
    const sweeps = [
      sweepAlong(REFERENCE, spec, 0.05, 1),
      sweepAlong(late, spec, 0.05, 2),
      sweepAlong(late, spec, 0.05, 3),
    ]
    const shortest = sweeps[0]!.lr.at(-1)!
    const { lr, loss, high, low, suggestions, minimumAt, max, spread } = analyse(sweeps)
    expect(lr.length).toBe(Math.max(...sweeps.map((one) => one.lr.length)))
    expect(loss.every((value, i) => low[i]! <= value + 1e-12 && value <= high[i]! + 1e-12)).toBe(true)
    expect(minimumAt).toBeLessThan(shortest)
    expect(max).toBeLessThanOrEqual(shortest / 2)
    const [first, second] = suggestions[0]!.repeats
    expect(decades(second! / first!, 10 ** 0.5)).toBeLessThan(0.15)
    expect(decades(10 ** spread!, 10 ** 0.5)).toBeLessThan(0.2)
  })

  it('has low confidence in a single repeat and in repeats that lie far apart, medium in two that agree', () => {
    const one = sweepAlong(REFERENCE, spec, 0.05, 1)
    const other = sweepAlong(REFERENCE, spec, 0.05, 2)
    const far = sweepAlong((x) => REFERENCE(x + 0.8), spec, 0.05, 2)
    const single = analyse([one], specOf({ repeats: 1 }))
    expect(single).toMatchObject({ confidence: 'low', spread: null, refusal: null })
    expect(single.reason).toMatch(/^There is one repeat only/)
    expect(decades(single.max!, 0.0325)).toBeLessThan(0.16)
    expect(analyse([one, other]).confidence).toBe('medium')
    const apart = analyse([one, far])
    expect(apart).toMatchObject({ confidence: 'low', refusal: null })
    expect(apart.reason).toMatch(/^The two repeats lie 0\.\d\d decades apart \(limit 0\.50\)/)
  })

  it('has low confidence where one repeat lies far below the others, and refuses where one lies far above', () => {
    const at = (shift: number, seed: number) => sweepAlong((x) => REFERENCE(x - shift), spec, 0.05, seed)
    const low = (x: number) => 0.9 + 1.4 / (1 + Math.exp(4 * (x + 4))) + 0.3 / (1 + Math.exp(-20 * (x + 2.5)))
    const turnedBack = sweepAlong((x) => low(x) + Math.exp(6 * (x + 0.4)), spec, 0.05, 9)
    const below = analyse([at(0, 1), at(0, 2), turnedBack])
    expect(below.spread).toBeGreaterThan(1.5)
    expect(below).toMatchObject({ refusal: null, confidence: 'low' })
    expect(decades(below.max!, 0.0325)).toBeLessThan(0.3)
    const above = analyse([at(-2, 1), at(-2, 2), at(0, 3)])
    expectNothing(above)
    expect(above.refusal).toBe('noisy')
  })

  it('suggests nothing before the loss of the first sweep has risen, and what it suggests then stays near', () => {
    const whole = sweepAlong(REFERENCE, spec, 0.05, 4)
    const final = analyse([whole])
    let first: number | null = null
    for (let n = 1; n < whole.loss.length; n++) {
      const found = analyse([cut(whole, n)])
      if (found.refusal) {
        expectNothing(found)
        continue
      }
      first ??= whole.lr[n - 1]!
      expect(decades(found.max!, final.max!)).toBeLessThan(0.1)
    }
    expect(first).toBeGreaterThan(0.1)
  })

  it('leaves a sweep that is going on out where another has ended', () => {
    const [a, b, c] = testAlong(REFERENCE, spec, 0.05, 5)
    const { suggestions, ...found } = analyse([a!, b!, cut(c!, 60)])
    const { suggestions: before, ...two } = analyse([a!, b!])
    expect({ ...found, divergedAt: found.divergedAt.slice(0, 2) }).toEqual(two)
    expect(suggestions[0]!.repeats).toEqual([...before[0]!.repeats, null])
  })

  it('reads a linear sweep over the logarithm of the rate as well', () => {
    const linear = specOf({ from: 0.001, to: 1, steps: 300, growth: 'linear' })
    const { refusal, minimumAt } = analyse(testAlong(REFERENCE, linear, 0.02, 1), linear)
    expect(refusal).toBeNull()
    expect(decades(minimumAt!, 0.0942)).toBeLessThan(0.12)
  })

  it('averages what has more points than a screen shows, and finds the same', () => {
    const long = specOf({ steps: 20_000, repeats: 1 })
    const found = analyse(testAlong(REFERENCE, long, 0.1, 1), long)
    expect(found.lr.length).toBeLessThanOrEqual(3000)
    expect(decades(found.max!, 0.0325)).toBeLessThan(0.16)
    expect(decades(found.noise, 0.1)).toBeLessThan(0.05)
  })

  it('has something to say of a test without a single point', () => {
    expectNothing(analyse([]))
    expectNothing(analyse([{ lr: new Float64Array(), loss: new Float64Array(), ended: null }]))
    expectNothing(analyse([{ lr: Float64Array.of(1e-6), loss: Float64Array.of(NaN), ended: 'non-finite' }]))
  })
})

describe('a range test that shows nothing', () => {
  const SEEDS = 100
  /** Share of the seeds for which a rate is suggested, and those for which it is refused for the expected reason. */
  const shares = (sweeps: (seed: number) => Sweep[], reason: string) => {
    let [accepted, expected] = [0, 0]
    for (let seed = 1; seed <= SEEDS; seed++) {
      const found = analyse(sweeps(seed))
      if (found.refusal === null) accepted++
      else expectNothing(found)
      if (found.refusal === reason) expected++
    }
    return { accepted: accepted / SEEDS, expected: expected / SEEDS }
  }

  it('is refused as flat where a quiet loss falls by less than a hundredth: constant inputs learn that much', () => {
    const course = (fall: number) => (x: number) =>
      2.3 - (2.3 * fall) / (1 + Math.exp(-4 * (x + 2))) + Math.exp(6 * (x - 0.2))
    const quiet = (fall: number) => (seed: number) => testAlong(course(fall), spec, 1e-5, seed)
    expect(shares(quiet(0.005), 'flat')).toEqual({ accepted: 0, expected: 1 })
    expect(shares(quiet(0.05), 'flat')).toEqual({ accepted: 1, expected: 0 })
  })

  it('is refused as flat where the loss is noise alone (100 seeds: none accepted)', () => {
    expect(shares((seed) => testAlong(() => 2.3, spec, 0.1, seed), 'flat')).toEqual({ accepted: 0, expected: 1 })
  })

  it('is refused as flat where the loss is noise alone and then diverges (none accepted)', () => {
    const course = (x: number) => 2.3 + Math.exp(8 * (x - 0.2))
    expect(shares((seed) => testAlong(course, spec, 0.1, seed), 'flat')).toEqual({ accepted: 0, expected: 1 })
  })

  it('is refused as flat where the loss wanders without a fall (none accepted)', () => {
    const wandering = (seed: number) => {
      const rng = createRng(seed, 'wave')
      const [phase, speed] = [6 * rng.next(), 1 + 3 * rng.next()]
      return testAlong((x) => 2.3 + 0.1 * Math.sin(speed * x + phase), spec, 0.1, seed)
    }
    expect(shares(wandering, 'no').accepted).toBe(0)
  })

  it('is refused as rising where the loss rises from the first rates on (none accepted)', () => {
    const course = (x: number) => 2.3 + 0.6 * (x + 6)
    expect(shares((seed) => testAlong(course, spec, 0.1, seed), 'rising')).toEqual({ accepted: 0, expected: 1 })
    const late = specOf({ from: 0.9 })
    for (let seed = 1; seed <= 20; seed++)
      expectNothing(
        analyse(
          testAlong((x) => 2.3 + Math.exp(8 * x), late, 0.1, seed),
          late,
        ),
      )
  })

  it('is refused where the loss falls and never rises, even over the extension (none accepted)', () => {
    const course = (x: number) => 0.5 + 1.8 / (1 + Math.exp(2 * (x + 2)))
    const share = shares((seed) => testAlong(course, spec, 0.1, seed), 'no-upper-bound')
    expect(share).toEqual({ accepted: 0, expected: 1 })
  })

  it('is refused as noisy where batches differ by a quarter of the fall, which is clear on the average', () => {
    const share = shares((seed) => testAlong(REFERENCE, spec, 0.45, seed), 'noisy')
    expect(share.accepted).toBe(0)
    expect(share.expected).toBeGreaterThanOrEqual(0.95)
  })

  it('is refused as too short below 30 updates', () => {
    const few = specOf({ steps: 25 })
    const found = analyse(testAlong(REFERENCE, few, 0.02, 1), few)
    expectNothing(found)
    expect(found.refusal).toBe('too-short')
    expect(found.reason).toMatch(/^Only \d+ updates were recorded; at least 30 are needed\.$/)
  })

  it.each([0, 0.02, 0.05, 0.1, 0.2])(
    'is not seen in the reference curve with noise %f (100 seeds: none refused)',
    (sigma) => {
      for (let seed = 1; seed <= SEEDS; seed++)
        expect(analyse(testAlong(REFERENCE, spec, sigma, seed)).refusal).toBeNull()
    },
  )
})
