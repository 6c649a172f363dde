import type { RunTarget } from '../core/api/contract'
import type { Transport } from '../core/api/transport'
import type { ComparisonRow } from '../core/domain/compare/compare'
import { type Goal, goalText, readGoal } from '../core/domain/compare/target'
import { AppError } from '../core/domain/errors'
import { nearest } from '../core/domain/nearest'
import { isLive, type RunRow } from '../core/domain/run'

/** A goal, and when each run first reached it: null for one that never did. */
export interface ReachedGoal extends Goal {
  runs: RunTarget[]
}

const FORMS = 'METRIC=VALUE, METRIC>=VALUE or METRIC<=VALUE, as validation/accuracy=97% or train/loss<=0.1'

/**
 * The goals of `--target`.
 * @throws AppError `input.invalid` on a text that is none
 */
export function readGoals(texts: readonly string[]): Goal[] {
  return texts.map((text) => {
    const goal = readGoal(text)
    if (goal) return goal
    throw new AppError('input.invalid', `--target must be ${FORMS}, got "${text}"`, {
      field: '--target',
      got: text,
      allowed: FORMS,
    })
  })
}

/**
 * Asks when the runs reached the goals.
 * @throws AppError `metric.notFound` where none of them has recorded a metric
 */
export async function reachGoals(
  transport: Pick<Transport, 'call'>,
  rows: readonly RunRow[],
  goals: readonly Goal[],
): Promise<ReachedGoal[]> {
  for (const { metric } of goals) checkRecorded(metric, rows)
  return Promise.all(
    goals.map(async (goal) => {
      const { targets } = await transport.call('runs.target', { runs: rows.map(({ id }) => id), ...goal })
      return { ...goal, runs: targets }
    }),
  )
}

function checkRecorded(metric: string, rows: readonly RunRow[]): void {
  if (rows.some(({ metrics }) => Object.hasOwn(metrics, metric))) return
  const known = [...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics)))]
  const near = nearest(metric, known)
  throw new AppError(
    'metric.notFound',
    `None of these runs has recorded ${metric}${near ? ` (did you mean ${near}?)` : ''}${known.length ? `. They have: ${known.join(', ')}` : ''}`,
    { field: '--target', got: metric, allowed: known.join(', ') },
  )
}

/** Two rows of a comparison for each goal, steps and time; a run that never reached it says so. */
export function goalRows(reached: readonly ReachedGoal[], rows: readonly RunRow[]): ComparisonRow[] {
  return reached.flatMap((goal) => {
    const byRun = new Map(goal.runs.map((one) => [one.run, one]))
    const row = (key: 'step' | 'ms', words: string, unit: string): ComparisonRow => {
      const values = rows.map(({ id, status }) => {
        const target = byRun.get(id)
        if (!target || target.step === null) return isLive(status) ? 'not yet' : 'never'
        // A run that was never started has no clock.
        return target[key]
      })
      return { path: `${words} to ${goalText(goal)}${unit}`, values, differs: new Set(values).size > 1 }
    }
    return [row('step', 'steps', ''), row('ms', 'time', ' (ms)')]
  })
}
