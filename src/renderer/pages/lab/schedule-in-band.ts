import { familyOf, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { Band } from './band'

/**
 * A schedule with its rates from a range test: the peak is the maximum; what goes up and down between two rates gets
 * both ends; a constant rate is the one that the test suggests for that. A family without a named peak becomes 1cycle.
 *
 * @param constant suggested constant rate; null where the test has none
 * @param steps updates of the run, for a family's defaults
 */
export function scheduleInBand(
  schedule: ScheduleSpec,
  band: Band,
  constant: number | null,
  steps: number,
): ScheduleSpec {
  const named = schedule as Record<string, unknown> & ScheduleSpec
  if (schedule.kind === 'constant')
    return { ...schedule, lr: band.rule === 'article' ? (constant ?? band.max) : band.max }
  const ends = schedule.kind === 'triangular' || schedule.kind === 'sawtooth' ? { minLr: band.min } : {}
  if ('maxLr' in named) return { ...named, ...ends, maxLr: band.max } as ScheduleSpec
  if ('lr' in named) return { ...named, lr: band.max } as ScheduleSpec
  return familyOf('one-cycle').defaults(band.max, steps)
}
