import { basename } from 'node:path'
import { createRng, shuffle } from '../../../domain/rng'
import type { DatasetOf } from '../../../domain/spec/datasets'
import { AppError } from '../../../domain/errors'
import type { Batch } from '../batch'
import { checkSize, type Dataset, type DatasetForm, type Part, scaleOf, standardOf } from '../dataset'
import { floatDataset } from '../float-dataset'
import { type Column, type Columns, findColumns, inferColumns, isMissing, numberIn } from './infer-columns'
import { openTable, type Row, type Table } from './open-table'

type CsvSpec = DatasetOf<'csv'>

/** A check before a run reads no more of a large table: enough for its header and separator. */
const CHECKED_BYTES = 8 * 2 ** 20

/**
 * Checks a table before a run is stored: a small one wholly, of a large one the columns' names and whether the beginning
 * has them in each row.
 *
 * @returns null for a large one
 * @throws AppError as {@link loadCsv} does
 */
export async function checkCsv(spec: CsvSpec): Promise<DatasetForm | null> {
  const table = await openTable(spec, CHECKED_BYTES)
  if (table.isWhole) {
    const columns = inferColumns(table, spec)
    return { shape: [encode(table, columns, spec).width], outputs: columns.target.categories?.length ?? 1 }
  }
  findColumns(table, spec)
  for (const row of table.rows()) void row
  return null
}

/**
 * A table from a file of separated values: numbers as they are, categories one-hot, one column to be learned. Numbers
 * are standardised column by column with mean and standard deviation of the training rows. Rows are held out by the
 * spec's seed.
 *
 * @throws AppError `dataset.missing`, `file.unreadable`, `dataset.invalid` with row and column, `spec.invalid` for a
 *   column that is not there
 */
export async function loadCsv(spec: CsvSpec): Promise<Dataset> {
  const table = await openTable(spec)
  const columns = inferColumns(table, spec)
  const encoded = encode(table, columns, spec)
  const parts = split(encoded, spec)
  const width = encoded.width
  const standard = standardOf(parts.train.inputs.filter((value) => !Number.isNaN(value)))
  for (const { column, offset } of encoded.places) {
    if (column.categories) continue
    const known = everyNth(parts.train.inputs, offset, width).filter((value) => !Number.isNaN(value))
    const { mean, std } = known.length ? standardOf(known) : { mean: 0, std: 0 }
    for (const { inputs } of Object.values(parts))
      for (let i = offset; i < inputs.length; i += width) {
        const value = Number.isNaN(inputs[i]!) ? mean : inputs[i]!
        inputs[i] = spec.standardize ? (value - mean) / scaleOf({ mean, std }) : value
      }
  }
  const about = {
    kind: 'csv',
    label: basename(table.path),
    shape: [width],
    sha256: table.sha256,
    notes: notesOf(encoded),
    ...standard,
  }
  const classNames = columns.target.categories
  if (classNames) return floatDataset(parts, { ...about, classes: classNames.length, classNames })
  const { mean, std } = spec.standardizeTarget ? standardOf(parts.train.targets!) : { mean: 0, std: 1 }
  for (const { targets } of Object.values(parts))
    for (let i = 0; i < targets!.length; i++) targets![i] = (targets![i]! - mean) / scaleOf({ mean, std })
  const target = { name: columns.target.name, mean, std: scaleOf({ mean, std }) }
  return floatDataset(parts, { ...about, classes: 0, targets: [target] })
}

/** A feature and where its numbers begin among a row's inputs. */
interface Place {
  column: Column
  offset: number
  width: number
}

interface Encoded {
  places: Place[]
  width: number
  /** Row by row; NaN where a mean is to be put. */
  inputs: Float32Array
  /** Class numbers, or the target of a regression. */
  wanted: Float64Array
  isRegression: boolean
  dropped: number
  /** Cells that become a mean or a category of their own. */
  filled: number
}

function encode(table: Table, { features, target }: Columns, spec: CsvSpec): Encoded {
  const places: Place[] = []
  let width = 0
  for (const column of features) {
    // An empty cell of a category is a category too, where rows with one stay.
    const own = column.categories && spec.missing === 'mean' ? 1 : 0
    const place = { column, offset: width, width: column.categories ? column.categories.length + own : 1 }
    width += place.width
    places.push(place)
  }
  const numbers = new Map(
    [...features, target].map((column) => [column, new Map(column.categories?.map((text, i) => [text, i]))]),
  )
  let room = 1024
  let inputs = new Float32Array(room * width)
  let wanted = new Float64Array(room)
  let rows = 0
  let dropped = 0
  let filled = 0
  for (const row of table.rows()) {
    if (isDropped(table, row, [...features, target], target, spec)) {
      dropped++
      continue
    }
    if (rows === room) {
      room *= 2
      checkSize(room * width, 'dataset.path')
      inputs = grown(inputs, new Float32Array(room * width))
      wanted = grown(wanted, new Float64Array(room))
    }
    const from = rows * width
    for (const { column, offset, width: own } of places) {
      const cell = row.cells[column.index]!
      const missing = isMissing(cell, column)
      if (missing) filled++
      if (!column.categories) inputs[from + offset] = missing ? NaN : numberIn(cell)
      else inputs[from + offset + (missing ? own - 1 : numbers.get(column)!.get(cell.trim())!)] = 1
    }
    const cell = row.cells[target.index]!
    wanted[rows++] = target.categories ? numbers.get(target)!.get(cell.trim())! : numberIn(cell)
  }
  if (rows < 2)
    throw new AppError('dataset.invalid', `dataset.path: ${table.path} keeps ${rows} rows of ${rows + dropped}`, {
      field: 'dataset.missing',
      allowed: 'at least two whole rows',
      got: String(rows),
    })
  return {
    places,
    width,
    inputs: inputs.subarray(0, rows * width),
    wanted: wanted.subarray(0, rows),
    isRegression: target.categories === null,
    dropped,
    filled,
  }
}

const grown = <T extends Float32Array | Float64Array>(from: T, to: T): T => {
  to.set(from)
  return to
}

/** Is a row to be left out for an empty cell? Stops where the spec has no answer to one. */
function isDropped(table: Table, row: Row, columns: Column[], target: Column, { missing }: CsvSpec): boolean {
  const empty = columns.find((column) => isMissing(row.cells[column.index]!, column))
  if (!empty || (missing === 'mean' && empty !== target)) return false
  if (missing === 'drop') return true
  const advice =
    empty === target
      ? 'fill it in, or set dataset.missing to "drop"'
      : 'fill it in, or set dataset.missing to "drop" or "mean"'
  return table.refuse(row, empty.index, `the cell is empty; ${advice}`, 'a value')
}

/** Rows by chance, the same for the same seed; at least one stays in each part. */
function split({ inputs, wanted, width, isRegression }: Encoded, spec: CsvSpec): Record<Part, Batch> {
  const rows = wanted.length
  const order = shuffle(Uint32Array.from(wanted.keys()), createRng(spec.seed, 'validation'))
  const held = Math.min(Math.max(1, Math.round(rows * spec.validationShare)), rows - 1)
  const take = (numbers: Uint32Array): Batch => {
    const part: Batch = {
      inputs: new Float32Array(numbers.length * width),
      labels: new Int32Array(numbers.length),
      targets: isRegression ? new Float32Array(numbers.length) : null,
    }
    numbers.forEach((row, n) => {
      part.inputs.set(inputs.subarray(row * width, (row + 1) * width), n * width)
      if (part.targets) part.targets[n] = wanted[row]!
      else part.labels[n] = wanted[row]!
    })
    return part
  }
  return { train: take(order.subarray(held)), validation: take(order.subarray(0, held)) }
}

const everyNth = (values: Float32Array, offset: number, stride: number): Float32Array =>
  Float32Array.from({ length: values.length / stride }, (_, n) => values[n * stride + offset]!)

function notesOf({ places, dropped, filled }: Encoded): string[] {
  const shown = places
    .slice(0, 30)
    .map(({ column: { name, categories } }) => (categories ? `${name} (${categories.length} categories)` : name))
  const more = places.length > shown.length ? ` and ${places.length - shown.length} more` : ''
  return [
    `Learned from ${shown.join(', ')}${more}`,
    ...(dropped ? [`${dropped} rows with empty cells were left out`] : []),
    ...(filled ? [`${filled} empty cells were filled in`] : []),
  ]
}
