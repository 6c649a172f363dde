import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeText, encode, encodeText } from '../../src/core/api/codec'
import { AppError } from '../../src/core/domain/errors'

const roundTrip = (value: unknown) => decode(encode(value))

const numbers = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0))
const arrays = fc.oneof(fc.float64Array(), fc.float32Array(), fc.int32Array(), fc.uint32Array(), fc.uint8Array())
/** Contract values; keys that are dangerous or mean something to the codec come often. */
const values = (leaf: fc.Arbitrary<unknown>) =>
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom('$', '__proto__', 'constructor')), tie('value')), {
          maxLength: 4,
        })
        .map((entries) => Object.fromEntries(entries) as unknown),
    ),
  })).value
const plain = fc.oneof(numbers, fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null))

describe('a message', () => {
  it('gives back any value: numbers bit for bit, typed arrays in their type (2000 random values)', () => {
    fc.assert(
      fc.property(values(fc.oneof(plain, arrays)), (value) => isDeepStrictEqual(roundTrip(value), value)),
      { numRuns: 2000, seed: 1 },
    )
  })
  it('gives back -0 and NaN, not 0 and null', () => {
    expect(roundTrip([-0, 0, NaN])).toEqual([-0, 0, NaN])
    expect(JSON.stringify(roundTrip(-0)) + Object.is(roundTrip(-0), -0)).toBe('0true')
  })
  it('drops undefined fields; an undefined element is null, as in JSON', () => {
    expect(roundTrip({ a: undefined, b: [undefined], c: { d: undefined } })).toStrictEqual({ b: [null], c: {} })
    expect(roundTrip(undefined)).toBeNull()
  })
  it('carries a part of a larger array without the rest', () => {
    const part = new Float64Array(1000).fill(7).subarray(10, 12)
    expect(encode(part).byteLength).toBeLessThan(100)
    expect(roundTrip(part)).toEqual(Float64Array.of(7, 7))
  })
  it('is read at any place in memory', () => {
    const message = encode({ a: Float64Array.of(1, NaN), b: Uint8Array.of(1, 2, 3) })
    for (let shift = 0; shift < 9; shift++) {
      const moved = new Uint8Array(message.length + shift)
      moved.set(message, shift)
      expect(decode(moved.subarray(shift))).toEqual({ a: Float64Array.of(1, NaN), b: Uint8Array.of(1, 2, 3) })
    }
  })
  it('takes 8 bytes a number and little more', () => {
    expect(encode({ values: new Float64Array(10_000) }).byteLength).toBeLessThan(80_100)
  })
  it.each([
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a bigint', 1n],
    ['an array type that is not known', new BigInt64Array(1)],
    [
      'a cycle',
      (() => {
        const a: unknown[] = []
        a.push(a)
        return a
      })(),
    ],
  ])('is not made of %s', (_, value) => {
    expect(() => encode({ value })).toThrow(AppError)
  })
})

describe('text', () => {
  it('gives back any value without arrays, on one line (1000 random values)', () => {
    fc.assert(
      fc.property(values(plain), (value) => {
        const text = encodeText(value)
        expect(text).not.toMatch(/[\r\n]/)
        expect(isDeepStrictEqual(decodeText(text), value)).toBe(true)
      }),
      { numRuns: 1000, seed: 2 },
    )
  })
  it('reads plain JSON as it is', () => {
    expect(decodeText('{"a":[1,"x",null,true]}')).toEqual({ a: [1, 'x', null, true] })
  })
  it('refuses arrays both ways', () => {
    expect(() => encodeText(new Float64Array(1))).toThrow(AppError)
    expect(() => decodeText('{"$":["f64",0,1]}')).toThrow(AppError)
  })
})

describe('hostile bytes', () => {
  const refuses = (bytes: Uint8Array) => {
    try {
      decode(bytes)
    } catch (error) {
      expect(error).toBeInstanceOf(AppError)
      expect((error as AppError).code).toBe('input.invalid')
    }
  }
  /** A message with this JSON and some payload. */
  const message = (json: string, payload = 64) => {
    const text = new TextEncoder().encode(json)
    const bytes = new Uint8Array(Math.ceil((4 + text.length) / 8) * 8 + payload)
    new DataView(bytes.buffer).setUint32(0, text.length, true)
    bytes.set(text, 4)
    return bytes
  }
  it('are read or refused as input.invalid, never anything else (5000 random texts)', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), refuses), { numRuns: 5000, seed: 3 })
  })
  it('are read or refused when a good message is damaged (5000 random damages)', () => {
    const good = encode({ a: Float64Array.of(1, 2, 3), b: { $: 'x' }, c: NaN })
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, length) => {
        const bad = good.slice()
        bad[at] = byte
        refuses(bad.slice(0, length))
        refuses(bad)
      }),
      { numRuns: 5000, seed: 4 },
    )
  })
  it.each([
    ['an array behind the end', '{"$":["f64",0,9]}'],
    ['a mark that cannot be made a text', '{"$":[{"toString":1,"valueOf":1},0,1]}'],
    ['an array before the beginning', '{"$":["f64",-8,1]}'],
    ['an array off its place', '{"$":["f64",4,1]}'],
    ['a length without end', '{"$":["u8",0,9007199254740991]}'],
    ['a length that is not whole', '{"$":["u8",0,0.5]}'],
    ['a length that is no number', '{"$":["u8",0,"8"]}'],
    ['an unknown array type', '{"$":["f128",0,1]}'],
    ['an array type from the prototype', '{"$":["constructor",0,1]}'],
    ['a number from the prototype', '{"$":"toString"}'],
    ['an empty mark', '{"$":null}'],
    ['a literal of nothing', '{"$":["literal"]}'],
    ['a literal of a list', '{"$":["literal",[1]]}'],
    ['no JSON', '{'],
    ['nesting without end', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('with %s are refused', (_, json) => {
    expect(() => decode(message(json))).toThrow(expect.objectContaining({ code: 'input.invalid' }) as Error)
  })
  it('do not pollute prototypes: such fields are fields like any other', () => {
    const value = decode(message('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')) as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect((value as Record<string, unknown>).polluted).toBeUndefined()
  })
})
