import { bestOf, METRIC } from '../metrics'
import type { RunRow } from '../run'
import { RunSpec } from '../spec/run-spec'

/** One row of a comparison: a config path or a result, and each run's value in the runs' order; null where it has none. */
export interface ComparisonRow {
  path: string
  values: unknown[]
  differs: boolean
}

export interface Comparison {
  runs: Pick<RunRow, 'id' | 'name' | 'status' | 'divergedAt'>[]
  parameters: ComparisonRow[]
  results: ComparisonRow[]
}

/** What a run is called decides nothing: these are no parameters. */
const LABELS: ReadonlySet<string> = new Set(['name', 'group', 'tags', 'notes'])

/** Parts of a spec in its own order; the seed last, since replicates differ in it on purpose. */
const PARTS = [...Object.keys(RunSpec.entries).filter((part) => !LABELS.has(part) && part !== 'seed'), 'seed']

/** Results by name; metric names stand at the end, so that a table can tell how to print the value. */
const RESULTS: Record<string, (row: RunRow) => unknown> = {
  [`best ${METRIC.validationAccuracy}`]: (row) => best(row)?.value,
  'at step': (row) => best(row)?.step,
  [`last ${METRIC.validationLoss}`]: (row) => row.metrics[METRIC.validationLoss]?.last,
  [`last ${METRIC.trainLoss}`]: (row) => row.metrics[METRIC.trainLoss]?.last,
  'diverged at step': (row) => row.divergedAt,
  steps: (row) => row.steps,
  'wall time (ms)': (row) => (row.startedAt === null || row.endedAt === null ? null : row.endedAt - row.startedAt),
  'peak lr': (row) => row.peakLr,
}

function best(row: RunRow): { value: number; step: number } | null {
  const summary = row.metrics[METRIC.validationAccuracy]
  const found = summary && bestOf(METRIC.validationAccuracy, summary)
  return found && Number.isFinite(found.value) ? found : null
}

/**
 * Puts runs side by side: every parameter by its dotted path (`schedule.maxLr`, `model.layers.2.units`), then results.
 * Names, groups, tags and notes are no parameters. A result that no run has is left out.
 */
export function compareRuns(rows: readonly RunRow[]): Comparison {
  const specs = rows.map(({ spec }) => flatten(spec))
  const paths = [...new Set(specs.flatMap((spec) => [...spec.keys()]))]
  const part = (path: string) => PARTS.indexOf(path.split('.')[0]!)
  const ordered = paths.filter((path) => part(path) >= 0).sort((a, b) => part(a) - part(b))
  return {
    runs: rows.map(({ id, name, status, divergedAt }) => ({ id, name, status, divergedAt })),
    parameters: ordered.map((path) =>
      comparisonRow(
        path,
        specs.map((spec) => spec.get(path)),
      ),
    ),
    results: Object.entries(RESULTS)
      .map(([path, read]) => comparisonRow(path, rows.map(read)))
      .filter(({ values }) => values.some((value) => value !== null)),
  }
}

function comparisonRow(path: string, given: readonly unknown[]): ComparisonRow {
  const values = given.map((value) => value ?? null)
  const key = (value: unknown) => (typeof value === 'number' ? String(value) : JSON.stringify(value))
  return { path, values, differs: new Set(values.map(key)).size > 1 }
}

/** Leaves of a spec by dotted path; lists of plain values are leaves, lists of objects are numbered from 0. */
function flatten(value: unknown, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  const isLeaf =
    typeof value !== 'object' ||
    value === null ||
    (Array.isArray(value) && value.every((item) => typeof item !== 'object' || item === null))
  if (isLeaf) return into.set(prefix, value)
  for (const [key, item] of Object.entries(value)) flatten(item, prefix ? `${prefix}.${key}` : key, into)
  return into
}
