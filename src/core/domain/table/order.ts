import type { Field } from '../filter/fields'
import { namedField } from '../filter/fields'
import type { RunRow } from '../run'
import { NEWEST_FIRST, type RunSort } from './run-sort'

/** A run has no value there, or none that could be put in an order: NaN. */
export const isMissing = (value: unknown): boolean => value === null || value === undefined || Number.isNaN(value)

/** What a value is ordered and grouped by: numbers, truth values and texts as they are, lists and objects as text. */
export function plainValue(value: unknown): number | string | boolean | null {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value
  if (value === null || value === undefined) return null
  return Array.isArray(value) && value.every((item) => typeof item !== 'object')
    ? value.join(', ')
    : JSON.stringify(value)
}

type Plain = ReturnType<typeof plainValue>

/** Numbers before truth values before texts; texts by their characters. */
function compare(a: Plain, b: Plain): number {
  if (a === b) return 0
  if (typeof a !== typeof b) return typeof a === 'number' || typeof b === 'string' ? -1 : 1
  return a! < b! ? -1 : 1
}

/**
 * Items in the order of their values. Those without a value come last either way; equal ones stay in the order given,
 * or turn it round when descending, so that the newest comes first among equals where it came last.
 */
export function sortByValue<T>(items: readonly T[], valueOf: (item: T) => unknown, descending: boolean): T[] {
  const values = items.map(valueOf)
  const compareAt = values.every(isNumberOrMissing) ? numbersAt(values) : plainAt(values)
  const sign = descending ? -1 : 1
  // Equal ones, and those without a value among themselves, by their place.
  const order = Array.from(items.keys()).sort((i, j) => compareAt(i, j, sign) || sign * (i - j))
  return order.map((i) => items[i]!)
}

const isNumberOrMissing = (value: unknown): value is number | null | undefined =>
  typeof value === 'number' || value === null || value === undefined

/** Compares two places of a list; a missing value is behind every other whatever the sign. */
type CompareAt = (i: number, j: number, sign: number) => number

/** The common case: without looking at kinds. */
function numbersAt(values: readonly (number | null | undefined)[]): CompareAt {
  const numbers = Float64Array.from(values, (value) => value ?? NaN)
  return (i, j, sign) => {
    const a = numbers[i]!
    const b = numbers[j]!
    if (a < b) return -sign
    if (a > b) return sign
    return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  }
}

function plainAt(values: readonly unknown[]): CompareAt {
  const plain = values.map((value) => (isMissing(value) ? null : plainValue(value)))
  return (i, j, sign) => {
    const a = plain[i]!
    const b = plain[j]!
    return a === null || b === null ? Number(a === null) - Number(b === null) : sign * compare(a, b)
  }
}

/** The field that runs are sorted by. @throws AppError `input.invalid` */
export const sortField = ({ column }: RunSort): Field => namedField(column, 'sort.column')

/**
 * Runs in an order, without touching the given list.
 * @param rows oldest first
 * @throws AppError `input.invalid` for a column that is no field
 */
export function sortRuns(rows: readonly RunRow[], sort: RunSort = NEWEST_FIRST): RunRow[] {
  return sortByValue(rows, sortField(sort).read, sort.descending)
}
