import { ByteWriter, type ColumnSource, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import { atOnce, type Steps } from '../../steps'
import type { DataColumn, DataTable } from './data-table'

/** Rows a group: large enough to be read fast, small enough to be read in part, and to be written in a piece. */
const GROUP_ROWS = 20_000
/** Bytes of a page within a group, as the writer has them by itself. */
const PAGE_BYTES = 1_048_576

/**
 * A table as Parquet: DOUBLE, INT64 and UTF-8 columns, every bit of a number kept, NaN and infinities too; a null where
 * there is no value. The table's metadata stand in the footer.
 */
export const tableParquet = (table: DataTable): Uint8Array => atOnce(parquetSteps(table))

/** The same, a group of rows a piece. */
export function* parquetSteps({ columns, rows, metadata }: DataTable): Steps<Uint8Array> {
  const writer = new ByteWriter()
  const file = new ParquetWriter({
    writer,
    schema: schemaFromColumnData({ columnData: columns.map((column) => source(column, 0, 1)) }),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: metadata['anneal.version'] ? `Anneal ${metadata['anneal.version']}` : 'Anneal',
  })
  for (let from = 0; from < rows; from += GROUP_ROWS) {
    const columnData = columns.map((column) => source(column, from, Math.min(rows, from + GROUP_ROWS)))
    void file.write({ columnData, rowGroupSize: GROUP_ROWS, pageSize: PAGE_BYTES })
    yield
  }
  void file.finish()
  return new Uint8Array(writer.getBuffer())
}

function source(column: DataColumn, from: number, to: number): ColumnSource {
  const { name } = column
  if (column.kind === 'text') return { name, type: 'STRING', data: column.values.slice(from, to) }
  const { values: all } = column
  const values = all instanceof Float64Array ? all.subarray(from, to) : all.slice(from, to)
  if (column.kind === 'double')
    // Typed as it comes: without an undefined in it, a column of doubles is copied and never looked at.
    return values instanceof Float64Array
      ? { name, type: 'DOUBLE', data: values, nullable: false }
      : { name, type: 'DOUBLE', data: values }
  return { name, type: 'INT64', data: Array.from(values, (value) => (value === null ? null : BigInt(value))) }
}
