import { describe, expect, it } from 'vitest'
import { describeRates, plannedSchedule } from '../../../src/core/domain/range-test/planned-schedule'
import { sweepLr, sweepStride } from '../../../src/core/domain/range-test/sweep'
import { createSchedule } from '../../../src/core/domain/schedules/registry'
import type { RangeTestSpec } from '../../../src/core/domain/spec/range-test'

const schedule = { kind: 'constant', lr: 0.1 } as const
const TESTS: RangeTestSpec[] = [
  { from: 1e-6, to: 10, steps: 300, repeats: 3, growth: 'exponential' },
  { from: 0.001, to: 1, steps: 20, repeats: 20, growth: 'linear' },
  { from: 0.1, to: 0.2, steps: 2, repeats: 1, growth: 'exponential' },
]

describe('the schedule that a run plans', () => {
  it('is its own', () => expect(plannedSchedule({ schedule })).toBe(schedule))

  it.each(TESTS)('has the rates of every sweep of a range test (%o)', (rangeTest) => {
    const planned = plannedSchedule({ schedule, rangeTest })
    expect(plannedSchedule({ schedule, rangeTest })).toBe(planned)
    const stride = sweepStride(rangeTest)
    const { lr } = createSchedule(planned, rangeTest.repeats * stride)
    for (let repeat = 0; repeat < rangeTest.repeats; repeat++)
      for (let k = 0; k < stride; k++) {
        const wanted = sweepLr(rangeTest, Math.min(k, rangeTest.steps - 1))
        expect(lr(repeat * stride + k) / wanted).toBeCloseTo(1, 9)
      }
  })

  it('is told in a sentence', () => {
    expect(describeRates({ schedule }, 10)).toBe('Constant: 0.100 for 10 updates')
    expect(describeRates({ schedule, rangeTest: TESTS[0]! }, 10)).toBe(
      'Range test: 3 sweeps from 1e-6 to 10.0 in 300 updates',
    )
    expect(describeRates({ schedule, rangeTest: TESTS[2]! }, 10)).toMatch(/^Range test: 1 sweep from 0\.100/)
  })
})
