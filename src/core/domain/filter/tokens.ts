import { AppError } from '../errors'
import { show } from '../spec/problems'

/** A piece of a filter; `at` is its first character, counted from 0. */
export interface Token {
  kind: 'word' | 'text' | 'operator' | 'mark' | 'end'
  text: string
  at: number
}

/** Two-character operators before their beginnings. */
const OPERATORS = ['!=', '<=', '>=', '=', '<', '>', '~']
const MARKS = '()[],'
const NOT_IN_WORDS = /[\s()[\],=!<>~"']/

/**
 * An error at a place of a filter, column from 1.
 * @param expected what would be right there
 */
export function filterError(at: number, expected: string, got: string, hint?: string): AppError {
  const column = at + 1
  const message = `filter, column ${column}: expected ${expected}, got ${got}${hint ? ` (${hint})` : ''}`
  return new AppError('input.invalid', message, {
    field: 'filter',
    column,
    allowed: expected,
    got,
    ...(hint && { hint }),
  })
}

/** Is a text one word of a filter, without quotes? */
export const isOneWord = (text: string): boolean => text !== '' && !NOT_IN_WORDS.test(text)

/**
 * Cuts a filter into words, quoted texts, operators and marks, with an `end` at its end.
 * @param unfinished the filter is still being written: a quote may be open and a `!` alone
 * @throws AppError `input.invalid`
 */
export function tokenize(filter: string, unfinished = false): Token[] {
  const tokens: Token[] = []
  let at = 0
  const push = (kind: Token['kind'], text: string, length = text.length) => {
    tokens.push({ kind, text, at })
    at += length
  }
  while (at < filter.length) {
    const character = filter[at]!
    const operator = OPERATORS.find((o) => filter.startsWith(o, at))
    if (/\s/.test(character)) at++
    else if (operator) push('operator', operator)
    else if (MARKS.includes(character)) push('mark', character)
    else if (character === '"' || character === "'") {
      const { text, length } = quoted(filter, at, unfinished)
      push('text', text, length)
    } else if (character === '!' && unfinished) push('operator', '!')
    else if (character === '!') {
      throw filterError(at, '!=', show(character), 'for a negation write not')
    } else {
      let end = at
      while (end < filter.length && !NOT_IN_WORDS.test(filter[end]!)) end++
      push('word', filter.slice(at, end))
    }
  }
  push('end', '')
  return tokens
}

/** Text between quotes; a backslash takes the next character as it is. */
function quoted(filter: string, from: number, unfinished: boolean): { text: string; length: number } {
  const mark = filter[from]!
  let text = ''
  for (let at = from + 1; at < filter.length; at++) {
    const character = filter[at]!
    if (character === mark) return { text, length: at + 1 - from }
    text += character === '\\' && at + 1 < filter.length ? filter[++at]! : character
  }
  if (unfinished) return { text, length: filter.length - from }
  throw filterError(filter.length, `a closing ${mark}`, 'the end', `the text begins in column ${from + 1}`)
}
