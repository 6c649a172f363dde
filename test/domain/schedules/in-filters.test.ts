import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../../src/core/domain/filter/filter'
import { ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import { runRow } from '../rows'

const rowOf = (id: string, schedule: object) => runRow({ id }, { schedule: v.parse(ScheduleSpec, schedule) })
const rows = [
  rowOf('warmed', { kind: 'cosine', lr: 0.1, warmup: { steps: 100, convention: 'pytorch' } }),
  rowOf('plain', { kind: 'warm-restarts', lr: 0.1, cycleSteps: 10 }),
  rowOf('parts', { kind: 'sequence', parts: [{ steps: 10, schedule: { kind: 'constant', lr: 1 } }] }),
  rowOf('level', { kind: 'plateau', lr: 0.1, patience: 3, metric: 'validation/accuracy' }),
]

describe('fields of schedules in the filter language', () => {
  it.each([
    ['schedule = sequence', ['parts']],
    ['schedule.warmup.steps >= 100', ['warmed']],
    ['schedule.warmup.convention = pytorch', ['warmed']],
    ['cycleMult = 2', ['plain']],
    ['patience < 5 and schedule.metric = "validation/accuracy"', ['level']],
  ])('%s', (text, found) => {
    expect(rows.filter(compileFilter(text)).map(({ id }) => id)).toEqual(found)
  })
  it.each([
    ['schedule.warmup.step > 3', 'schedule.warmup.steps'],
    ['schedule.cyclemlt = 2', 'schedule.cycleMult'],
  ])('%s is refused with the nearest name', (text, near) => {
    expect(() => compileFilter(text)).toThrow(near)
  })
})
