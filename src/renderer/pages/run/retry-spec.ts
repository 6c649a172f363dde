import type { RunRow } from '../../../core/domain/run'
import { scaleRates } from '../../../core/domain/schedules/scale'
import type { RunSpec } from '../../../core/domain/spec/run-spec'

export const RETRY_FACTOR = 1 / 3

/** The same run at a third of its rates; everything else, the seed too, stays as it was. */
export const retrySpec = (run: RunRow): RunSpec => ({
  ...run.spec,
  name: `${run.name} lr÷3`,
  schedule: scaleRates(run.spec.schedule, RETRY_FACTOR),
})
