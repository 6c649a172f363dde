import { describe, expect, it } from 'vitest'
import { createSchedule, type ScheduleInput, ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { sampleSchedule } from '../../../src/core/domain/schedules/schedule'
import { cyclesOf, MAX_CYCLES } from '../../../src/core/domain/stats/cycles'
import * as v from 'valibot'

const spec = (input: ScheduleInput): ScheduleSpec => v.parse(ScheduleSpec, input)
const spans = (input: ScheduleInput, steps: number) => cyclesOf(spec(input), steps).map(({ from, to }) => [from, to])

/** Updates at which the rate jumps up from the update before: where a cycle begins, by what the schedule does. */
function jumps(input: ScheduleInput, steps: number): number[] {
  const { lr } = sampleSchedule(createSchedule(spec(input), steps), steps)
  return [...lr.keys()].filter((t) => t > 0 && lr[t]! > 2 * lr[t - 1]!)
}

describe('cycles of a schedule', () => {
  it.each<[string, ScheduleInput, number]>([
    ['warm restarts', { kind: 'warm-restarts', lr: 1, cycleSteps: 10, cycleMult: 1 }, 47],
    ['growing warm restarts', { kind: 'warm-restarts', lr: 1, cycleSteps: 10, cycleMult: 2 }, 200],
    ['a sawtooth', { kind: 'sawtooth', maxLr: 1, minLr: 0.01, cycleSteps: 25 }, 100],
    [
      'a sawtooth that grows by a fraction',
      { kind: 'sawtooth', maxLr: 1, minLr: 0.01, cycleSteps: 10, cycleMult: 1.5 },
      150,
    ],
    ['a polynomial that cycles', { kind: 'polynomial', lr: 1, endLr: 0.001, power: 3, steps: 20, cycle: true }, 100],
  ])('begin where the rate of %s jumps up', (_, input, steps) => {
    const cycles = cyclesOf(spec(input), steps)
    expect(cycles[0]!.from).toBe(0)
    expect(cycles.slice(1).map(({ from }) => from)).toEqual(jumps(input, steps))
    expect(cycles.at(-1)!.to).toBe(steps - 1)
    cycles.slice(1).forEach(({ from }, i) => expect(cycles[i]!.to).toBe(from - 1))
  })
  it('are whole triangles, from minimum to minimum', () => {
    expect(spans({ kind: 'triangular', minLr: 0, maxLr: 1, stepsUp: 5, stepsDown: 3 }, 20)).toEqual([
      [0, 7],
      [8, 15],
      [16, 19],
    ])
  })
  it('tell one that the run cuts short by its length', () => {
    const cycles = cyclesOf(spec({ kind: 'warm-restarts', lr: 1, cycleSteps: 10, cycleMult: 2 }), 35)
    expect(cycles.map(({ from, to, length }) => [to - from + 1, length])).toEqual([
      [10, 10],
      [20, 20],
      [5, 40],
    ])
  })
  it('begin behind a warm-up', () => {
    const input: ScheduleInput = { kind: 'warm-restarts', lr: 1, cycleSteps: 10, cycleMult: 1, warmup: { steps: 7 } }
    expect(spans(input, 30)).toEqual([
      [7, 16],
      [17, 26],
      [27, 29],
    ])
    expect(spans(input, 5)).toEqual([])
  })
  it('of a sequence are those of its parts, each at its place', () => {
    const parts = [
      { steps: 5, schedule: { kind: 'constant', lr: 1 } as const },
      { steps: 8, schedule: { kind: 'sawtooth', maxLr: 1, minLr: 0, cycleSteps: 4 } as const },
      { steps: 10, schedule: { kind: 'cosine', lr: 1 } as const },
    ]
    expect(spans({ kind: 'sequence', parts }, 23)).toEqual([
      [5, 8],
      [9, 12],
    ])
  })
  it('of a sequence that repeats a family are its parts', () => {
    const part = { steps: 10, schedule: { kind: 'one-cycle', maxLr: 1 } as const }
    expect(spans({ kind: 'sequence', parts: [part, part, part] }, 25)).toEqual([
      [0, 9],
      [10, 19],
      [20, 24],
    ])
  })
  it('are none of a schedule that never comes back', () => {
    expect(spans({ kind: 'one-cycle', maxLr: 1 }, 100)).toEqual([])
    expect(spans({ kind: 'polynomial', lr: 1 }, 100)).toEqual([])
    expect(spans({ kind: 'constant', lr: 1 }, 100)).toEqual([])
  })
  it('are listed up to a limit, whatever is asked for', () => {
    expect(spans({ kind: 'triangular', minLr: 0, maxLr: 1, stepsUp: 1 }, 1e9)).toHaveLength(MAX_CYCLES)
  })
})
