import { namedField } from '../filter/fields'
import type { RunRow, RunStatus } from '../run'
import { plainValue } from './order'
import { replicateKey } from './replicates'

/** Fields of many runs column by column; every list is parallel to `ids`. */
export interface RunColumns {
  ids: string[]
  names: string[]
  status: RunStatus[]
  /** NaN for runs that did not diverge. */
  divergedAt: Float64Array
  /** The same for runs that differ in their seed only. */
  replicate: string[]
  /**
   * By the names that were asked for: numbers where every value is one, NaN for runs without one; else texts, null for
   * runs without one.
   */
  columns: Record<string, Float64Array | (string | null)[]>
}

/** @throws AppError `input.invalid` for a name that is no field */
export function columnsOf(rows: readonly RunRow[], fields: readonly string[]): RunColumns {
  return {
    ids: rows.map(({ id }) => id),
    names: rows.map(({ name }) => name),
    status: rows.map(({ status }) => status),
    divergedAt: Float64Array.from(rows, ({ divergedAt }) => divergedAt ?? NaN),
    replicate: rows.map(({ spec }) => replicateKey(spec)),
    columns: Object.fromEntries(fields.map((name) => [name, column(rows, name)])),
  }
}

function column(rows: readonly RunRow[], name: string): Float64Array | (string | null)[] {
  const { read } = namedField(name, 'fields')
  const values = rows.map((row) => plainValue(read(row)))
  if (values.every((value) => value === null || typeof value === 'number'))
    return Float64Array.from(values, (value) => (value as number | null) ?? NaN)
  return values.map((value) => (value === null ? null : String(value)))
}
