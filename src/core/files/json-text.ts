import { AppError } from '../domain/errors'

/** Where a text stops being JSON, and what stands there against what could. */
export interface JsonFault {
  offset: number
  expected: string
}

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const OPEN_STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y

/**
 * The first place at which a text is not JSON (RFC 8259); null where it is.
 * `JSON.parse` knows it but tells it in prose, and for short texts not at all.
 */
export function findJsonFault(text: string): JsonFault | null {
  let at = 0
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  const fail = (expected: string): never => {
    throw { offset: at, expected } satisfies JsonFault
  }
  const sign = (character: string): boolean => {
    take(SPACE)
    if (text[at] !== character) return false
    at++
    return true
  }
  const string = (what: string): void => {
    take(SPACE)
    if (take(STRING)) return
    if (text[at] !== '"') fail(what)
    take(OPEN_STRING)
    fail(at >= text.length ? 'the closing " of a text' : 'a character that may stand in a text, or its closing "')
  }
  // The number of open brackets is kept here and not on the stack: a hostile file may nest a million of them.
  const open: ('{' | '[')[] = []
  const key = () => {
    string('a field name in double quotes')
    if (!sign(':')) fail('":"')
  }
  try {
    for (;;) {
      take(SPACE)
      if (sign('{')) {
        if (!sign('}')) {
          open.push('{')
          key()
          continue
        }
      } else if (sign('[')) {
        if (!sign(']')) {
          open.push('[')
          continue
        }
      } else if (text[at] === '"') string('a value')
      else if (!take(NUMBER) && !take(WORD)) fail('a value')
      while (open.length > 0) {
        const object = open.at(-1) === '{'
        if (sign(',')) {
          if (object) key()
          break
        }
        if (!sign(object ? '}' : ']')) fail(object ? '"," or "}"' : '"," or "]"')
        open.pop()
      }
      if (open.length > 0) continue
      take(SPACE)
      return at < text.length ? { offset: at, expected: 'the end of the file' } : null
    }
  } catch (fault) {
    return fault as JsonFault
  }
}

/**
 * Parses JSON.
 * @param place file name for the message
 * @throws AppError `input.invalid` with line and column of the first fault
 */
export function parseJson(text: string, place: string): unknown {
  const plain = text.replace(/^\uFEFF/, '')
  try {
    return JSON.parse(plain)
  } catch (cause) {
    const { offset, expected } = findJsonFault(plain) ?? { offset: 0, expected: 'JSON' }
    const before = plain.slice(0, offset).split('\n')
    const line = before.length
    const column = before.at(-1)!.length + 1
    const got =
      offset >= plain.length ? 'the end of the file' : JSON.stringify(String.fromCodePoint(plain.codePointAt(offset)!))
    const comment = plain.startsWith('//', offset) || plain.startsWith('/*', offset)
    const hint = comment ? 'JSON has no comments: remove it.' : undefined
    const message = `${place} is not JSON: line ${line}, column ${column}: expected ${expected}, got ${got}`
    throw new AppError(
      'input.invalid',
      message,
      { field: place, line, column, allowed: expected, got, hint },
      { cause },
    )
  }
}
