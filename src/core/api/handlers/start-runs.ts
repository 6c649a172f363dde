import { createSchedule } from '../../domain/schedules/registry'
import { peakLr } from '../../domain/schedules/schedule'
import { scheduleWarnings } from '../../domain/schedules/warnings'
import { formatRate } from '../../domain/format'
import type { RunRow } from '../../domain/run'
import { type RunSpec, specNotices, totalSteps, trainingSamples } from '../../domain/spec/run-spec'
import type { HandlerContext } from './context'

/** Planned updates and peak rate. The trainer corrects the updates where only the data files know their number. */
export function plan(spec: RunSpec): { totalSteps: number; peakLr: number } {
  const steps = totalSteps(spec)
  if (spec.rangeTest) return { totalSteps: steps, peakLr: spec.rangeTest.to }
  return { totalSteps: steps, peakLr: peakLr(createSchedule(spec.schedule, steps), steps) }
}

/** A name for a run without one: schedule and peak rate ("one-cycle 0.400"), or what a range test is of ("range test mlp"). */
export function defaultName(spec: RunSpec): string {
  const { model, schedule, rangeTest } = spec
  if (!rangeTest) return `${schedule.kind} ${formatRate(plan(spec).peakLr)}`
  return `range test ${'preset' in model ? model.preset : `${model.layers.length} layers`}`
}

/** What of a valid spec is not done, or may not be meant. A schedule is judged where the number of updates is known. */
export function noticesOf(spec: RunSpec): string[] {
  const isKnown = 'steps' in spec.budget || trainingSamples(spec.dataset) !== null
  const warnings = spec.rangeTest || !isKnown ? [] : scheduleWarnings(spec.schedule, totalSteps(spec))
  return [...specNotices(spec), ...warnings.map(({ field, message }) => `schedule${field && `.${field}`}: ${message}`)]
}

/**
 * Stores and queues runs in order. Either all are stored or none; only then does the first one train.
 * @returns the runs as they are after queueing
 */
export function startRuns({ storage, jobs, emit, now, newId }: HandlerContext, specs: readonly RunSpec[]): RunRow[] {
  const created: RunRow[] = []
  try {
    for (const spec of specs) {
      const { name } = spec
      created.push(storage.runs.create({ id: newId(), spec, name, ...plan(spec), createdAt: now() }))
    }
  } catch (error) {
    storage.runs.purge(created.map(({ id }) => id))
    throw error
  }
  emit({ type: 'runs.changed', runs: created })
  for (const { id } of created) jobs.enqueue(id)
  return created.map(({ id }) => storage.runs.get(id))
}
