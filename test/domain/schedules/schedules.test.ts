import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { OneCycleSpec, oneCycle } from '../../../src/core/domain/schedules/one-cycle'
import { createSchedule, describeSchedule, FAMILIES } from '../../../src/core/domain/schedules/registry'
import { peakLr, sampleSchedule } from '../../../src/core/domain/schedules/schedule'

const oneCycleOf = (fields: object) => v.parse(OneCycleSpec, { kind: 'one-cycle', ...fields })

const rates = fc.double({ min: 1e-6, max: 1e3, noNaN: true })
const lengths = fc.integer({ min: 1, max: 300 })
const oneCycleSpecs = fc
  .record({
    maxLr: rates,
    pctStart: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    anneal: fc.constantFrom('cosine', 'linear'),
    div: fc.double({ min: 1, max: 100, noNaN: true }),
    finalDiv: fc.double({ min: 1, max: 1e5, noNaN: true }),
    threePhase: fc.boolean(),
    convention: fc.constantFrom('pytorch', 'fastai'),
  })
  .map(oneCycleOf)

describe('1cycle', () => {
  it('stays between 0 and its peak, for any fields and any length (1000 random specs)', () => {
    fc.assert(
      fc.property(oneCycleSpecs, lengths, (spec, n) => {
        const { lr } = sampleSchedule(oneCycle(spec, n), n)
        return lr.every((x) => x > 0 && x <= spec.maxLr * (1 + 1e-12))
      }),
      { numRuns: 1000, seed: 1 },
    )
  })

  it('stays at the final rate after the end, where PyTorch turns up again or below zero', () => {
    for (const anneal of ['cosine', 'linear']) {
      const { lr, momentum } = oneCycle(oneCycleOf({ maxLr: 0.1, anneal }), 10)
      expect(lr(10)).toBe(lr(9))
      expect(lr(1e6)).toBeCloseTo(4e-7, 12)
      expect(momentum!(10)).toBe(0.95)
    }
  })

  it('starts at the peak where the climb has no length (pct · N = 1), where PyTorch divides by zero', () => {
    const { lr } = oneCycle(oneCycleOf({ maxLr: 0.1, pctStart: 0.1 }), 10)
    expect(lr(0)).toBe(0.1)
    expect(lr(1)).toBeLessThan(0.1)
  })

  it.each([1, 2, 3])('is finite for a run of %i updates', (n) => {
    for (const convention of ['pytorch', 'fastai']) {
      for (const threePhase of [false, true]) {
        const { lr, momentum } = sampleSchedule(oneCycle(oneCycleOf({ maxLr: 1, convention, threePhase }), n), n)
        expect([...lr, ...momentum!].every((x) => Number.isFinite(x) && x > 0)).toBe(true)
      }
    }
  })

  it('misses its peak where pct · N − 1 is no whole number, as PyTorch does', () => {
    expect(peakLr(oneCycle(oneCycleOf({ maxLr: 0.1 }), 12), 12)).toBeCloseTo(0.09944154355, 9)
  })

  it('leaves momentum alone when told to', () => {
    expect(oneCycle(oneCycleOf({ maxLr: 1, momentum: null }), 10).momentum).toBeNull()
  })

  it('keeps its own length where the run is longer or shorter', () => {
    const { lr } = oneCycle(oneCycleOf({ maxLr: 0.1, steps: 10 }), 1000)
    expect(lr(9)).toBeCloseTo(4e-7, 12)
    expect(lr(500)).toBe(lr(9))
  })
})

describe('step decay', () => {
  it('never rises and keeps its last rate after the end', () => {
    fc.assert(
      fc.property(
        rates,
        lengths,
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (lr0, n, everySteps, gamma) => {
          const schedule = createSchedule({ kind: 'step', lr: lr0, everySteps, gamma }, n)
          const { lr } = sampleSchedule(schedule, n)
          return lr[0] === lr0 && lr.every((x, t) => t === 0 || x <= lr[t - 1]!) && schedule.lr(n + 1000) === lr[n - 1]
        },
      ),
      { seed: 2 },
    )
  })
})

describe('every family', () => {
  it.each(FAMILIES.map((family) => [family.kind, family] as const))(
    '%s: defaults are valid, described, phased and reach the asked peak',
    (_kind, family) => {
      const spec = family.defaults(0.3, 1000)
      expect(v.safeParse(family.schema, spec).success).toBe(true)
      expect(describeSchedule(spec, 1000)).toContain('0.300')
      const schedule = createSchedule(spec, 1000)
      expect(peakLr(schedule, 1000)).toBeCloseTo(0.3, 9)
      expect(schedule.phases[0]!.from).toBe(0)
      expect(schedule.phases.at(-1)!.to).toBeLessThanOrEqual(999)
    },
  )

  it('says in words what a 1cycle does', () => {
    expect(describeSchedule(oneCycleOf({ maxLr: 0.4 }), 1000)).toBe(
      '1cycle: 0.0160 up to 0.400 over 300 updates, down to 1.6e-6 at 1000; momentum 0.95 to 0.85 and back',
    )
  })
})
