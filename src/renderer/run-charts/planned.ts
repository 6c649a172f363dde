import { plannedSchedule } from '../../core/domain/range-test/planned-schedule'
import { isLive, type RunRow } from '../../core/domain/run'
import { createSchedule } from '../../core/domain/schedules/registry'
import { momentumOf } from '../../core/domain/spec/optimizers'
import type { ChartSeries, XAxis } from '../charts/types'
import type { LoadedSeries } from '../stores/series-entry'
import { positionOf } from './x-axis'

/** Enough for any pixel width; phase ends are added. */
const SAMPLES = 1200

interface Course {
  steps: Float64Array
  x: Float64Array
  values: Float64Array
}

const courses = new WeakMap<RunRow['spec'], Map<string, Course>>()

/** The whole planned course of a run, sampled once: charts ask for what is left of it many times a second. */
function courseOf(run: RunRow, kind: XAxis['kind'], of: 'lr' | 'momentum'): Course {
  const key = `${kind} ${of} ${run.totalSteps}`
  const known = courses.get(run.spec) ?? new Map<string, Course>()
  courses.set(run.spec, known)
  let course = known.get(key)
  if (!course) {
    const schedule = createSchedule(plannedSchedule(run.spec), run.totalSteps)
    const fixed = momentumOf(run.spec.optimizer)
    const value = of === 'lr' ? schedule.lr : (schedule.momentum ?? (() => fixed))
    const last = run.totalSteps - 1
    const even = Array.from({ length: SAMPLES + 1 }, (_, i) => Math.round((i / SAMPLES) * last))
    const ends = schedule.phases.flatMap(({ from, to }) => [from, to]).flatMap((t) => [Math.floor(t), Math.ceil(t)])
    const steps = Float64Array.from(new Set([...even, ...ends.filter((t) => t >= 0 && t <= last)])).sort()
    course = { steps, x: steps.map((t) => positionOf(kind, run, t)), values: steps.map(value) }
    known.set(key, course)
  }
  return course
}

/**
 * The part of a live run's schedule that lies ahead of what is recorded, from the last recorded point on; absent for a
 * run that has ended.
 */
export function plannedPart(
  run: RunRow,
  recorded: LoadedSeries | null,
  kind: XAxis['kind'],
  of: 'lr' | 'momentum',
): ChartSeries['planned'] {
  // How long the rest takes is a guess, and a guess is no position on an axis.
  if (!isLive(run.status) || kind === 'time') return undefined
  const { steps, x, values } = courseOf(run, kind, of)
  const last = recorded?.steps.at(-1)
  if (last === undefined) return { x, values }
  const next = steps.findIndex((t) => t > last)
  if (next < 0) return undefined
  const join = (first: number, rest: Float64Array): Float64Array => {
    const joined = new Float64Array(rest.length - next + 1)
    joined[0] = first
    joined.set(rest.subarray(next), 1)
    return joined
  }
  return { x: join(positionOf(kind, run, last), x), values: join(recorded!.values.at(-1)!, values) }
}
