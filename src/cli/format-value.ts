import { formatCount, formatDuration, formatRate, MISSING } from '../core/domain/format'
import { bestOf } from '../core/domain/metrics'
import type { RunRow } from '../core/domain/run'

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
