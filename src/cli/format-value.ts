import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  MISSING,
  nonFiniteWord,
} from '../core/domain/format'
import { bestOf, METRIC } from '../core/domain/metrics'
import type { RunRow } from '../core/domain/run'
import { formatSystem } from '../core/domain/system-metrics'

/** A recorded value as people read it, by the metric's name: accuracy in per cent, rates with 3 digits, losses with 4 decimals, what the machine did in its unit. */
export function formatMetric(metric: string, value: number): string {
  const system = formatSystem(metric, value)
  if (system !== null) return system
  if (nonFiniteWord(value)) return nonFiniteWord(value)!
  if (/acc(uracy)?$/i.test(metric) && value >= 0 && value <= 1) return `${formatPercent(value)} %`
  if (metric === METRIC.lr || metric === METRIC.momentum || metric === METRIC.updateRatio) return formatRate(value)
  return formatLoss(value)
}

/** Any value of a config or a comparison in one cell. */
export function formatCell(value: unknown): string {
  if (value === null || value === undefined || value === '') return MISSING
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return JSON.stringify(value)
  if (Number.isInteger(value)) return formatCount(value)
  return formatRate(value)
}

/** When a run began to train or was made, in local time to the minute. */
export function formatMoment(ms: number | null): string {
  if (ms === null) return MISSING
  const d = new Date(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${two(d.getHours())}:${two(d.getMinutes())}`
}

/** Time from a run's start to its end, or to now while it trains. */
export function wallTime(row: RunRow, now: number): string {
  return row.startedAt === null ? MISSING : formatDuration((row.endedAt ?? now) - row.startedAt)
}

/** Best value of a metric of a run with its step; null where no finite value exists. */
export function bestValue(row: RunRow, metric: string): { value: number; step: number } | null {
  const summary = row.metrics[metric]
  const best = summary && bestOf(metric, summary)
  return best && Number.isFinite(best.value) ? best : null
}

/** A status in a table; a diverged run says where. */
export const statusText = (row: Pick<RunRow, 'status' | 'divergedAt'>): string =>
  row.status === 'diverged' && row.divergedAt !== null ? `diverged at ${row.divergedAt}` : row.status
