import { MISSING } from '../../format'
import { type DataTable, numberText } from './data-table'

/** Text in a cell: one line, and nothing that ends the cell or begins markup. */
const cell = (text: string): string =>
  text.replace(/[\\`*_[\]<>|]/g, (mark) => `\\${mark}`).replace(/\s*[\r\n]+\s*/g, ' ')

/** A table in GitHub's Markdown, numbers to the right; a dash where there is no value, never where one is not finite. */
export function tableMarkdown({ columns, rows }: DataTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const shown = (value: string | number | null): string =>
    value === null ? MISSING : typeof value === 'number' ? numberText(value) : cell(value)
  return [
    line(columns.map(({ name }) => cell(name))),
    line(columns.map(({ kind }) => (kind === 'text' ? '---' : '--:'))),
    ...Array.from({ length: rows }, (_, i) => line(columns.map(({ values }) => shown(values[i] ?? null)))),
  ]
    .join('\n')
    .concat('\n')
}
