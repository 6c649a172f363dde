import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../../../domain/errors'
import type { DatasetOf } from '../../../domain/spec/datasets'
import { show } from '../../../domain/spec/problems'
import { sizeOfFile, unreadable } from '../data-file'
import { findSeparator, parseRows, RowError } from './parse-rows'

/** Largest file that is read: its text must fit in one string. */
const MAX_BYTES = 400 * 2 ** 20

export interface Row {
  /** From 1, without the header. */
  number: number
  line: number
  /** As many as the table has columns. */
  cells: string[]
}

/** A table of text: names of its columns, and its rows as often as they are wanted. */
export interface Table {
  path: string
  columns: string[]
  sha256: string
  /** False where only its beginning was read. */
  isWhole: boolean
  rows(): Iterable<Row>
  /** @throws AppError `dataset.invalid` that names file, row and column */
  refuse(row: Row, column: number, what: string, allowed: string): never
}

const invalid = (message: string, allowed: string, got: string) =>
  new AppError('dataset.invalid', `dataset.path: ${message}`, { field: 'dataset.path', allowed, got })

/**
 * Opens a file of separated values.
 * @param limit bytes from the beginning that are enough, up to the last whole line; absent: all
 * @throws AppError `dataset.missing`, `file.unreadable`, `dataset.invalid` for what is no such file
 */
export async function openTable(spec: DatasetOf<'csv'>, limit = Infinity): Promise<Table> {
  const path = resolve(spec.path)
  const { bytes, isWhole } = await readBytes(path, limit)
  const text = decode(bytes, path)
  const separator = spec.separator ?? findSeparator(text)
  const columns = namesOf(text, separator, spec.header, path)
  function* rows(): Generator<Row> {
    let number = spec.header ? -1 : 0
    for (const { line, cells } of told(text, separator, path)) {
      if (++number === 0) continue
      if (cells.length !== columns.length) {
        const what = `${path}, line ${line} has ${cells.length} columns, but the first line has ${columns.length}`
        const advice = cells.length === 1 ? '; is dataset.separator right?' : ''
        throw invalid(`${what}${advice}`, `${columns.length} columns`, `${cells.length} columns`)
      }
      yield { number, line, cells }
    }
  }
  return {
    path,
    columns,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    isWhole,
    rows,
    refuse(row, column, what, allowed) {
      const where = `row ${row.number} (line ${row.line}), column ${columns[column]}`
      throw new AppError('dataset.invalid', `dataset.path: ${path}, ${where}: ${what}`, {
        field: 'dataset.path',
        row: row.number,
        line: row.line,
        column: columns[column],
        allowed,
        got: show(row.cells[column]),
      })
    },
  }
}

async function readBytes(path: string, limit: number): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const named = { field: 'dataset.path', advice: 'check dataset.path' }
  const size = await sizeOfFile(path, named, MAX_BYTES)
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw unreadable(path, named, cause)
  })
  try {
    if (size <= limit) return { bytes: await file.readFile(), isWhole: true }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(limit), 0, limit, 0)
    return { bytes: buffer.subarray(0, buffer.lastIndexOf(10, bytesRead - 1) + 1), isWhole: false }
  } finally {
    await file.close()
  }
}

function decode(bytes: Buffer, path: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))
    throw invalid(`${path} is text in UTF-16; save it as UTF-8`, 'UTF-8', 'UTF-16')
  try {
    // Also takes a byte order mark off.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const advice = 'save it as UTF-8, and check that it is text'
    throw invalid(`${path} is not text in UTF-8; ${advice}`, 'UTF-8', 'other bytes')
  }
}

/** Rows with the parser's complaints in the program's words. */
function* told(text: string, separator: string, path: string) {
  try {
    yield* parseRows(text, separator)
  } catch (error) {
    if (!(error instanceof RowError)) throw error
    throw invalid(`${path}, line ${error.line} ${error.message}`, 'separated values as RFC 4180 has them', 'other text')
  }
}

function namesOf(text: string, separator: string, header: boolean, path: string): string[] {
  const first = told(text, separator, path).next().value
  if (!first) throw invalid(`${path} is empty`, 'rows of separated values', 'no rows')
  if (!header) return first.cells.map((_, i) => String(i + 1))
  const names = first.cells.map((name) => name.trim())
  names.forEach((name, i) => {
    if (name === '')
      throw invalid(
        `${path}: column ${i + 1} has no name in the first line; set dataset.header to false where there are no names`,
        'a name for each column',
        'nothing',
      )
    if (names.indexOf(name) < i)
      throw invalid(`${path}: two columns are called ${name}`, 'a name of its own for each column', name)
  })
  return names
}
