import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { createSchedule, ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { allVectors } from './vectors'

const over = (n: number, spec: object) => createSchedule(v.parse(ScheduleSpec, spec), n)
const recorded = (id: string) => {
  const { steps, values } = allVectors.find((vector) => vector.id === id)!
  return (t: number) => values[steps.indexOf(t)]!
}

describe('oddities of the libraries are not copied', () => {
  it.each([
    ['X1q', { kind: 'one-cycle', maxLr: 0.1 }],
    ['X2q', { kind: 'one-cycle', maxLr: 0.1, anneal: 'linear' }],
  ])('%s: update N of 1cycle keeps the last rate, where PyTorch turns up again or below zero', (id, spec) => {
    const { lr } = over(10, spec)
    expect(lr(9)).toBeCloseTo(recorded(id)(9), 12)
    expect(lr(10)).toBe(lr(9))
    expect(recorded(id)(10)).not.toBeCloseTo(lr(9), 4)
  })

  it('X7q: cycles three times as long each restart at update 121, where a logarithm gives the least rate', () => {
    const { lr } = over(200, { kind: 'warm-restarts', lr: 0.2, minLr: 1e-4, cycleSteps: 1, cycleMult: 3 })
    expect([1, 4, 13, 40, 121].map(lr)).toEqual([0.2, 0.2, 0.2, 0.2, 0.2])
    expect(recorded('X7q')(121)).toBeCloseTo(1e-4, 9)
  })

  it('cycles ten times as long each restart at 111 times the first, where PyTorch fails in the same way', () => {
    const { lr } = over(20_000, { kind: 'warm-restarts', lr: 0.2, cycleSteps: 7, cycleMult: 10 })
    expect([7, 77, 777, 7777].map(lr)).toEqual([0.2, 0.2, 0.2, 0.2])
  })

  it('cycles that grow by a fraction restart at whole updates in spite of rounding', () => {
    // 10 · 1.1 is 11.000000000000002.
    const { lr } = over(100, { kind: 'warm-restarts', lr: 0.2, cycleSteps: 10, cycleMult: 1.1 })
    expect([lr(10), lr(21)]).toEqual([0.2, 0.2])
  })

  it('V9q: the third of three cycles begins at its maximum, where sums in float32 give fastai nothing', () => {
    const { lr } = over(14, { kind: 'warm-restarts', lr: 0.1, cycleSteps: 2, cycleMult: 2 })
    expect(lr(6)).toBe(0.1)
    expect(recorded('V9q')(6)).toBeCloseTo(0, 9)
  })

  it('X20: of a negative metric a little worse is worse, where PyTorch takes it for better', () => {
    const { lr, feedback } = over(100, { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 1 })
    ;[-1, -0.99995, -0.9999].forEach((value, t) => feedback!.observe('validation/loss', value, t))
    expect(lr(3)).toBe(0.05)
    expect(recorded('X20')(2)).toBe(0.1)
  })

  it('X26: a warm-up is never left out in silence', () => {
    const spec = { kind: 'cosine', lr: 0.1, steps: 6, warmup: { steps: 3, convention: 'pytorch' } }
    expect(over(9, spec).lr(1)).toBeCloseTo(0.1 / 3, 12)
    expect(recorded('X26')(1)).toBeGreaterThan(0.09)
  })
})

describe('off-by-ones', () => {
  it('cosine and polynomial reach their last rate one update after a run of their length', () => {
    for (const spec of [
      { kind: 'cosine', lr: 1, minLr: 0.1 },
      { kind: 'polynomial', lr: 1, endLr: 0.1 },
    ]) {
      expect(over(10, spec).lr(9)).toBeGreaterThan(0.1)
      expect(over(11, { ...spec, steps: 10 }).lr(10)).toBeCloseTo(0.1, 12)
    }
  })

  it('wsd reaches its peak at W − 1 and its last rate at the last update', () => {
    const { lr } = over(100, { kind: 'wsd', lr: 1, warmupSteps: 10, decaySteps: 20, endLr: 0.01 })
    expect([lr(0), lr(8), lr(9), lr(79), lr(99)].map((x) => Number(x.toFixed(12)))).toEqual([0.1, 0.9, 1, 1, 0.01])
  })

  it('wsd whose warm-up and decay overlap follows the lower of them, without a jump', () => {
    const { lr } = over(10, { kind: 'wsd', lr: 1, warmupSteps: 8, decaySteps: 8 })
    const rates = Array.from({ length: 10 }, (_, t) => lr(t))
    expect(Math.max(...rates)).toBeLessThan(0.8)
    rates.forEach((rate, t) => t && expect(Math.abs(rate - rates[t - 1]!)).toBeLessThanOrEqual(0.125 + 1e-12))
  })

  it('a milestone of pytorch falls at it, one of keras after it', () => {
    const at = (convention: string) => over(10, { kind: 'multi-step', lr: 1, milestones: [3], convention }).lr
    expect([at('pytorch')(2), at('pytorch')(3)]).toEqual([1, 0.1])
    expect([at('keras')(3), at('keras')(4)]).toEqual([1, 0.1])
  })

  it('a sawtooth has its greatest rate first and its least last in each cycle', () => {
    const { lr } = over(30, { kind: 'sawtooth', maxLr: 1, minLr: 0.1, cycleSteps: 10 })
    expect([0, 9, 10, 19, 20, 29].map((t) => Number(lr(t).toFixed(12)))).toEqual([1, 0.1, 1, 0.1, 1, 0.1])
    const curved = over(10, { kind: 'sawtooth', maxLr: 1, minLr: 0.01, cycleSteps: 9, shape: 'exponential' }).lr
    expect(curved(4)).toBeCloseTo(0.1, 12)
    expect(over(3, { kind: 'sawtooth', maxLr: 1, minLr: 0.1, cycleSteps: 1 }).lr(2)).toBe(1)
  })

  it('a peak factor shrinks all of a peak (pytorch) or what is above the floor (keras)', () => {
    const spec = { kind: 'warm-restarts', lr: 1, minLr: 0.2, cycleSteps: 4, cycleMult: 1, peakMult: 0.1 }
    expect(over(9, spec).lr(4)).toBeCloseTo(0.2, 12)
    expect(over(9, { ...spec, convention: 'keras' }).lr(4)).toBeCloseTo(0.28, 12)
  })

  it('pieces hold, join in lines, in log lines or half cosines, and stay at their ends', () => {
    const spec = {
      kind: 'piecewise',
      points: [
        [2, 0.01],
        [4, 1],
      ],
    }
    const at = (interpolate: string) => [0, 2, 3, 4, 9].map(over(10, { ...spec, interpolate }).lr)
    expect(at('none')).toEqual([0.01, 0.01, 0.01, 1, 1])
    expect(at('linear')).toEqual([0.01, 0.01, 0.505, 1, 1])
    expect(at('log').map((x) => Number(x.toFixed(9)))).toEqual([0.01, 0.01, 0.1, 1, 1])
    expect(at('cosine')[2]).toBeCloseTo(0.505, 12)
  })
})

describe('a warm-up', () => {
  const cosine = { kind: 'cosine', lr: 1 }
  it.each([
    ['anneal', [0.25, 0.5, 0.75, 1, 1]],
    ['pytorch', [0, 0.25, 0.5, 0.75, 1]],
  ])('of %s climbs by %j of its target', (convention, shares) => {
    const { lr } = over(104, { ...cosine, warmup: { steps: 4, convention } })
    expect([0, 1, 2, 3, 4].map(lr)).toEqual(shares)
  })

  it('leaves the schedule behind it what is left of the run', () => {
    const { lr } = over(110, { ...cosine, warmup: { steps: 10 } })
    const inner = over(100, cosine).lr
    for (const t of [0, 1, 50, 99]) expect(lr(t + 10)).toBe(inner(t))
  })

  it('climbs by equal factors where it is exponential', () => {
    const { lr } = over(100, { ...cosine, warmup: { steps: 4, from: 1e-4, shape: 'exponential' } })
    expect([0, 1, 2, 3].map((t) => Number(lr(t).toFixed(12)))).toEqual([1e-3, 1e-2, 1e-1, 1])
  })

  it('longer than the run climbs to its end', () => {
    const { lr } = over(10, { ...cosine, warmup: { steps: 40 } })
    expect(lr(9)).toBe(0.25)
    expect(lr(100)).toBe(0.25)
  })

  it('waits with the momentum of the schedule behind it', () => {
    const { momentum } = over(110, { kind: 'one-cycle', maxLr: 1, warmup: { steps: 10 } })
    const inner = over(100, { kind: 'one-cycle', maxLr: 1 }).momentum!
    expect([0, 9, 10, 39].map(momentum!)).toEqual([0.95, 0.95, 0.95, inner(29)])
  })
})

describe('a sequence', () => {
  const constant = (lr: number) => ({ kind: 'constant', lr })
  it('gives each part its own updates, and keeps the last rate after the last part', () => {
    const parts = [
      { steps: 10, schedule: { kind: 'constant', lr: 1, warmup: { steps: 5 } } },
      { steps: 20, schedule: { kind: 'cosine', lr: 1, minLr: 0.1 } },
    ]
    const { lr, phases } = over(100, { kind: 'sequence', parts })
    const inner = over(20, parts[1]!.schedule).lr
    expect([0, 4, 9, 10, 29, 30, 99].map(lr)).toEqual([0.2, 1, 1, 1, inner(19), inner(19), inner(19)])
    expect(phases.map(({ label, from }) => [label, from])).toEqual([
      ['warm-up', 0],
      ['constant', 5],
      ['anneal', 10],
    ])
  })

  it('nests', () => {
    const inner = { kind: 'sequence', parts: [1, 2].map((lr) => ({ steps: 2, schedule: constant(lr) })) }
    const { lr } = over(10, {
      kind: 'sequence',
      parts: [
        { steps: 3, schedule: inner },
        { steps: 3, schedule: constant(3) },
      ],
    })
    expect([0, 1, 2, 3, 4, 5, 6].map(lr)).toEqual([1, 1, 2, 3, 3, 3, 3])
  })

  it('keeps the momentum where a part leaves it alone: what was before, or what comes first', () => {
    const cycle = { kind: 'one-cycle', maxLr: 1 }
    const parts = [constant(1), cycle, constant(1)].map((schedule) => ({ steps: 10, schedule }))
    const { momentum } = over(30, { kind: 'sequence', parts })
    const inner = over(10, { ...cycle, momentum: { base: 0.85, max: 0.95 } }).momentum!
    expect([0, 9, 10, 12, 19, 20, 29].map(momentum!)).toEqual([0.95, 0.95, 0.95, inner(2), 0.95, 0.95, 0.95])
    expect(over(10, { kind: 'sequence', parts: [{ steps: 5, schedule: constant(1) }] }).momentum).toBeNull()
  })
})
