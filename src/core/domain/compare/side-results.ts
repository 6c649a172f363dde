import { bestOf, higherIsBetter } from '../metrics'
import type { RunRow } from '../run'
import { type Statistic, statisticOf } from '../table/statistics'
import { welch } from './welch'

/** What the runs of one side came to in one respect: mean and spread of their finite values. */
export interface SideResult extends Statistic {
  runs: number
  /** Runs that diverged: they have no value, however good they were before. */
  diverged: number
}

/** @param read NaN, null or undefined where a run has no value */
export function sideResult(rows: readonly RunRow[], read: (row: RunRow) => number | null | undefined): SideResult {
  const values = rows.filter(({ status }) => status !== 'diverged').map(read)
  return {
    ...statisticOf(values),
    runs: rows.length,
    diverged: rows.filter(({ status }) => status === 'diverged').length,
  }
}

/** Best value of a metric that a run reached so far; NaN where it recorded none. */
export const bestValue = (row: RunRow, metric: string): number => {
  const summary = row.metrics[metric]
  return summary ? bestOf(metric, summary).value : NaN
}

/**
 * Which results cannot be told from the best one: the best itself, and those whose difference from it has a 95 % interval
 * (Welch) that reaches 0. Where one of the two is a single value there is no spread to judge by, and only equal values
 * count as the same.
 */
export function indistinguishable(results: readonly SideResult[], metric: string): boolean[] {
  const sign = higherIsBetter(metric) ? 1 : -1
  const best = results.reduce((a: SideResult | null, b) => {
    if (!b.n) return a
    return a && sign * a.mean >= sign * b.mean ? a : b
  }, null)
  return results.map((one) => best !== null && one.n > 0 && (one === best || !isWorse(best, one, sign)))
}

function isWorse(best: SideResult, other: SideResult, sign: number): boolean {
  const margin = sign * (best.mean - other.mean)
  return (welch(best, other, margin)?.low ?? margin) > 0
}
