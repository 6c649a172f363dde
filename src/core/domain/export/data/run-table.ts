import { fieldOf } from '../../filter/fields'
import type { RunRow } from '../../run'
import { atOnce, type Steps } from '../../steps'
import { type DataColumn, type DataTable, numberColumn, ROWS_A_PIECE } from './data-table'

/** Columns where nobody has said which. */
export const RUN_FIELDS = [
  'id',
  'name',
  'group',
  'status',
  'divergedAt',
  'schedule.kind',
  'peakLr',
  'optimizer.kind',
  'batchSize',
  'seed',
  'steps',
  'totalSteps',
  'validation/accuracy.best',
  'validation/loss.best',
  'train/loss.last',
  'duration',
  'createdAt',
]

/**
 * Runs as a table with one column a field, by the names of filters: columns, paths of the spec, `metric.last` and so on.
 * Times and durations are in ms.
 * @throws AppError `input.invalid` for a field that does not exist
 */
export const runTable = (
  rows: readonly RunRow[],
  fields: readonly string[],
  metadata: Record<string, string> = {},
): DataTable => atOnce(runTableSteps(rows, fields, metadata))

/** The same piece by piece. */
export function* runTableSteps(
  rows: readonly RunRow[],
  fields: readonly string[],
  metadata: Record<string, string> = {},
): Steps<DataTable> {
  const columns = [...new Set(fields)].map((name) => ({ name, read: fieldOf(name, 0).read, values: [] as unknown[] }))
  for (const [i, row] of rows.entries()) {
    for (const { read, values } of columns) values.push(read(row) ?? null)
    if (i % ROWS_A_PIECE === ROWS_A_PIECE - 1) yield
  }
  const written: DataColumn[] = []
  for (const { name, values } of columns) {
    written.push(columnOf(name, values))
    yield
  }
  return { rows: rows.length, columns: written, metadata }
}

function columnOf(name: string, values: readonly unknown[]): DataColumn {
  const isNumber = (value: unknown): value is number | null => value === null || typeof value === 'number'
  // A field without a single value says nothing about its kind: an empty column of text is the least surprising.
  if (values.some((value) => value !== null) && values.every(isNumber)) return numberColumn(name, values)
  return { name, kind: 'text', values: values.map(textOf) }
}

/** Lists (tags) with commas between; anything else that is no text as JSON. */
function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : JSON.stringify(value)
}
