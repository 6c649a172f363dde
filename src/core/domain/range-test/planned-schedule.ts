import { describeSchedule, type ScheduleSpec } from '../schedules/registry'
import { formatRate } from '../format'
import type { RunSpec } from '../spec/run-spec'
import { sweepStride } from './sweep'

type Planned = Pick<RunSpec, 'schedule' | 'rangeTest'>

const known = new WeakMap<object, ScheduleSpec>()

/**
 * The schedule whose rates a run is going to use, for pictures and sums: its own, or for a range test the planned sweeps
 * one behind the other, each resting at its last rate where an extension may follow. The same object for the same test.
 */
export function plannedSchedule({ schedule, rangeTest }: Planned): ScheduleSpec {
  if (!rangeTest) return schedule
  let planned = known.get(rangeTest)
  if (!planned) {
    const { from, to, steps, repeats, growth } = rangeTest
    const sweep: ScheduleSpec = {
      kind: 'piecewise',
      points: [
        [0, from],
        [steps - 1, to],
      ],
      interpolate: growth === 'linear' ? 'linear' : 'log',
    }
    const part = { steps: sweepStride(rangeTest), schedule: sweep }
    planned = { kind: 'sequence', parts: Array.from({ length: repeats }, () => part) }
    known.set(rangeTest, planned)
  }
  return planned
}

/** One sentence on the rates of a run of `steps` updates. */
export function describeRates(spec: Planned, steps: number): string {
  if (!spec.rangeTest) return describeSchedule(spec.schedule, steps)
  const { from, to, steps: planned, repeats } = spec.rangeTest
  return `Range test: ${repeats} sweep${repeats === 1 ? '' : 's'} from ${formatRate(from)} to ${formatRate(to)} in ${planned} updates`
}
