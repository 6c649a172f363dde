import { describeSchedule } from '../schedules/registry'
import { optimizerName } from '../spec/optimizers'
import { comment, quoted } from './source'
import type { ExportResult, ExportSubject } from './subject'

/**
 * The comment in front of the code: which run it is of, what that came to, which update has which rate.
 * What a user has written comes after the second line: Python reads an encoding from the first two.
 */
export function header(subject: ExportSubject, library: string, note: string, mark: '#' | '//'): string[] {
  const { spec, steps, stepsPerEpoch, result } = subject
  const epoch = stepsPerEpoch === null ? '' : `, ${stepsPerEpoch} updates an epoch`
  return [
    ...comment(`Settings of one training run for ${library}, written by Anneal.`, mark),
    mark,
    ...(result ? resultWords(result, steps).flatMap((words) => comment(words, mark)) : []),
    ...comment(`Schedule: ${describeSchedule(spec.schedule, steps)}.`, mark),
    ...comment(
      `Convention: t counts optimizer updates from 0, lr(t) is the rate that update t uses. ${steps} updates in batches of ${spec.batchSize}${epoch}, ${optimizerName(spec.optimizer)}.`,
      mark,
    ),
    ...comment(`How: ${note}`, mark),
  ]
}

function resultWords({ id, name, status, steps, divergedAt, best }: ExportResult, planned: number): string[] {
  const end = status === 'diverged' && divergedAt !== null ? `diverged at update ${divergedAt}` : status
  const values = best
    .filter(({ value }) => Number.isFinite(value))
    .map(({ metric, value, step }) => `${metric} ${value} (after update ${step})`)
  return [
    `Run: ${quoted(name)}, ${quoted(id).slice(1, -1)}: ${end}, ${steps} of ${planned} updates.`,
    values.length ? `Best: ${values.join(', ')}.` : 'Result: nothing was measured yet.',
  ]
}
