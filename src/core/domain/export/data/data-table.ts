/**
 * One column to take home. Numbers that are not finite are values (NaN, ±Infinity); null is where there is no value.
 * integer: whole numbers that a 64-bit integer holds exactly; double: any.
 */
export type DataColumn =
  | { name: string; kind: 'double' | 'integer'; values: Float64Array | readonly (number | null)[] }
  | { name: string; kind: 'text'; values: readonly (string | null)[] }

/** A table to take home, whatever it is written as. */
export interface DataTable {
  /** All of one length; names differ. */
  columns: DataColumn[]
  rows: number
  /** What a file can say about itself: program and version, runs. */
  metadata: Record<string, string>
}

/** Rows that are read or written in one piece of the work; between the pieces others have their turn. */
export const ROWS_A_PIECE = 1000

/** The formats of tables, with the ending of a file and its type for a browser. */
export const TABLE_FORMATS = {
  csv: { ending: 'csv', type: 'text/csv' },
  parquet: { ending: 'parquet', type: 'application/vnd.apache.parquet' },
  markdown: { ending: 'md', type: 'text/markdown' },
} as const
export type TableFormat = keyof typeof TABLE_FORMATS

/** A column of numbers: integer where every value is a whole number that a double holds exactly. */
export function numberColumn(name: string, values: Float64Array | readonly (number | null)[]): DataColumn {
  const whole = (value: number | null) => value === null || (Number.isSafeInteger(value) && !Object.is(value, -0))
  return { name, kind: values.every(whole) ? 'integer' : 'double', values }
}

/** A number so that reading it gives back the same bits, and a word for what is not finite. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))
