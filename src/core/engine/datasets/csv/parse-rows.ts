/** Longest cell: what is longer has an open quote or is no table. */
const MAX_CELL = 100_000

/** Most columns of a row. */
const MAX_CELLS = 10_000

/** One row as it stands in the text; lines count from 1, and a row in quotes may take several. */
export interface TextRow {
  line: number
  cells: string[]
}

/** Stops a parse: which line, and what is wrong there. */
export class RowError extends Error {
  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message)
  }
}

const QUOTE = 34
const NEWLINE = 10
const RETURN = 13

/**
 * Rows of separated values: cells may stand in double quotes, which then hold separators, line ends and doubled quotes;
 * lines end with LF, CRLF or CR. Lines without any text are left out.
 *
 * @throws RowError for a quote that is never closed, text around quotes, and what is too long for a table
 * @see RFC 4180
 */
export function* parseRows(text: string, separator: string): Generator<TextRow, void> {
  const split = separator.charCodeAt(0)
  let at = 0
  let line = 1
  while (at < text.length) {
    const row: TextRow = { line, cells: [] }
    let isOpen = true
    while (isOpen) {
      if (row.cells.length === MAX_CELLS) throw new RowError(line, `has more than ${MAX_CELLS} columns`)
      if (text.charCodeAt(at) === QUOTE) {
        const { cell, end, lines } = quotedCell(text, at, line)
        row.cells.push(cell)
        at = end
        line += lines
        const next = text.charCodeAt(at)
        if (at < text.length && next !== split && next !== NEWLINE && next !== RETURN)
          throw new RowError(line, `has text after a closing quote: ${shown(text.slice(at, at + 20))}`)
      } else {
        const from = at
        for (; at < text.length; at++) {
          const code = text.charCodeAt(at)
          if (code === split || code === NEWLINE || code === RETURN) break
        }
        if (at - from > MAX_CELL) throw new RowError(line, `has a cell of more than ${MAX_CELL} characters`)
        row.cells.push(text.slice(from, at))
      }
      isOpen = at < text.length && text.charCodeAt(at) === split
      if (isOpen) at++
    }
    if (text.charCodeAt(at) === RETURN) at++
    if (text.charCodeAt(at) === NEWLINE) at++
    line++
    if (row.cells.length > 1 || row.cells[0]!.trim() !== '') yield row
  }
}

/** A cell that begins with a quote at `start`; `end` is behind the closing one. */
function quotedCell(text: string, start: number, line: number): { cell: string; end: number; lines: number } {
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) throw new RowError(line, 'opens a quote that is never closed')
    if (quote - start > MAX_CELL)
      throw new RowError(line, `has a cell of more than ${MAX_CELL} characters: is its quote closed?`)
    if (text.charCodeAt(quote + 1) !== QUOTE) {
      const cell = text.slice(start + 1, quote)
      const lines = cell.match(/\r\n|\r|\n/g)?.length ?? 0
      return { cell: cell.includes('""') ? cell.replaceAll('""', '"') : cell, end: quote + 1, lines }
    }
    at = quote + 2
  }
}

const shown = (text: string): string => JSON.stringify(text.split(/[\r\n]/)[0])

/** The separator that the first line has most of, outside of quotes; a comma where it has none. */
export function findSeparator(text: string): string {
  const first = text
    .slice(0, MAX_CELL)
    .split(/[\r\n]/, 1)[0]!
    .replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t', '|'].map((separator) => ({ separator, n: first.split(separator).length }))
  return counts.reduce((best, one) => (one.n > best.n ? one : best)).separator
}
