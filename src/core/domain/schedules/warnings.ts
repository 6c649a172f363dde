import { formatRate } from '../format'
import { scheduleFacts } from './facts'
import type { ScheduleWarning } from './family'
import { createSchedule, familyOf, type ScheduleSpec } from './registry'
import { stepsBehind } from './warmup'

export type { ScheduleWarning } from './family'

/** A named peak that no update comes nearer to than this share is missed. */
const MISSED = 5e-4

const updates = (n: number): string => `${n} update${n === 1 ? '' : 's'}`

/**
 * What of a valid schedule may not be meant, each with its reason and numbers; nothing where all is as it seems.
 *
 * @param steps updates in the run
 * @param planned the run's epochs and the updates that they give, where that is known
 */
export function scheduleWarnings(
  spec: ScheduleSpec,
  steps: number,
  planned?: { epochs: number; updates: number },
): ScheduleWarning[] {
  const behind = spec.warmup ? stepsBehind(spec.warmup, steps) : steps
  return [
    ...(planned ? epochWarnings(steps, planned) : []),
    ...warmupWarnings(spec, steps),
    ...lengthWarnings(spec, behind),
    ...peakWarnings(spec, behind),
    ...(familyOf(spec.kind).warnings?.(spec, behind) ?? []),
    ...partWarnings(spec),
  ]
}

function epochWarnings(steps: number, planned: { epochs: number; updates: number }): ScheduleWarning[] {
  if (planned.updates === steps) return []
  const epochs = `${planned.epochs} epoch${planned.epochs === 1 ? '' : 's'}`
  return [
    { field: '', message: `The schedule is laid out over ${updates(steps)}, but ${epochs} give ${planned.updates}` },
  ]
}

function warmupWarnings(spec: ScheduleSpec, steps: number): ScheduleWarning[] {
  const { warmup } = spec
  const { lr } = createSchedule(spec, steps)
  const zero: ScheduleWarning[] =
    lr(0) === 0
      ? [{ field: warmup ? 'warmup' : '', message: `The first update has a rate of 0 and changes nothing${why(spec)}` }]
      : []
  if (!warmup) return zero
  const target = createSchedule({ ...spec, warmup: undefined }, stepsBehind(warmup, steps)).lr(0)
  if (warmup.from > target)
    zero.push({
      field: 'warmup.from',
      message: `The warm-up falls, from ${formatRate(warmup.from)} to ${formatRate(target)}`,
    })
  if (warmup.steps >= steps)
    zero.push({
      field: 'warmup.steps',
      message: `The warm-up takes ${updates(warmup.steps)}, the run has ${steps}: it ends at ${formatRate(lr(steps - 1))}, before ${familyOf(spec.kind).label} begins`,
    })
  return zero
}

const why = ({ warmup }: ScheduleSpec): string =>
  warmup?.convention === 'pytorch' && warmup.from === 0
    ? ": PyTorch's warm-up starts at `from`; the convention anneal starts one step above it"
    : ''

/** A length of its own that is not the run's. */
function lengthWarnings(spec: ScheduleSpec, steps: number): ScheduleWarning[] {
  if (!('steps' in spec) || spec.steps === undefined || spec.steps === steps) return []
  const { lr } = createSchedule({ ...spec, warmup: undefined }, steps)
  const last = formatRate(lr(steps - 1))
  const has = `the run has ${steps}${spec.warmup ? ' after the warm-up' : ''}`
  if (spec.steps > steps) {
    const end = formatRate(createSchedule({ ...spec, warmup: undefined }, spec.steps).lr(spec.steps - 1))
    const message = `The schedule takes ${updates(spec.steps)}, ${has}: it is cut short at ${last} and never comes to its end at ${end}`
    return [{ field: 'steps', message }]
  }
  // These go on after their own length.
  if ((spec.kind === 'polynomial' && spec.cycle) || (spec.kind === 'cosine' && spec.afterEnd === 'rise')) return []
  const message = `The schedule takes ${updates(spec.steps)}, ${has}: its last rate, ${last}, stays for ${steps - spec.steps}`
  return [{ field: 'steps', message }]
}

/** A greatest rate that is named and lies between two updates, or after the end. */
function peakWarnings(spec: ScheduleSpec, steps: number): ScheduleWarning[] {
  if (!('maxLr' in spec)) return []
  const { peak, peakAt } = scheduleFacts(createSchedule({ ...spec, warmup: undefined }, steps), steps)
  if (peak >= spec.maxLr * (1 - MISSED)) return []
  const at = peakAt + (spec.warmup?.steps ?? 0)
  return [
    {
      field: 'maxLr',
      message: `No update has the rate ${formatRate(spec.maxLr)}: the highest is ${formatRate(peak)}, at update ${at}`,
    },
  ]
}

/** The warnings of a sequence's parts, each over its own updates. */
function partWarnings(spec: ScheduleSpec): ScheduleWarning[] {
  if (spec.kind !== 'sequence') return []
  return spec.parts.flatMap(({ schedule, steps }, i) =>
    scheduleWarnings(schedule, steps).map(({ field, message }) => ({
      field: `parts.${i}.schedule${field && `.${field}`}`,
      message: `Part ${i + 1}: ${message}`,
    })),
  )
}
