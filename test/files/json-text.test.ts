import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonFault, parseJson } from '../../src/core/files/json-text'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('JSON from files', () => {
  it.each([
    ['{"a": 1,}', 1, 9, 'a field name in double quotes'],
    ['{"a": 1\n "b": 2}', 2, 2, '"," or "}"'],
    ['{a: 1}', 1, 2, 'a field name in double quotes'],
    ["{'a': 1}", 1, 2, 'a field name in double quotes'],
    ['[1 2]', 1, 4, '"," or "]"'],
    ['{"a": .5}', 1, 7, 'a value'],
    ['{"a": NaN}', 1, 7, 'a value'],
    ['{"a" 1}', 1, 6, '":"'],
    ['{"a": 1} x', 1, 10, 'the end of the file'],
    ['', 1, 1, 'a value'],
    ['{"a":\n\n  {"b": [', 3, 10, 'a value'],
    ['{"a": "b\nc"}', 1, 9, 'a character that may stand in a text, or its closing "'],
    ['{"a": "b', 1, 9, 'the closing " of a text'],
  ])('%j has its fault in line %i, column %i', (text, line, column, expected) => {
    expect(() => parseJson(text, 'spec.json')).toThrow(
      expect.objectContaining({
        code: 'input.invalid',
        message: expect.stringContaining(
          `spec.json is not JSON: line ${line}, column ${column}: expected ${expected}, got`,
        ),
      }),
    )
  })
  it('says that comments are not JSON', () => {
    expect(() => parseJson('{ // why\n}', 's')).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ hint: 'JSON has no comments: remove it.' }) }),
    )
  })
  it('ignores a byte order mark', () => {
    expect(parseJson('\uFEFF{"a": 1}', 's')).toEqual({ a: 1 })
  })
  it('finds a fault exactly where JSON.parse does (2000 random damaged texts)', () => {
    const damaged = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', '\\', '1', ' ', 'x', '{'))
      .map(([text, at, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1))
    fc.assert(
      fc.property(damaged, (text) => (findJsonFault(text) === null) === isJson(text)),
      { numRuns: 2000, seed: 1 },
    )
  })
  it('reads a million nested lists without running out of stack', () => {
    expect(findJsonFault('['.repeat(1_000_000))).toEqual({ offset: 1_000_000, expected: 'a value' })
  })
})
