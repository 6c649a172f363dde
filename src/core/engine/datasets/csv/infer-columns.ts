import { AppError } from '../../../domain/errors'
import { nearest } from '../../../domain/nearest'
import type { DatasetOf } from '../../../domain/spec/datasets'
import type { Row, Table } from './open-table'

type CsvSpec = DatasetOf<'csv'>

/** Different texts that a feature may have: one input each. */
const MAX_CATEGORIES = 256
/** Classes that a target may have. */
const MAX_CLASSES = 1000

/** A column that is learned from: a number, or one of some texts. */
export interface Column {
  index: number
  name: string
  /** Texts in their order; null for numbers. */
  categories: string[] | null
}

export interface Columns {
  features: Column[]
  /** The column that is learned; categories are its classes, null in a regression. */
  target: Column
}

const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?'])

/** An empty cell, or a word for one. Among texts only an empty cell is missing: NA may be Namibia. */
export const isMissing = (cell: string, { categories }: Pick<Column, 'categories'>): boolean =>
  categories ? cell.trim() === '' : MISSING.has(cell.trim().toLowerCase())

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number in a cell; NaN where it holds none or one that is not finite. */
export function numberIn(cell: string): number {
  const text = cell.trim()
  const value = NUMBER.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : NaN
}

/** What one pass over the rows learns about a column. */
interface Seen {
  index: number
  numbers: number
  /** The first cells that are neither a number nor missing. */
  firstText: Row | null
  texts: number
  /** Up to one more than is allowed. */
  distinct: Set<string>
}

/** Columns by their numbers, before anybody has looked into them. */
interface Named {
  features: number[]
  target: number
  categorical: Set<number>
}

/** Finds the columns that a spec names. @throws AppError `spec.invalid` for one that is not there */
export function findColumns(table: Table, spec: CsvSpec): Named {
  const find = (name: string, field: string): number => {
    const index = table.columns.indexOf(name)
    if (index >= 0) return index
    const near = nearest(name, table.columns)
    const hint = near ? ` (did you mean ${near}?)` : ''
    const known = table.columns.slice(0, 50).join(', ')
    throw new AppError('spec.invalid', `${field}: ${table.path} has no column ${name}${hint}; it has ${known}`, {
      field,
      allowed: known,
      got: name,
    })
  }
  const target = find(spec.target, 'dataset.target')
  const named = spec.features?.map((name, i) => find(name, `dataset.features.${i}`))
  if (named?.includes(target))
    throw new AppError('spec.invalid', `dataset.features must not name the target ${spec.target}`, {
      field: 'dataset.features',
      allowed: 'other columns',
      got: spec.target,
    })
  const features = [...new Set(named ?? table.columns.keys())].filter((index) => index !== target)
  if (features.length === 0)
    throw new AppError('dataset.invalid', `dataset.path: ${table.path} has no column beside the target`, {
      field: 'dataset.path',
      allowed: 'at least two columns',
      got: '1 column',
    })
  const categorical = new Set(spec.categorical.map((name, i) => find(name, `dataset.categorical.${i}`)))
  return { features, target, categorical }
}

/**
 * What the columns that a spec names hold: numbers, where every cell that is not empty is one and nobody said otherwise,
 * or categories.
 *
 * @throws AppError `spec.invalid` for a column that is not there, `dataset.invalid` for cells that do not fit, with row
 *   and column
 */
export function inferColumns(table: Table, spec: CsvSpec): Columns {
  const { features, target, categorical } = findColumns(table, spec)
  const seen = look(table, [...features, target])
  return {
    features: features.map((index, i) => featureOf(table, seen[i]!, categorical.has(index))),
    target: spec.task === 'regression' ? numbersOf(table, seen.at(-1)!, target) : classesOf(table, seen.at(-1)!),
  }
}

function look(table: Table, indices: number[]): Seen[] {
  const seen = indices.map((index): Seen => ({ index, numbers: 0, firstText: null, texts: 0, distinct: new Set() }))
  let rows = 0
  for (const row of table.rows()) {
    rows++
    for (const column of seen) {
      const cell = row.cells[column.index]!.trim()
      if (cell !== '' && column.distinct.size <= MAX_CLASSES) column.distinct.add(cell)
      if (!Number.isNaN(numberIn(cell))) column.numbers++
      else if (!MISSING.has(cell.toLowerCase())) {
        column.texts++
        column.firstText ??= row
      }
    }
  }
  if (rows < 2)
    throw new AppError(
      'dataset.invalid',
      `dataset.path: ${table.path} has ${rows === 0 ? 'no rows' : 'one row only'}`,
      {
        field: 'dataset.path',
        allowed: 'at least two rows',
        got: String(rows),
      },
    )
  return seen
}

/** Numbers by their value, texts by their characters: the same order everywhere, whatever the language of the machine. */
const ordered = (texts: Iterable<string>): string[] => {
  const all = [...texts]
  const numeric = all.every((text) => !Number.isNaN(numberIn(text)))
  return numeric ? all.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : all.sort()
}

const emptyColumn = (table: Table, name: string) =>
  new AppError('dataset.invalid', `dataset.path: ${table.path}: the column ${name} holds nothing; leave it out`, {
    field: 'dataset.path',
    allowed: 'a value in some row',
    got: 'empty cells',
  })

function featureOf(table: Table, seen: Seen, isCategorical: boolean): Column {
  const { index, numbers, texts, firstText, distinct } = seen
  const name = table.columns[index]!
  if (numbers + texts === 0) throw emptyColumn(table, name)
  if (!isCategorical && texts === 0) return { index, name, categories: null }
  if (!isCategorical && numbers >= texts) notANumber(table, firstText!, index)
  if (!isCategorical && /^[+-]?\d+,\d+$/.test(firstText!.cells[index]!.trim()))
    table.refuse(firstText!, index, 'a number with a decimal comma; write it with a point', 'a number')
  if (distinct.size > MAX_CATEGORIES) {
    const many = distinct.size > MAX_CLASSES ? `more than ${MAX_CLASSES}` : distinct.size
    const what = `dataset.path: ${table.path}: the column ${name} has ${many} different texts`
    const advice = 'leave it out by naming the others in dataset.features'
    throw new AppError('dataset.invalid', `${what}, categories may be ${MAX_CATEGORIES}; ${advice}`, {
      field: 'dataset.features',
      allowed: `at most ${MAX_CATEGORIES} different texts`,
      got: String(many),
    })
  }
  return { index, name, categories: ordered(distinct) }
}

function notANumber(table: Table, row: Row, index: number): never {
  const cell = JSON.stringify(row.cells[index]!.trim().slice(0, 40))
  const advice = 'correct it, or name the column in dataset.categorical'
  return table.refuse(row, index, `${cell} is not a number, as others in this column are; ${advice}`, 'a finite number')
}

function numbersOf(table: Table, { numbers, firstText }: Seen, index: number): Column {
  if (firstText) {
    const cell = JSON.stringify(firstText.cells[index]!.trim().slice(0, 40))
    const advice = 'a regression learns numbers; set dataset.task to "classification" for classes'
    table.refuse(firstText, index, `${cell} is not a number; ${advice}`, 'a finite number')
  }
  if (numbers === 0) throw emptyColumn(table, table.columns[index]!)
  return { index, name: table.columns[index]!, categories: null }
}

function classesOf(table: Table, { index, distinct, texts }: Seen): Column {
  const name = table.columns[index]!
  const refuse = (what: string, allowed: string) => {
    throw new AppError('dataset.invalid', `dataset.target: ${table.path}: the column ${name} ${what}`, {
      field: 'dataset.target',
      allowed,
      got: String(distinct.size),
    })
  }
  if (distinct.size === 0) throw emptyColumn(table, name)
  if (distinct.size === 1) refuse(`has one class only: ${[...distinct][0]!.slice(0, 60)}`, 'at least two classes')
  if (distinct.size > MAX_CLASSES) {
    const advice = texts === 0 ? '; set dataset.task to "regression" to learn numbers' : ''
    refuse(`has more than ${MAX_CLASSES} classes${advice}`, `at most ${MAX_CLASSES} classes`)
  }
  return { index, name, categories: ordered(distinct) }
}
