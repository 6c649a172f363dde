import { nearest } from '../nearest'
import { RUN_STATUSES, RUN_TYPES, type RunRow } from '../run'
import { show } from '../spec/problems'
import { fieldOf } from './fields'
import { type Comparator, type Condition, type Expression, parseFilter, type Value } from './parser'
import { filterError } from './tokens'

export type RunPredicate = (row: RunRow) => boolean

/** Compares a value that a run has with one of the filter. */
type Test = (had: unknown, wanted: Value) => boolean

const ordered =
  (test: (a: number, b: number) => boolean): Test =>
  (had, wanted) =>
    typeof had === 'number' && test(had, wanted as number)

/** A number of a filter equals a text of the same digits: `name = 12` finds the run called 12. */
const equal: Test = (had, wanted) => had === wanted || (typeof had === 'string' && had === String(wanted))
const contains: Test = (had, wanted) =>
  (typeof had === 'string' || typeof had === 'number') &&
  String(had).toLowerCase().includes(String(wanted).toLowerCase())

const TESTS: Record<Exclude<Comparator, '!='>, Test> = {
  '=': equal,
  in: equal,
  has: equal,
  '~': contains,
  '<': ordered((a, b) => a < b),
  '<=': ordered((a, b) => a <= b),
  '>': ordered((a, b) => a > b),
  '>=': ordered((a, b) => a >= b),
}

/**
 * Compiles a filter such as `lr > 0.05 and schedule = one-cycle and not tag has draft`.
 *
 * - `=` and `!=` compare exactly, `~` asks for a part of a text whatever its case, `in (a, b)` for any of several,
 *   `<` `<=` `>` `>=` need a number.
 * - A list (tags) fulfils a comparison where one of its elements does; `has` says the same in words.
 * - A value that a run does not have, and NaN, fulfil nothing but `!=`.
 * - A blank filter lets every run through. Grammar: {@link parseFilter}; fields: {@link fieldOf}.
 *
 * @throws AppError `input.invalid`: the message and `details.column` (from 1) say where, `details.allowed` what was expected
 */
export function compileFilter(filter: string): RunPredicate {
  return filter.trim() === '' ? () => true : compile(parseFilter(filter))
}

/**
 * Full names of the fields that a filter asks about.
 * @throws AppError `input.invalid` as {@link compileFilter} does
 */
export function filterFields(filter: string): Set<string> {
  const names = new Set<string>()
  const collect = (expression: Expression): void => {
    if (expression.kind === 'condition') names.add(fieldOf(expression.field, expression.fieldAt).name)
    else if (expression.kind === 'not') collect(expression.term)
    else expression.terms.forEach(collect)
  }
  if (filter.trim() !== '') collect(parseFilter(filter))
  return names
}

function compile(expression: Expression): RunPredicate {
  if (expression.kind === 'condition') return compileCondition(expression)
  if (expression.kind === 'not') {
    const term = compile(expression.term)
    return (row) => !term(row)
  }
  const terms = expression.terms.map(compile)
  return expression.kind === 'and'
    ? (row) => terms.every((term) => term(row))
    : (row) => terms.some((term) => term(row))
}

function compileCondition(condition: Condition): RunPredicate {
  const { comparator, values, valueAt, field: word, fieldAt } = condition
  const { name, read } = fieldOf(word, fieldAt)
  if (/[<>]/.test(comparator) && typeof values[0] !== 'number')
    throw filterError(valueAt, `a number after ${comparator}`, show(values[0]))
  const words = WORDS[name]
  if (words && comparator !== '~') for (const value of values) checkWord(words, value, valueAt)
  if (comparator === '!=') {
    const same = matcher(TESTS['='], values)
    return (row) => !same(read(row))
  }
  const matches = matcher(TESTS[comparator], values)
  return (row) => matches(read(row))
}

const matcher = (test: Test, values: readonly Value[]) => {
  const one = (had: unknown) => values.some((wanted) => test(had, wanted))
  return (had: unknown) => (Array.isArray(had) ? had.some(one) : one(had))
}

/** Columns that hold one of a few words. */
export const WORDS: Readonly<Record<string, readonly string[] | undefined>> = { status: RUN_STATUSES, type: RUN_TYPES }

function checkWord(words: readonly string[], value: Value, at: number): void {
  if (words.some((word) => word === value)) return
  const near = nearest(String(value), words)
  throw filterError(at, `one of ${words.join(', ')}`, show(value), near ? `did you mean ${near}?` : undefined)
}
