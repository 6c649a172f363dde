import { filterError, isOneWord, type Token, tokenize } from './tokens'

export const COMPARATORS = ['=', '!=', '<', '<=', '>', '>=', '~', 'in', 'has'] as const
export type Comparator = (typeof COMPARATORS)[number]

export type Value = string | number | boolean

/** A condition on one field: `values` holds one value, several for `in`. */
export interface Condition {
  kind: 'condition'
  field: string
  fieldAt: number
  comparator: Comparator
  values: Value[]
  valueAt: number
}

export type Expression = { kind: 'and' | 'or'; terms: Expression[] } | { kind: 'not'; term: Expression } | Condition

/** Parentheses and negations within each other; deeper is no human's filter. */
const MAX_DEPTH = 64

/**
 * Parses the filter language. `not` binds tighter than `and`, `and` tighter than `or`.
 *
 * ```
 * or        = and { "or" and }
 * and       = not { "and" not }
 * not       = "not" not | "(" or ")" | condition
 * condition = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" | "has" ) value
 *           | field [ "not" ] "in" "(" value { "," value } ")"
 * field     = word | quoted text
 * value     = word | quoted text; a word that reads as a number is one, true and false are what they say
 * ```
 *
 * @throws AppError `input.invalid` with the column, from 1, and what was expected there
 */
export function parseFilter(filter: string): Expression {
  const tokens = tokenize(filter)
  let next = 0
  const peek = (): Token => tokens[next]!
  const take = (): Token => tokens[next++]!
  const isWord = (word: string): boolean => peek().kind === 'word' && peek().text.toLowerCase() === word
  const isMark = (marks: string): boolean => peek().kind === 'mark' && marks.includes(peek().text)
  const fail = (expected: string, hint?: string) => filterError(peek().at, expected, gotText(peek()), hint)

  const joined =
    (kind: 'and' | 'or', operand: (depth: number) => Expression) =>
    (depth: number): Expression => {
      const terms = [operand(depth)]
      while (isWord(kind)) {
        take()
        terms.push(operand(depth))
      }
      return terms.length === 1 ? terms[0]! : { kind, terms }
    }
  const negation = (depth: number): Expression => {
    if (depth > MAX_DEPTH) throw fail('a filter with fewer parentheses', `at most ${MAX_DEPTH} within each other`)
    if (isWord('not')) {
      take()
      return { kind: 'not', term: negation(depth + 1) }
    }
    if (!isMark('(')) return condition()
    take()
    const inner = or(depth + 1)
    if (!isMark(')')) throw fail('and, or or )')
    take()
    return inner
  }
  const or = joined('or', joined('and', negation))

  const condition = (): Expression => {
    const field = peek()
    if (field.kind !== 'word' && field.kind !== 'text')
      throw fail('a field such as lr, schedule or validation/accuracy.max')
    take()
    const negated = isWord('not')
    if (negated) take()
    const comparator = comparatorHere(negated)
    const valueAt = peek().at
    const values = comparator === 'in' ? list() : [value()]
    const found: Condition = { kind: 'condition', field: field.text, fieldAt: field.at, comparator, values, valueAt }
    return negated ? { kind: 'not', term: found } : found
  }
  const comparatorHere = (onlyIn: boolean): Comparator => {
    const { kind, text } = peek()
    const word = kind === 'operator' ? text : kind === 'word' ? text.toLowerCase() : ''
    const found = COMPARATORS.find((comparator) => comparator === word)
    if (!found || (onlyIn && found !== 'in')) {
      const hint = word === 'and' || word === 'or' || kind === 'end' ? 'a field alone says nothing' : undefined
      throw fail(onlyIn ? 'in' : `one of ${COMPARATORS.join(' ')}`, hint)
    }
    take()
    return found
  }
  const value = (): Value => {
    const { kind, text } = peek()
    if (kind !== 'word' && kind !== 'text') throw fail('a value')
    take()
    return kind === 'text' ? text : wordValue(text)
  }
  const list = (): Value[] => {
    if (!isMark('([')) throw fail('a list such as (1, 2, 3)')
    const close = take().text === '(' ? ')' : ']'
    const values = [value()]
    while (isMark(',')) {
      take()
      values.push(value())
    }
    if (!isMark(close)) throw fail(`, or ${close}`)
    take()
    return values
  }

  const expression = or(0)
  if (peek().kind !== 'end')
    throw fail('and, or or the end', peek().kind === 'word' ? 'text with spaces needs quotes' : undefined)
  return expression
}

const gotText = ({ kind, text }: Token): string => (kind === 'end' ? 'the end' : JSON.stringify(text))

/** A text as a filter has it: in quotes where it would not be read as itself. */
export const quote = (text: string): string =>
  isOneWord(text) && String(wordValue(text)) === text ? text : `"${text.replace(/["\\]/g, '\\$&')}"`

function wordValue(word: string): Value {
  if (word === 'true') return true
  if (word === 'false') return false
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) ? Number(word) : word
}
