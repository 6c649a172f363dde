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

type Summaries = Record<string, MetricSummary>
type Named = SummaryRecord & { run: number; name: string }

/** Summaries of the runs whose keys a JSON array lists. */
export const SUMMARIES_OF_RUNS = `SELECT run, name, ${SUMMARY_COLUMNS} FROM metric WHERE run IN (SELECT value FROM json_each(?)) ORDER BY key`

/** Reads the summaries of many runs in one query: a table of 500 rows must not cost 500 queries. */
export function openSummaries(db: ReadableDb) {
  const ofRuns = db.query<Named>(SUMMARIES_OF_RUNS)
  // By the table's own order, which is that of the keys: sorting 100 000 rows costs as much as reading them.
  const everyOne = db.query<Named>(`SELECT run, name, ${SUMMARY_COLUMNS} FROM metric ORDER BY key`)
  const byRun = (records: readonly Named[]): ReadonlyMap<number, Summaries> => {
    const entries = new Map<number, [string, MetricSummary][]>()
    for (const record of records) {
      const list = entries.get(record.run)
      const entry: [string, MetricSummary] = [record.name, toSummary(record)]
      if (list) list.push(entry)
      else entries.set(record.run, [entry])
    }
    // Not by assignment: a metric may be called __proto__.
    return new Map([...entries].map(([key, metrics]) => [key, Object.fromEntries(metrics)]))
  }
  return {
    of: (runKeys: readonly number[]) => byRun(ofRuns.all(JSON.stringify(runKeys))),
    all: () => byRun(everyOne.all()),
  }
}
