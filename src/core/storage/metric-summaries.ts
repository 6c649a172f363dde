import type { MetricSummary } from '../domain/metrics'
import type { ReadableDb } from './database'

/** Summary columns of a row of the metric table; NULL stands for NaN. */
export interface SummaryRecord {
  count: number
  last: number | null
  last_step: number | null
  min: number | null
  min_step: number | null
  max: number | null
  max_step: number | null
  non_finite: number
  first_non_finite_step: number | null
}

export const SUMMARY_COLUMNS =
  'count, last, last_step, min, min_step, max, max_step, non_finite, first_non_finite_step' as const

const orNaN = (value: number | null): number => value ?? NaN

export const toSummary = (record: SummaryRecord): MetricSummary => ({
  count: record.count,
  last: orNaN(record.last),
  lastStep: orNaN(record.last_step),
  min: orNaN(record.min),
  minStep: orNaN(record.min_step),
  max: orNaN(record.max),
  maxStep: orNaN(record.max_step),
  nonFinite: record.non_finite,
  firstNonFiniteStep: record.first_non_finite_step,
})

/** Values for {@link SUMMARY_COLUMNS} in their order; SQLite itself turns NaN into NULL. */
export const fromSummary = (summary: MetricSummary): (number | null)[] => [
  summary.count,
  summary.last,
  summary.lastStep,
  summary.min,
  summary.minStep,
  summary.max,
  summary.maxStep,
  summary.nonFinite,
  summary.firstNonFiniteStep,
]

/** Summaries of the runs whose keys a JSON array lists. */
export const SUMMARIES_OF_RUNS = `SELECT run, name, ${SUMMARY_COLUMNS} FROM metric WHERE run IN (SELECT value FROM json_each(?)) ORDER BY key`

/** Reads the summaries of many runs in one query: a table of 500 rows must not cost 500 queries. */
export function openSummaries(db: ReadableDb) {
  const ofRuns = db.query<SummaryRecord & { run: number; name: string }>(SUMMARIES_OF_RUNS)
  return (runKeys: number[]): Map<number, Record<string, MetricSummary>> => {
    const entries = new Map<number, [string, MetricSummary][]>(runKeys.map((key) => [key, []]))
    for (const record of ofRuns.all(JSON.stringify(runKeys)))
      entries.get(record.run)!.push([record.name, toSummary(record)])
    return new Map([...entries].map(([key, metrics]) => [key, Object.fromEntries(metrics)]))
  }
}
