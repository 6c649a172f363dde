import { bestValue } from '../../../../core/domain/compare/side-results'
import { higherIsBetter } from '../../../../core/domain/metrics'
import { meanAndStd } from '../bars/replicate-values'
import type { ChosenRun } from '../chosen-run'
import type { Targets } from './use-targets'

/** How soon a chosen run and its replicates reached a value. */
export interface TargetRow {
  run: ChosenRun
  /** Steps, or ms, of each run that reached it. */
  values: { id: string; value: number }[]
  mean: number
  std: number
  reached: number
  of: number
  /** Best value of all of them; NaN where none was recorded. */
  best: number
}

function bestOfAll({ replicates }: ChosenRun, metric: string): number {
  const values = replicates.map((row) => bestValue(row, metric)).filter(Number.isFinite)
  if (!values.length) return NaN
  return higherIsBetter(metric) ? Math.max(...values) : Math.min(...values)
}

/** A row for each chosen run, who got there first above; runs that never did come last, the best of them first. */
export function targetRows(
  chosen: readonly ChosenRun[],
  byRun: Targets,
  metric: string,
  by: 'step' | 'ms',
): TargetRow[] {
  const rows = chosen.map((run): TargetRow => {
    const values = run.replicates.flatMap(({ id }) => {
      const value = byRun.get(id)?.[by] ?? null
      return value === null ? [] : [{ id, value }]
    })
    return {
      run,
      values,
      ...meanAndStd(values.map(({ value }) => value)),
      reached: run.replicates.filter(({ id }) => (byRun.get(id)?.step ?? null) !== null).length,
      of: run.replicates.length,
      best: bestOfAll(run, metric),
    }
  })
  const better = (a: number, b: number) => (higherIsBetter(metric) ? b - a : a - b)
  return rows.sort((a, b) => {
    if (a.values.length && b.values.length) return a.mean - b.mean
    if (a.values.length || b.values.length) return a.values.length ? -1 : 1
    return Number(Number.isNaN(a.best)) - Number(Number.isNaN(b.best)) || better(a.best, b.best) || 0
  })
}
