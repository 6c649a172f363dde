import { isShare, metricNumber, metricText } from '../metric-words'
import { bestOf, higherIsBetter, METRIC } from '../metrics'
import { isLive, type RunRow } from '../run'
import { replicateKey } from '../table/replicates'
import { welch } from './welch'

/** What of a run counts: the best value that it reached, or the last one. */
export type Pick = 'best' | 'last'

/** Settings with what the runs that used them, one a seed, came to. */
export interface SettingResult {
  /** Ids of all runs, in the order that they were given in. */
  runs: string[]
  /** The run with the best value, for names and settings. */
  row: RunRow
  /** Finite values of the runs that did not diverge; `mean` and `std` (n − 1) are of these, NaN where there are too few. */
  values: number[]
  n: number
  mean: number
  std: number
  diverged: number
  /** Runs that still train, failed or recorded nothing of the metric: they say nothing yet. */
  without: number
  seeds: number[]
}

/**
 * How sure the first place is. clear: the 95 % interval of the difference to the next settings lies above 0.
 * within noise: it contains 0. steadier: it contains 0 or lies below, but a smaller share of the runs diverged.
 * one seed: one of the two has a single value, so that there is no spread to judge by. alone: nothing to compare with.
 * none: no settings have a value.
 */
export type Verdict = 'clear' | 'within noise' | 'steadier' | 'one seed' | 'alone' | 'none'

export interface BestSettings {
  metric: string
  pick: Pick
  /** Best first; see {@link bestSettings} for the order. */
  ranking: SettingResult[]
  /** The first of the ranking where it has a value. */
  winner: SettingResult | null
  next: SettingResult | null
  /** How much better the winner's mean is than the next one's, never negative unless the next one diverged in part. */
  margin: number | null
  /** 95 % interval of that difference; null where there is no spread to make one of. */
  interval: { low: number; high: number } | null
  verdict: Verdict
  /** The verdict in plain words, with its numbers. */
  sentence: string
}

/**
 * Which settings are the best by a metric, and whether that can be told. Replicates (runs that differ in the seed only)
 * are one setting. Settings of which no run diverged come first, then those of which the smaller share did; among
 * equals the better mean wins. A run that diverged has no value, however good it was before: it counts against its
 * settings instead of raising their mean.
 *
 * The interval is Welch's: the spreads may differ. It takes the two settings as if they had been chosen before looking;
 * the best of many is flattered a little, which more seeds cure.
 *
 * @see B. L. Welch, The generalization of 'Student's' problem, Biometrika 34 (1947), 28–35
 */
export function bestSettings(
  rows: readonly RunRow[],
  { metric = METRIC.validationAccuracy, pick = 'best' }: { metric?: string | undefined; pick?: Pick | undefined } = {},
): BestSettings {
  const ranking = [...foldReplicates(rows).values()]
    .map((replicates) => resultOf(replicates, metric, pick))
    .sort(byRank(metric))
  const winner = ranking[0]?.n ? ranking[0] : null
  const next = winner && ranking[1]?.n ? ranking[1] : null
  const margin = winner && next ? (higherIsBetter(metric) ? 1 : -1) * (winner.mean - next.mean) : null
  const interval = winner && next && margin !== null ? welch(winner, next, margin) : null
  const verdict = verdictOf(winner, next, interval)
  const found = { metric, pick, ranking, winner, next, margin, interval, verdict }
  return { ...found, sentence: sentenceOf(found) }
}

function foldReplicates(rows: readonly RunRow[]): Map<string, RunRow[]> {
  const folded = new Map<string, RunRow[]>()
  for (const row of rows) {
    if (row.spec.rangeTest) continue
    const key = replicateKey(row.spec)
    folded.set(key, [...(folded.get(key) ?? []), row])
  }
  return folded
}

function resultOf(rows: RunRow[], metric: string, pick: Pick): SettingResult {
  const valued = rows
    .map((row) => ({ row, value: valueOf(row, metric, pick) }))
    .filter(({ value }) => Number.isFinite(value))
  const better = higherIsBetter(metric) ? (a: number, b: number) => b - a : (a: number, b: number) => a - b
  const values = valued.map(({ value }) => value)
  const n = values.length
  const mean = n ? values.reduce((sum, value) => sum + value, 0) / n : NaN
  const std = n > 1 ? Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) : NaN
  const diverged = rows.filter(({ status }) => status === 'diverged').length
  return {
    runs: rows.map(({ id }) => id),
    row: valued.toSorted((a, b) => better(a.value, b.value))[0]?.row ?? rows[0]!,
    values,
    n,
    mean,
    std,
    diverged,
    without: rows.length - n - diverged,
    seeds: rows.map(({ spec }) => spec.seed),
  }
}

/** What a run came to; NaN where it came to nothing that counts. */
function valueOf({ status, metrics }: RunRow, metric: string, pick: Pick): number {
  if (status === 'diverged' || status === 'failed' || isLive(status) || !Object.hasOwn(metrics, metric)) return NaN
  const summary = metrics[metric]!
  return pick === 'last' ? summary.last : bestOf(metric, summary).value
}

const share = ({ diverged, runs }: SettingResult): number => diverged / runs.length

const byRank =
  (metric: string) =>
  (a: SettingResult, b: SettingResult): number => {
    if ((a.n === 0) !== (b.n === 0)) return a.n === 0 ? 1 : -1
    if (share(a) !== share(b)) return share(a) - share(b)
    if (a.n === 0) return 0
    return higherIsBetter(metric) ? b.mean - a.mean : a.mean - b.mean
  }

function verdictOf(
  winner: SettingResult | null,
  next: SettingResult | null,
  interval: BestSettings['interval'],
): Verdict {
  if (!winner) return 'none'
  if (!next) return 'alone'
  if (!interval) return 'one seed'
  if (interval.low > 0) return 'clear'
  return share(winner) < share(next) ? 'steadier' : 'within noise'
}

/** A difference of two values, in the digits in which they are written. */
const differenceText = (metric: string, value: number): string =>
  isShare(metric) ? `${(100 * value).toFixed(2)} points` : metricNumber(metric, value)

const seedsText = (n: number): string => `${n} seed${n === 1 ? '' : 's'}`

/** "99.34 % ± 0.03 over 3 seeds": a mean never without its n, and never with a spread that nobody measured. */
export function resultText(metric: string, { mean, std, n }: Omit<SettingResult, 'row'>): string {
  if (!n) return 'no value'
  if (n === 1) return `${metricText(metric, mean)}, 1 seed`
  return `${metricText(metric, mean)} ± ${metricNumber(metric, std)} over ${seedsText(n)}`
}

function sentenceOf({
  metric,
  ranking,
  winner,
  next,
  margin,
  interval,
  verdict,
}: Omit<BestSettings, 'sentence'>): string {
  const diverged = ranking.reduce((sum, one) => sum + one.diverged, 0)
  if (!winner)
    return diverged ? `No run has a value of ${metric}: ${diverged} diverged` : `No run has a value of ${metric}`
  const first = `${winner.row.name} is best: ${resultText(metric, winner)}${divergedText(winner)}`
  if (!next) return `${first}. There is nothing to compare it with`
  return `${first}. ${againstText(metric, next, margin!, interval, verdict)}${passedOver(metric, ranking, winner, next)}`
}

const divergedText = ({ diverged, runs }: SettingResult): string =>
  diverged ? `; ${diverged} of its ${runs.length} runs diverged` : ''

function againstText(
  metric: string,
  next: SettingResult,
  margin: number,
  interval: BestSettings['interval'],
  verdict: Verdict,
): string {
  const by = `${differenceText(metric, Math.abs(margin))} ${margin < 0 ? 'behind' : 'ahead of'} ${next.row.name}${divergedText(next)}`
  if (!interval) return `It is ${by}. With one seed there is no spread to judge that by: more seeds would tell`
  const range = `95 % interval ${differenceText(metric, interval.low)} to ${differenceText(metric, interval.high)}`
  if (verdict === 'steadier') return `It is ${by} (${range}): it comes first as fewer of its runs diverged`
  if (verdict === 'within noise') return `It is ${by}, which is within the noise of the seeds (${range}): a tie`
  return `It is ${by}, more than the noise of the seeds (${range})`
}

/** Settings with a better mean that stand far behind because some of their runs diverged are named, not passed over. */
function passedOver(
  metric: string,
  ranking: readonly SettingResult[],
  winner: SettingResult,
  next: SettingResult,
): string {
  const better = (a: number, b: number) => (higherIsBetter(metric) ? a > b : a < b)
  const one = ranking.find((each) => each !== winner && each !== next && each.n > 0 && better(each.mean, winner.mean))
  return one
    ? `. ${one.row.name} reached ${metricText(metric, one.mean)} where it did not diverge${divergedText(one)}`
    : ''
}
