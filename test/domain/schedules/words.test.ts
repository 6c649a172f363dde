import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { scheduleFacts } from '../../../src/core/domain/schedules/facts'
import { createSchedule, describeSchedule, FAMILIES, ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { scaleRates } from '../../../src/core/domain/schedules/scale'
import { scheduleWarnings } from '../../../src/core/domain/schedules/warnings'

const spec = (fields: object) => v.parse(ScheduleSpec, fields)
const constant = (lr: number) => ({ kind: 'constant', lr })

describe('a schedule in words', () => {
  it.each<[object, string]>([
    [constant(0.05), 'Constant: 0.0500 for 1000 updates'],
    [{ kind: 'step', lr: 0.1, everySteps: 400 }, 'Step: 0.100, times 0.1 every 400 updates, 0.00100 at 1000'],
    [
      { kind: 'multi-step', lr: 0.1, milestones: [500, 750] },
      'Multi-step: 0.100, times 0.1 at 500, 750, 0.00100 at 1000',
    ],
    [{ kind: 'exponential', lr: 0.1, gamma: 0.99 }, 'Exponential: 0.100, times 0.99 every update, 4.36e-6 at 1000'],
    [
      { kind: 'exponential', lr: 0.1, rate: 0.5, decaySteps: 100, staircase: true },
      'Exponential: 0.100, times 0.5 every 100 updates in stairs, 1.95e-4 at 1000',
    ],
    [
      { kind: 'inverse-time', lr: 0.1, rate: 1, decaySteps: 100 },
      'Inverse time: 0.100 divided by 1 + 1 · t / 100, 0.00910 at 1000',
    ],
    [{ kind: 'cosine', lr: 0.1 }, 'Cosine: 0.100 down to 0 over 1000 updates'],
    [
      { kind: 'cosine', lr: 0.1, steps: 400, afterEnd: 'rise' },
      'Cosine: 0.100 down to 0 over 400 updates, then up again and down',
    ],
    [{ kind: 'polynomial', lr: 0.1, endLr: 0.01 }, 'Polynomial: 0.100 down to 0.0100 over 1000 updates in a line'],
    [
      { kind: 'warm-restarts', lr: 0.1, cycleSteps: 100 },
      'Warm restarts: 0.100 down to 0 in 4 cycles, the first of 100 updates, each 2 times as long',
    ],
    [
      { kind: 'triangular', minLr: 0.01, maxLr: 0.1, stepsUp: 200, stepsDown: 50, momentum: {} },
      'Triangular: 0.0100 up to 0.100 in 200 updates and back in 50, 4 cycles; momentum 0.9 to 0.8 and back',
    ],
    [
      { kind: 'sawtooth', maxLr: 0.1, minLr: 0.001, cycleSteps: 250, shape: 'exponential' },
      'Sawtooth: 0.100 down to 0.00100 exponentially in 4 cycles, the first of 250 updates',
    ],
    [
      { kind: 'one-cycle', maxLr: 0.4 },
      '1cycle: 0.0160 up to 0.400 over 300 updates, down to 1.6e-6 at 1000; momentum 0.95 to 0.85 and back',
    ],
    [
      { kind: 'wsd', lr: 0.1, warmupSteps: 50, decaySteps: 200 },
      'WSD: up to 0.100 in 50 updates, level for 750, down to 0 in 200 (linear)',
    ],
    [
      { kind: 'plateau', lr: 0.1, patience: 2 },
      'Plateau: 0.100, times 0.1 whenever validation/loss no longer falls for 3 evaluations',
    ],
    [
      { kind: 'plateau', lr: 0.1, patience: 2, metric: 'validation/accuracy', convention: 'keras', minLr: 0.001 },
      'Plateau: 0.100, times 0.1 whenever validation/accuracy no longer rises for 2 evaluations, not below 0.00100',
    ],
    [
      {
        kind: 'piecewise',
        points: [
          [0, 0.1],
          [500, 0.01],
        ],
        interpolate: 'log',
      },
      'Pieces in lines of log rate: 0.100 at 0, 0.0100 at 500',
    ],
    [
      {
        kind: 'sequence',
        parts: [
          { steps: 100, schedule: constant(0.1) },
          { steps: 900, schedule: { kind: 'cosine', lr: 0.1 } },
        ],
      },
      'Sequence of 2: Constant: 0.100 for 100 updates; then Cosine: 0.100 down to 0 over 900 updates',
    ],
    [
      { kind: 'cosine', lr: 0.1, warmup: { steps: 100, from: 0.001, shape: 'exponential' } },
      'Cosine after an exponential warm-up from 0.00100 to 0.100 over 100 updates: 0.100 down to 0 over 900 updates',
    ],
  ])('%j', (fields, words) => expect(describeSchedule(spec(fields), 1000)).toBe(words))
})

describe('what a schedule comes to', () => {
  it('is first, last, peak, least, mean and sum of all its updates', () => {
    const facts = scheduleFacts(createSchedule(spec({ kind: 'polynomial', lr: 1, warmup: { steps: 2 } }), 6), 6)
    // 0.5 1 1 0.75 0.5 0.25
    expect(facts).toEqual({
      updates: 6,
      first: 0.5,
      last: 0.25,
      peak: 1,
      peakAt: 1,
      least: 0.25,
      sum: 4,
      mean: 4 / 6,
      exact: true,
    })
  })
  it('of very many updates is near, and its peak exact where a phase begins', () => {
    const n = 30_000_000
    const facts = scheduleFacts(createSchedule(spec({ kind: 'one-cycle', maxLr: 1, anneal: 'linear' }), n), n)
    expect(facts.exact).toBe(false)
    expect([facts.peak, facts.peakAt]).toEqual([1, 0.3 * n - 1])
    // Two straight lines: from 1/25 to 1, and from 1 to nearly 0.
    expect(facts.mean).toBeCloseTo(0.3 * 0.52 + 0.7 * 0.5, 4)
  })
})

describe('warnings', () => {
  it.each(FAMILIES.map(({ kind, defaults }) => [kind, defaults] as const))(
    'of the defaults of %s there are none, for runs of any usual length',
    (_kind, defaults) => {
      for (const n of [50, 120, 469, 938, 1000, 10_000])
        expect(scheduleWarnings(defaults(0.3, n), n), String(n)).toEqual([])
    },
  )

  it.each<[string, object, string, RegExp]>([
    [
      'annealing that never comes to its end',
      { kind: 'cosine', lr: 0.1, steps: 2000 },
      'steps',
      /^The schedule takes 2000 updates, the run has 1000: it is cut short at 0\.0501 and never comes to its end at 6\.17e-8$/,
    ],
    [
      'a length that is shorter than the run',
      { kind: 'one-cycle', maxLr: 0.4, steps: 900 },
      'steps',
      /^The schedule takes 900 updates, the run has 1000: its last rate, 1\.6e-6, stays for 100$/,
    ],
    [
      'a length that does not know of the warm-up',
      { kind: 'cosine', lr: 0.1, steps: 1000, warmup: { steps: 100 } },
      'steps',
      /^The schedule takes 1000 updates, the run has 900 after the warm-up: it is cut short/,
    ],
    [
      'a run that ends inside a restart',
      { kind: 'warm-restarts', lr: 0.1, cycleSteps: 300, cycleMult: 1 },
      'cycleSteps',
      /^The run ends inside cycle 4, after 100 of its 300 updates, at a rate of 0\.0755$/,
    ],
    [
      'a run that ends inside a triangle',
      { kind: 'triangular', minLr: 0.01, maxLr: 0.1, stepsUp: 300 },
      'stepsUp',
      /^The run ends inside cycle 2, after 400 of its 600 updates, at a rate of 0\.0703 where a whole cycle ends at 0\.0100$/,
    ],
    [
      'a gamma that nobody uses',
      { kind: 'triangular', minLr: 0.01, maxLr: 0.1, stepsUp: 500, gamma: 0.9 },
      'gamma',
      /^gamma 0\.9 is not used: only the mode exp-range takes it$/,
    ],
    [
      'a height that is to shrink by nothing',
      { kind: 'triangular', minLr: 0.01, maxLr: 0.1, stepsUp: 500, mode: 'exp-range' },
      'gamma',
      /^The height stays as it is/,
    ],
    [
      'a sawtooth that is cut',
      { kind: 'sawtooth', minLr: 0.01, maxLr: 0.1, cycleSteps: 400 },
      'cycleSteps',
      /^The run ends inside cycle 3, after 200 of its 400 updates/,
    ],
    [
      'a warm-up longer than the run',
      { kind: 'constant', lr: 0.1, warmup: { steps: 2000 } },
      'warmup.steps',
      /^The warm-up takes 2000 updates, the run has 1000: it ends at 0\.0500, before Constant begins$/,
    ],
    [
      'a warm-up that falls',
      { kind: 'one-cycle', maxLr: 0.1, warmup: { steps: 10, from: 0.05 } },
      'warmup.from',
      /^The warm-up falls, from 0\.0500 to 0\.00400$/,
    ],
    [
      'a first update that does nothing',
      { kind: 'constant', lr: 0.1, warmup: { steps: 10, convention: 'pytorch' } },
      'warmup',
      /^The first update has a rate of 0 and changes nothing: PyTorch/,
    ],
    [
      'the same without a warm-up',
      { kind: 'triangular', minLr: 0, maxLr: 0.1, stepsUp: 500 },
      '',
      /^The first update has a rate of 0 and changes nothing$/,
    ],
    [
      'a milestone after the end',
      { kind: 'multi-step', lr: 0.1, milestones: [500, 1000] },
      'milestones',
      /^Milestone 1000 comes after the end: the last update is 999$/,
    ],
    [
      'a milestone of Keras at the last update',
      { kind: 'multi-step', lr: 0.1, milestones: [500, 999, 2000], convention: 'keras' },
      'milestones',
      /^2 milestones \(from 999\) come after the end/,
    ],
    ['a step after the end', { kind: 'step', lr: 0.1, everySteps: 1000 }, 'everySteps', /first fall is at update 1000/],
    [
      'a cosine that rises again',
      { kind: 'cosine', lr: 0.1, steps: 500, afterEnd: 'rise' },
      'afterEnd',
      /^The rate rises again after update 500: it ends at 0\.100$/,
    ],
    [
      'wsd without a level part',
      { kind: 'wsd', lr: 0.1, warmupSteps: 600, decaySteps: 600 },
      'warmupSteps',
      /^Warm-up \(600\) and decay \(600\) are 1200 updates, the run has 1000: 0\.100 is not reached$/,
    ],
    [
      'a point after the end',
      {
        kind: 'piecewise',
        points: [
          [0, 1],
          [1000, 0.1],
          [2000, 0.01],
        ],
      },
      'points.1',
      /^The point at update 1000 \(0\.100\) and 1 more comes? after the end: the last update is 999$/,
    ],
    [
      'three phases that leave nothing for the last',
      { kind: 'one-cycle', maxLr: 0.1, threePhase: true, pctStart: 0.6 },
      'pctStart',
      /^Up and down alone take 1199 of 1000 updates/,
    ],
    [
      'three phases of fastai',
      { kind: 'one-cycle', maxLr: 0.1, threePhase: true, convention: 'fastai' },
      'threePhase',
      /two phases/,
    ],
    [
      'parts that are not the run',
      { kind: 'sequence', parts: [{ steps: 900, schedule: constant(1) }] },
      'parts',
      /^The parts make 900 updates, the run has 1000: the last rate stays for 100$/,
    ],
    [
      'a part of a sequence',
      { kind: 'sequence', parts: [{ steps: 1000, schedule: { kind: 'cosine', lr: 1, steps: 10 } }] },
      'parts.0.schedule.steps',
      /^Part 1: The schedule takes 10 updates/,
    ],
  ])('say of %s what and why', (_what, fields, field, message) => {
    const warnings = scheduleWarnings(spec(fields), 1000)
    expect(warnings.map((warning) => warning.field)).toContain(field)
    expect(warnings.find((warning) => warning.field === field)!.message).toMatch(message)
  })

  it('say the highest rate that a discrete update comes to', () => {
    expect(scheduleWarnings(spec({ kind: 'one-cycle', maxLr: 0.1 }), 12)).toEqual([
      { field: 'maxLr', message: 'No update has the rate 0.100: the highest is 0.0994, at update 3' },
    ])
    expect(scheduleWarnings(spec({ kind: 'one-cycle', maxLr: 0.1 }), 10)).toEqual([])
  })

  it('say when the epochs give another number of updates', () => {
    const warnings = scheduleWarnings(spec(constant(1)), 1000, { epochs: 2, updates: 938 })
    expect(warnings).toEqual([
      { field: '', message: 'The schedule is laid out over 1000 updates, but 2 epochs give 938' },
    ])
    expect(scheduleWarnings(spec(constant(1)), 938, { epochs: 2, updates: 938 })).toEqual([])
  })
})

describe('scaled rates', () => {
  it('are all of a schedule, also inside pieces, parts and warm-up, and stay allowed', () => {
    const parts = [{ steps: 5, schedule: { kind: 'piecewise', points: [[0, 0.4]], warmup: { steps: 2, from: 0.2 } } }]
    expect(scaleRates(spec({ kind: 'sequence', parts }), 0.5)).toMatchObject({
      parts: [{ steps: 5, schedule: { points: [[0, 0.2]], warmup: { steps: 2, from: 0.1 } } }],
    })
    const tall = scaleRates(spec({ kind: 'wsd', lr: 100, warmupSteps: 1, decaySteps: 1, endLr: 1 }), 1e6)
    expect(tall).toMatchObject({ lr: 1e4, endLr: 1e4, warmupSteps: 1 })
    expect(v.is(ScheduleSpec, tall)).toBe(true)
  })
})
