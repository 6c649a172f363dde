import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'
import type { DataColumn, DataTable } from './data-table'

/** Rows a group: large enough to be read fast, small enough to be read in part. */
const GROUP_ROWS = 100_000

/**
 * A table as Parquet: DOUBLE, INT64 and UTF-8 columns, every bit of a number kept, NaN and infinities too; a null where
 * there is no value. The table's metadata stand in the footer.
 */
export function tableParquet({ columns, metadata }: DataTable): Uint8Array {
  const bytes = parquetWriteBuffer({
    columnData: columns.map(source),
    rowGroupSize: GROUP_ROWS,
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: metadata['anneal.version'] ? `Anneal ${metadata['anneal.version']}` : 'Anneal',
  })
  return new Uint8Array(bytes)
}

function source(column: DataColumn): ColumnSource {
  const { name, kind, values } = column
  if (kind === 'text') return { name, type: 'STRING', data: [...values] }
  if (kind === 'double')
    // Typed as it comes: without an undefined in it, a column of doubles is copied and never looked at.
    return values instanceof Float64Array
      ? { name, type: 'DOUBLE', data: values, nullable: false }
      : { name, type: 'DOUBLE', data: [...values] }
  return { name, type: 'INT64', data: Array.from(values, (value) => (value === null ? null : BigInt(value))) }
}
