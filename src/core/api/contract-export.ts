import * as v from 'valibot'
import type { BestSettings } from '../domain/compare/best-settings'
import { SERIES_SHAPES } from '../domain/export/data/series-table'
import type { RunRow } from '../domain/run'
import { choice, flag } from '../domain/spec/fields'
import { command, FieldName, FilterText, MetricName, query, RunIds, RunSort, trusted } from './contract-schema'

/** A file to take home: a name without a folder, its type for a browser, and its bytes. */
export interface ExportedFile {
  name: string
  type: string
  bytes: Uint8Array
}

/** What came of an import. */
export interface ImportResult {
  imported: RunRow[]
  /** Runs that were here already, bit for bit. */
  skipped: { id: string; name: string }[]
  /** Runs whose id another run has here: they were imported under a new one. */
  renamed: { from: string; to: string }[]
}

/** What is taken home: the best settings, tables, points, whole runs. */
export const exportContract = {
  /**
   * Which settings are the best by a metric (`pick`: its best or last value), and whether that can be told. Of the runs
   * named; otherwise of those that the filter lets through.
   */
  'runs.best': query({
    input: v.strictObject({
      filter: v.optional(FilterText),
      runs: v.optional(RunIds(0, 10_000)),
      metric: v.optional(MetricName),
      pick: v.optional(choice(['best', 'last'])),
    }),
    output: trusted<BestSettings>(),
  }),
  /** Runs as a table: those named in their order, otherwise those that match. Fields are named as in filters. */
  'export.table': query({
    input: v.strictObject({
      filter: v.optional(FilterText),
      runs: v.optional(RunIds(0, 100_000)),
      sort: v.optional(RunSort),
      fields: v.optional(
        v.pipe(
          v.array(FieldName),
          v.minLength(1, 'must name at least one field'),
          v.maxLength(200, 'must name at most 200 fields'),
        ),
      ),
      format: choice(['csv', 'parquet', 'markdown']),
    }),
    output: trusted<ExportedFile>(),
  }),
  /** Exact recorded points of runs: all metrics, or those named that a run has. */
  'export.series': query({
    input: v.strictObject({
      runs: RunIds(1, 1000),
      metrics: v.optional(v.pipe(v.array(MetricName), v.maxLength(1000, 'must name at most 1000 metrics'))),
      format: choice(['csv', 'parquet']),
      shape: v.optional(choice(SERIES_SHAPES), 'wide'),
    }),
    output: trusted<ExportedFile>(),
  }),
  /** Runs that have ended, whole: settings, every point, checkpoints unless they are left out. */
  'export.bundle': query({
    input: v.strictObject({ runs: RunIds(1, 10_000), checkpoints: v.optional(flag(), true) }),
    output: trusted<ExportedFile>(),
  }),
  /** Brings in the runs of a bundle, all or none; events tell how far it is, and of each run. */
  'import.bundle': command({
    input: v.strictObject({ bytes: v.instance(Uint8Array, 'must be the bytes of a bundle') }),
    output: trusted<ImportResult>(),
  }),
}
