import type { BestSettings, SettingResult } from '../core/domain/compare/best-settings'
import { formatRate, MISSING } from '../core/domain/format'
import { metricText } from '../core/domain/metric-words'
import { type Column, renderTable } from './table'

const columns = (metric: string): Column[] => [
  { head: '#', align: 'right' },
  { head: 'settings', least: 12 },
  { head: 'schedule', drop: 1 },
  { head: 'peak lr', align: 'right' },
  { head: metric, align: 'right' },
  { head: 'sd', align: 'right' },
  { head: 'seeds', align: 'right' },
  { head: 'diverged', align: 'right' },
  { head: 'run', drop: 2 },
]

const cells = (metric: string, { row, n, mean, std, runs, diverged }: SettingResult, place: number): string[] => [
  String(place + 1),
  row.name,
  row.spec.schedule.kind,
  formatRate(row.peakLr),
  n ? metricText(metric, mean) : MISSING,
  n > 1 ? metricText(metric, std) : MISSING,
  n === runs.length ? String(n) : `${n} of ${runs.length}`,
  diverged ? String(diverged) : '',
  row.id,
]

/** The best settings as plain text: the ranking (its first `limit`), then what can be said about the first. */
export function bestText({ metric, ranking, sentence }: BestSettings, limit: number, width: number): string {
  const shown = ranking.slice(0, limit)
  if (!shown.length) return `${sentence}.\n`
  const table = renderTable(
    columns(metric),
    shown.map((result, place) => cells(metric, result, place)),
    width,
  )
  const more = ranking.length > shown.length ? `(${ranking.length - shown.length} more; --limit shows them)\n` : ''
  return `${table}${more}\n${sentence}.\n`
}
