import type { RunRow } from '../../../core/domain/run'
import type { ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { RunSpec } from '../../../core/domain/spec/run-spec'

/** Fields of schedules that are rates. */
const RATES = new Set(['lr', 'maxLr', 'minLr', 'endLr'])

/** A schedule with all its rates multiplied: the same shape, lower or higher. */
export function scaleSchedule(spec: ScheduleSpec, factor: number): ScheduleSpec {
  const scaled = Object.entries(spec).map(([field, value]) =>
    RATES.has(field) && typeof value === 'number' ? [field, Number((value * factor).toPrecision(6))] : [field, value],
  )
  return Object.fromEntries(scaled) as ScheduleSpec
}

export const RETRY_FACTOR = 1 / 3

/** The same run at a third of its rates; everything else, the seed too, stays as it was. */
export const retrySpec = (run: RunRow): RunSpec => ({
  ...run.spec,
  name: `${run.name} lr÷3`,
  schedule: scaleSchedule(run.spec.schedule, RETRY_FACTOR),
})
