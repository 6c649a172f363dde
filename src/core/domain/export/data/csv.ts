import { atOnce, type Steps } from '../../steps'
import { type DataTable, numberText, ROWS_A_PIECE } from './data-table'

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/

/**
 * Text of a user's as a cell: quoted where it must be (RFC 4180), and with an apostrophe in front where a spreadsheet
 * would take it for a formula and run it. Numbers never come this way: -0.5 stays a number.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvText(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * A table as CSV (RFC 4180, UTF-8, line ends \n, names in the first line): empty where there is no value, NaN, Infinity
 * and -Infinity as these words, other numbers so that reading gives back the same bits.
 */
export const tableCsv = (table: DataTable): string => atOnce(csvSteps(table))

/** The same piece by piece. */
export function* csvSteps({ columns, rows }: DataTable): Steps<string> {
  const lines = [columns.map(({ name }) => csvText(name)).join(',')]
  const cells = Array<string>(columns.length)
  for (let i = 0; i < rows; i++) {
    columns.forEach(({ values }, c) => {
      const value = values[i] ?? null
      cells[c] = value === null ? '' : typeof value === 'number' ? numberText(value) : csvText(value)
    })
    lines.push(cells.join(','))
    if (i % ROWS_A_PIECE === ROWS_A_PIECE - 1) yield
  }
  return `${lines.join('\n')}\n`
}
