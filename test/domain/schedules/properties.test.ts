import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createSchedule,
  describeSchedule,
  familyOf,
  type ScheduleSpec,
} from '../../../src/core/domain/schedules/registry'
import { MAX_PHASES, sampleSchedule } from '../../../src/core/domain/schedules/schedule'
import { scaleRates } from '../../../src/core/domain/schedules/scale'
import { scheduleWarnings } from '../../../src/core/domain/schedules/warnings'
import { anySpec, runLengths, specsOf } from './random-specs'

const runs = { numRuns: 1000, seed: 5 }
/** Rounding of sums and products of a few rates. */
const SLACK = 1 + 1e-12

/** The greatest rate that a spec names. */
function named(spec: ScheduleSpec): number {
  if (spec.kind === 'sequence') return Math.max(...spec.parts.map(({ schedule }) => named(schedule)))
  if (spec.kind === 'piecewise') return Math.max(...spec.points.map(([, lr]) => lr))
  return 'maxLr' in spec ? spec.maxLr : spec.lr
}

/** The least rate that a spec names, below which only a warm-up goes. */
function floor(spec: ScheduleSpec): number {
  if (spec.kind === 'sequence')
    return Math.min(...spec.parts.map(({ schedule }) => (schedule.warmup ? 0 : floor(schedule))))
  if (spec.kind === 'piecewise') return Math.min(...spec.points.map(([, lr]) => lr))
  // Its own warm-up begins at lr / warmupSteps.
  if (spec.kind === 'wsd') return spec.warmupSteps ? 0 : spec.endLr
  return 'minLr' in spec ? spec.minLr : 'endLr' in spec ? spec.endLr : spec.kind === 'constant' ? spec.lr : 0
}

describe('any schedule (1000 random ones of any family, with warm-up, in sequences)', () => {
  it('stays between 0 and the greatest rate that it names, and above its least but for a warm-up', () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        const { lr, momentum } = sampleSchedule(createSchedule(spec, n), n)
        const least = spec.warmup ? 0 : floor(spec)
        expect(Math.max(...lr)).toBeLessThanOrEqual(named(spec) * SLACK)
        expect(Math.min(...lr)).toBeGreaterThanOrEqual(least / SLACK - 1e-12 * named(spec))
        expect(Math.min(...lr)).toBeGreaterThanOrEqual(0)
        expect((momentum ?? []).every((m) => m >= 0 && m < 1)).toBe(true)
      }),
      runs,
    )
  })

  it('keeps its first rate before the run and its last one after it', () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        const { lr, momentum } = createSchedule(spec, n)
        expect([lr(-1), lr(n), lr(n + 1e6)]).toEqual([lr(0), lr(n - 1), lr(n - 1)])
        expect(momentum?.(n + 1e6)).toBe(momentum?.(n - 1))
      }),
      runs,
    )
  })

  it('gives an update the same rate to the last bit in whatever order it is asked, also after a resume', () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        const forwards = sampleSchedule(createSchedule(spec, n), n)
        const other = createSchedule(spec, n)
        const backwards = Array.from({ length: n }, (_, i) => other.lr(n - 1 - i)).reverse()
        expect(backwards.findIndex((rate, t) => rate !== forwards.lr[t])).toBe(-1)
        const half = Math.floor(n / 2)
        const resumed = createSchedule(JSON.parse(JSON.stringify(spec)) as ScheduleSpec, n)
        expect(resumed.lr(half)).toBe(forwards.lr[half])
        expect(resumed.momentum?.(half)).toBe(forwards.momentum?.[half])
      }),
      runs,
    )
  })

  it('has phases inside the run, in order, from update 0 on', () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        const { phases } = createSchedule(spec, n)
        expect(phases[0]!.from).toBe(0)
        expect(phases.length).toBeLessThanOrEqual(MAX_PHASES)
        phases.forEach(({ from, to, label }, i) => {
          expect(label).not.toBe('')
          expect(to).toBeGreaterThanOrEqual(from)
          expect(to).toBeLessThanOrEqual(n - 1)
          if (i) expect(from).toBeGreaterThanOrEqual(phases[i - 1]!.to)
        })
      }),
      runs,
    )
  })

  it('is described in one line and warned of in sentences, whatever it is', () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        expect(describeSchedule(spec, n)).toMatch(/^[A-Z1].{8,}$/)
        expect(describeSchedule(spec, n)).not.toMatch(/undefined|NaN|Inf/)
        for (const { message } of scheduleWarnings(spec, n))
          expect(message).toMatch(/^([A-Z0-9]|gamma )(?!.*(undefined|NaN|Inf)).+/)
      }),
      runs,
    )
  })

  it('is half as high at half its rates', () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        const whole = sampleSchedule(createSchedule(spec, n), n)
        const half = sampleSchedule(createSchedule(scaleRates(spec, 0.5), n), n)
        expect(Math.max(...half.lr.map((lr, t) => Math.abs(2 * lr - whole.lr[t]!)))).toBeLessThanOrEqual(
          2e-5 * named(spec),
        )
        expect(half.momentum?.findIndex((m, t) => m !== whole.momentum![t]) ?? -1).toBe(-1)
      }),
      runs,
    )
  })
})

/** Families without a jump: between two updates too the rate moves little. */
describe.each([
  ['cosine', () => true],
  ['triangular', () => true],
  // A climb of no length begins at the peak, as it must.
  [
    'one-cycle',
    (spec: ScheduleSpec, n: number) => spec.kind === 'one-cycle' && spec.pctStart! * (spec.steps ?? n) > 1.5,
  ],
  ['wsd', () => true],
] as const)('%s', (kind, smooth) => {
  it('has no jump anywhere', () => {
    fc.assert(
      fc.property(specsOf(kind), runLengths, fc.double({ min: 0, max: 1, noNaN: true }), (spec, n, share) => {
        fc.pre(smooth(spec, n))
        const { lr } = createSchedule(spec, n)
        for (const t of [share * n, Math.floor(share * n)])
          expect(Math.abs(lr(t + 1e-9) - lr(t - 1e-9))).toBeLessThanOrEqual(1e-3 * named(spec))
      }),
      runs,
    )
  })
})

describe.each([
  ['polynomial', (spec: ScheduleSpec) => spec.kind === 'polynomial' && !spec.cycle],
  ['exponential', (spec: ScheduleSpec) => spec.kind === 'exponential' && !spec.staircase],
  ['inverse-time', (spec: ScheduleSpec) => spec.kind === 'inverse-time' && !spec.staircase],
  ['piecewise', (spec: ScheduleSpec) => spec.kind === 'piecewise' && spec.interpolate !== 'none'],
] as const)('%s without cycles, stairs or steps', (kind, smooth) => {
  it('has no jump anywhere', () => {
    fc.assert(
      fc.property(
        specsOf(kind).filter(smooth),
        runLengths,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (spec, n, share) => {
          const { lr } = createSchedule(spec, n)
          for (const t of [share * n, Math.floor(share * n)])
            expect(Math.abs(lr(t + 1e-9) - lr(t - 1e-9))).toBeLessThanOrEqual(1e-3 * named(spec))
        },
      ),
      runs,
    )
  })
})

describe.each(['constant', 'step', 'multi-step', 'exponential', 'inverse-time'] as const)('%s', (kind) => {
  it('begins at its rate and never rises', () => {
    fc.assert(
      fc.property(specsOf(kind), runLengths, (spec, n) => {
        const { lr } = sampleSchedule(createSchedule(spec, n), n)
        expect(lr[0]).toBe(named(spec))
        expect(lr.every((rate, t) => t === 0 || rate <= lr[t - 1]!)).toBe(true)
      }),
      runs,
    )
  })
})

describe.each(['cosine', 'polynomial', 'warm-restarts', 'sawtooth', 'plateau'] as const)('%s', (kind) => {
  it('begins at its greatest rate, however short the run', () => {
    fc.assert(
      fc.property(specsOf(kind), runLengths, (spec, n) => {
        expect(createSchedule(spec, n).lr(0) / named(spec)).toBeCloseTo(1, 12)
      }),
      runs,
    )
  })
})

describe('what a schedule names it reaches', () => {
  const reaches = (of: ArrayLike<number>, rate: number) => Math.min(...Array.from(of, (lr) => Math.abs(lr / rate - 1)))
  const rate = fc.double({ min: 1e-6, max: 1e3, noNaN: true })

  it('the top of a triangle, in any run longer than the climb', () => {
    fc.assert(
      fc.property(specsOf('triangular'), runLengths, (spec, n) => {
        fc.pre(spec.kind === 'triangular' && n > spec.stepsUp && spec.mode !== 'exp-range')
        expect(reaches(sampleSchedule(createSchedule(spec, n), n).lr, named(spec))).toBeLessThan(1e-12)
      }),
      runs,
    )
  })

  it('the peak and the last rate of wsd, where warm-up and decay leave an update between them', () => {
    fc.assert(
      fc.property(specsOf('wsd'), runLengths, (spec, n) => {
        fc.pre(spec.kind === 'wsd' && spec.warmupSteps + spec.decaySteps <= n && spec.decaySteps < n)
        const { lr } = sampleSchedule(createSchedule(spec, n), n)
        expect(reaches(lr, named(spec))).toBeLessThan(1e-12)
        if (spec.kind === 'wsd' && spec.decaySteps > 0)
          expect(Math.abs(lr[n - 1]! - spec.endLr)).toBeLessThanOrEqual(1e-12 * spec.lr)
      }),
      runs,
    )
  })

  it('the peak of 1cycle, where pctStart · N is a whole number', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 20 }), (maxLr, percent, k) => {
        const spec = { ...familyOf('one-cycle').defaults(maxLr, 1), pctStart: percent / 100 }
        expect(reaches(sampleSchedule(createSchedule(spec, 100 * k), 100 * k).lr, maxLr)).toBeLessThan(1e-12)
      }),
      runs,
    )
  })

  it('both ends of a sawtooth in each whole cycle', () => {
    fc.assert(
      fc.property(specsOf('sawtooth'), runLengths, (spec, n) => {
        fc.pre(spec.kind === 'sawtooth' && spec.cycleMult === 1 && spec.cycleSteps > 1)
        const { minLr, maxLr, cycleSteps } = spec as Extract<ScheduleSpec, { kind: 'sawtooth' }>
        const { lr } = createSchedule(spec, n)
        for (let end = cycleSteps - 1; end < n; end += cycleSteps) {
          expect(lr(end - cycleSteps + 1)).toBe(maxLr)
          expect(Math.abs(lr(end) - minLr)).toBeLessThanOrEqual(1e-12 * maxLr)
        }
      }),
      runs,
    )
  })

  it("the start of what lies behind a warm-up: at W − 1 by our convention, at W by PyTorch's", () => {
    fc.assert(
      fc.property(anySpec, runLengths, (spec, n) => {
        fc.pre(spec.warmup !== undefined && spec.warmup.steps < n)
        const { lr } = createSchedule(spec, n)
        const target = createSchedule({ ...spec, warmup: undefined }, n - spec.warmup!.steps).lr(0)
        const at = spec.warmup!.steps - (spec.warmup!.convention === 'anneal' ? 1 : 0)
        expect(Math.abs(lr(at) - target)).toBeLessThanOrEqual(1e-12 * named(spec))
      }),
      runs,
    )
  })
})
