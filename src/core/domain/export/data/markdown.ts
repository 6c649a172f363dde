import { MISSING } from '../../format'
import { atOnce, type Steps } from '../../steps'
import { type DataTable, numberText, ROWS_A_PIECE } from './data-table'

/** Text in a cell: one line, and nothing that ends the cell or begins markup. */
const cell = (text: string): string =>
  text.replace(/[\\`*_[\]<>|]/g, (mark) => `\\${mark}`).replace(/\s*[\r\n]+\s*/g, ' ')

/** A table in GitHub's Markdown, numbers to the right; a dash where there is no value, never where one is not finite. */
export const tableMarkdown = (table: DataTable): string => atOnce(markdownSteps(table))

/** The same piece by piece. */
export function* markdownSteps({ columns, rows }: DataTable): Steps<string> {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const shown = (value: string | number | null): string =>
    value === null ? MISSING : typeof value === 'number' ? numberText(value) : cell(value)
  const lines = [
    line(columns.map(({ name }) => cell(name))),
    line(columns.map(({ kind }) => (kind === 'text' ? '---' : '--:'))),
  ]
  for (let i = 0; i < rows; i++) {
    lines.push(line(columns.map(({ values }) => shown(values[i] ?? null))))
    if (i % ROWS_A_PIECE === ROWS_A_PIECE - 1) yield
  }
  return `${lines.join('\n')}\n`
}
