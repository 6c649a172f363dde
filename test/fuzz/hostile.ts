import fc from 'fast-check'

/** Words that programs stumble over. */
export const WORDS = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'NaN',
  '0',
  '-1',
  '1e309',
  '$',
  '../../../etc/passwd',
  'C:\\nul',
  "'; DROP TABLE run; --",
  '%00',
  '\u0000',
  '\uD800',
  '\u202E\u200B',
  '=1+1',
  '<img src=x onerror=alert(1)>',
  'a'.repeat(257),
  'ä'.repeat(5000),
] as const

/** Numbers at the edges of what numbers are. */
export const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.5,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  2 ** 63,
  1e300,
  -1e300,
  5e-324,
  NaN,
  Infinity,
  -Infinity,
] as const

/** An object that cannot be made a text: whoever tries throws. */
const NO_TEXT = { toString: 1, valueOf: 1 }

/** So many levels of arrays or objects around a value. */
export const nested = (depth: number, key: string | null): unknown => {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = key === null ? [value] : { [key]: value }
  return value
}

const arrays = fc.oneof(
  fc.float64Array({ maxLength: 40 }),
  fc.float32Array({ maxLength: 40 }),
  fc.int32Array({ maxLength: 40 }),
  fc.uint8Array({ maxLength: 400 }),
)

/** An object whose own keys may be those of a prototype, as JSON can have them. */
const oddObjects = fc
  .array(fc.tuple(fc.constantFrom(...WORDS, 'run', 'limit'), fc.jsonValue()), { maxLength: 6 })
  .map((pairs) => {
    const object: Record<string, unknown> = {}
    for (const [key, value] of pairs)
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
    return object
  })

export const hostileText = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 16 }).map((n) => 'x'.repeat(2 ** n)) },
)
export const hostileNumber = fc.oneof(fc.constantFrom(...NUMBERS), fc.double(), fc.integer())

/** Anything that a value of the contract can be: JSON, odd numbers, typed arrays, deep, wide and long things. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
  { weight: 3, arbitrary: hostileText },
  { weight: 3, arbitrary: hostileNumber },
  { weight: 2, arbitrary: arrays },
  { weight: 2, arbitrary: oddObjects },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(null, 'a', '$', 'layers'))
      .map(([depth, key]) => nested(depth, key)),
  },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, true, false, NO_TEXT) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3000 }).map((n) => Array<number>(n).fill(0)) },
)
