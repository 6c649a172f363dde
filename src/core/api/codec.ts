import { AppError } from '../domain/errors'

/**
 * How contract values travel where structured clone is not at hand or not to be trusted: bytes, and text for events.
 *
 * A message is a u32 (little-endian) with the length of a JSON text, that text in UTF-8, zeros up to a multiple of 8,
 * then the typed arrays, each on a multiple of 8. In the JSON an object with the single key `$` stands for what JSON
 * cannot say: `{"$": "NaN"}` (also Infinity, -Infinity, -0), `{"$": ["f64", byte offset, length]}` for a typed array,
 * `{"$": ["literal", {…}]}` for an object that has a key `$` of its own. Undefined fields are dropped, undefined
 * elements become null, as in JSON.
 */
export const CODEC_TYPE = 'application/x-anneal'

/** Nested deeper than this is no contract value. */
const MAX_DEPTH = 100

const ARRAYS = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u32: Uint32Array,
  u8: Uint8Array,
} as const
type ArrayTag = keyof typeof ARRAYS
type TypedArray = InstanceType<(typeof ARRAYS)[ArrayTag]>

const NUMBERS: Record<string, number> = { NaN: NaN, Infinity: Infinity, '-Infinity': -Infinity, '-0': -0 }

type PutArray = (array: TypedArray, tag: ArrayTag) => unknown
type GetArray = (tag: ArrayTag, offset: number, length: number) => TypedArray

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** Puts a value into one message. @throws AppError `internal` for what no contract value is (functions, cycles) */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: { array: TypedArray; at: number }[] = []
  let size = 0
  const json = encoder.encode(
    JSON.stringify(
      toJson(value, 0, (array, tag) => {
        const at = size
        arrays.push({ array, at })
        size = aligned(at + array.byteLength)
        return [tag, at, array.length]
      }),
    ),
  )
  const payload = aligned(4 + json.length)
  const message = new Uint8Array(payload + size)
  new DataView(message.buffer).setUint32(0, json.length, true)
  message.set(json, 4)
  for (const { array, at } of arrays)
    message.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), payload + at)
  return message
}

/**
 * Reads a message; typed arrays are views into it where its memory is aligned.
 * @throws AppError `input.invalid` for bytes that are no message
 */
export function decode(message: Uint8Array): unknown {
  if (message.byteLength < 4) throw malformed('it is shorter than its header')
  const length = new DataView(message.buffer, message.byteOffset).getUint32(0, true)
  if (length > message.byteLength - 4) throw malformed('it is cut short')
  const payload = message.subarray(aligned(4 + length))
  return fromJson(parse(message.subarray(4, 4 + length)), 0, (tag, offset, count) => {
    const Kind = ARRAYS[tag]
    const bytes = count * Kind.BYTES_PER_ELEMENT
    if (offset % 8 !== 0 || offset + bytes > payload.byteLength) throw malformed('an array lies outside of it')
    const start = payload.byteOffset + offset
    if (start % 8 === 0) return new Kind(payload.buffer as ArrayBuffer, start, count)
    return new Kind(payload.slice(offset, offset + bytes).buffer as ArrayBuffer)
  })
}

/** Puts a value without typed arrays into JSON text on one line. @throws AppError `internal` where it has some */
export const encodeText = (value: unknown): string =>
  JSON.stringify(
    toJson(value, 0, () => {
      throw new AppError('internal', 'Typed arrays travel only in binary messages')
    }),
  )

/** Reads what {@link encodeText} wrote, and any plain JSON. @throws AppError `input.invalid` */
export const decodeText = (text: string): unknown =>
  fromJson(parse(text), 0, () => {
    throw malformed('text carries no arrays')
  })

const malformed = (why: string): AppError =>
  new AppError('input.invalid', `The message cannot be read: ${why}`, {
    field: 'message',
    allowed: 'an Anneal message',
  })

function parse(json: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof json === 'string' ? json : decoder.decode(json))
  } catch (error) {
    throw malformed(`it is not JSON (${(error as Error).message})`)
  }
}

const tagOf = (value: object): ArrayTag | undefined =>
  (Object.keys(ARRAYS) as ArrayTag[]).find((tag) => value instanceof ARRAYS[tag])

/**
 * The value as JSON can hold it: itself where it can, else a copy of what holds a mark. Most values hold none, and copying
 * them took longer than writing them.
 */
function toJson(value: unknown, depth: number, put: PutArray): unknown {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return { $: '-0' }
    return Number.isFinite(value) ? value : { $: String(value) }
  }
  if (value === undefined) return null
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    throw new AppError('internal', `A ${typeof value} cannot be sent`)
  if (typeof value !== 'object' || value === null) return value
  if (depth === MAX_DEPTH) throw new AppError('internal', `A value nested deeper than ${MAX_DEPTH} cannot be sent`)
  if (Array.isArray(value)) return mapped(value, (item) => toJson(item, depth + 1, put))
  if (ArrayBuffer.isView(value)) {
    const tag = tagOf(value)
    if (!tag) throw new AppError('internal', `A ${value.constructor.name} cannot be sent`)
    return { $: put(value as TypedArray, tag) }
  }
  const object = mapped(value, (item) => (item === undefined ? undefined : toJson(item, depth + 1, put)))
  return Object.hasOwn(object, '$') && (object as { $: unknown }).$ !== undefined ? { $: ['literal', object] } : object
}

function fromJson(value: unknown, depth: number, get: GetArray): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) throw malformed(`it is nested deeper than ${MAX_DEPTH}`)
  if (!Array.isArray(value) && Object.hasOwn(value, '$')) return special((value as { $: unknown }).$, depth, get)
  return mapped(value, (item) => fromJson(item, depth + 1, get))
}

/** An array or object with each item mapped: the same one where no item changed, else a copy. */
function mapped(value: object, map: (item: unknown) => unknown): object {
  let copy: Record<string, unknown> | null = null
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key]
    const next = map(item)
    if (next === item) continue
    copy ??= (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>
    // Not by assignment: a field called __proto__ is then a field like any other.
    Object.defineProperty(copy, key, { value: next, enumerable: true, configurable: true, writable: true })
  }
  return copy ?? value
}

function special(mark: unknown, depth: number, get: GetArray): unknown {
  if (typeof mark === 'string' && Object.hasOwn(NUMBERS, mark)) return NUMBERS[mark]
  if (Array.isArray(mark)) {
    const [tag, first, second] = mark as unknown[]
    if (tag === 'literal' && typeof first === 'object' && first !== null && !Array.isArray(first))
      return mapped(first, (item) => fromJson(item, depth + 1, get))
    if (typeof tag === 'string' && Object.hasOwn(ARRAYS, tag) && isCount(first) && isCount(second))
      return get(tag as ArrayTag, first, second)
  }
  throw malformed('it has a mark that means nothing')
}

const isCount = (x: unknown): x is number => Number.isSafeInteger(x) && (x as number) >= 0
