import * as v from 'valibot'
import type { EngineInfo } from '../../domain/run'
import { STATE_ARRAYS, type StateType } from './state'

/**
 * A checkpoint file, all numbers little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 8 | `ANNLCKPT` |
 * | 4 | version of the format, 1 |
 * | 4 | H, length of the header |
 * | H | header: JSON in UTF-8, see {@link Header} |
 * | 0 to 7 | zeros, up to a multiple of 8 |
 * | … | the arrays as the header lists them, each on a multiple of 8, zeros between |
 * | 32 | SHA-256 of all before |
 *
 * It holds no time and no path: the same state gives the same bytes.
 */
export const MAGIC = Buffer.from('ANNLCKPT', 'latin1')
export const FORMAT_VERSION = 1
export const PREFIX_BYTES = 16
export const DIGEST_BYTES = 32

/** A header lists a few hundred arrays in some 20 kB; more than this is damage. */
export const MAX_HEADER_BYTES = 16 * 2 ** 20

/** Weights, two slots each, of the largest model that the engines take, with room to spare. */
export const MAX_CHECKPOINT_BYTES = 8 * 2 ** 30

/** Names of checkpoint files, by the number of updates done. */
export const checkpointName = (step: number): string => `${step}.ckpt`

export const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** An engine without what depends on what else is installed. */
export type EngineFacts = Omit<EngineInfo, 'whyNotFaster'>

/** Where a run is, and what it must find again to go on exactly. */
export interface CheckpointFacts {
  /** Updates done; the next one has this number. */
  step: number
  /** The next batch: its epoch and its number there. */
  epoch: number
  batch: number
  /** The evaluation after the last update is still to come. */
  evaluationDue: boolean
  /** The best value so far of the metric that the run keeps the best checkpoint of. */
  best: number | null
  /** State of a schedule that follows the run, as plain JSON; null where it is a function of the step. */
  schedule: unknown
  /** What decides the bits: engine, version, threads, oneDNN, and the processor, by which kernels are chosen. */
  engine: EngineFacts
  cpu: string
  /** Hash of the data that it was trained on. */
  data: string
}

/** One array of a checkpoint; `offset` counts from the beginning of the file. */
export interface ArrayPlace {
  name: string
  type: StateType
  shape: number[]
  offset: number
  bytes: number
}

export interface Header {
  facts: CheckpointFacts
  arrays: ArrayPlace[]
}

const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const Text = v.pipe(v.string(), v.maxLength(1024))

const HeaderSchema = v.strictObject({
  facts: v.strictObject({
    step: Count,
    epoch: Count,
    batch: Count,
    evaluationDue: v.boolean(),
    best: v.nullable(v.number()),
    schedule: v.custom<unknown>((state) => state !== undefined),
    engine: v.looseObject({ kind: v.picklist(['native', 'wasm', 'cpu']), label: Text, version: Text, threads: Count }),
    cpu: Text,
    data: Text,
  }),
  arrays: v.pipe(
    v.array(
      v.strictObject({
        name: v.pipe(Text, v.minLength(1)),
        type: v.picklist(Object.keys(STATE_ARRAYS) as StateType[]),
        shape: v.pipe(v.array(Count), v.maxLength(16)),
        offset: Count,
        bytes: Count,
      }),
    ),
    v.maxLength(100_000),
  ),
})

export const bytesOf = (type: StateType, shape: readonly number[]): number =>
  shape.reduce((product, n) => product * n, STATE_ARRAYS[type].BYTES_PER_ELEMENT)

/**
 * Places arrays one after the other behind a header of unknown length: the header names offsets, which depend on its
 * length, so the length is grown until it holds.
 *
 * @returns the file's beginning up to the first array, the places of the arrays, and the file's length without digest
 */
export function layOut(
  facts: CheckpointFacts,
  arrays: readonly { name: string; type: StateType; shape: readonly number[] }[],
): { head: Buffer; places: ArrayPlace[]; end: number } {
  let start = PREFIX_BYTES
  for (;;) {
    let offset = start
    const places = arrays.map(({ name, type, shape }): ArrayPlace => {
      const place = { name, type, shape: [...shape], offset, bytes: bytesOf(type, shape) }
      offset = aligned(offset + place.bytes)
      return place
    })
    const json = Buffer.from(JSON.stringify({ facts, arrays: places } satisfies Header), 'utf8')
    const needed = aligned(PREFIX_BYTES + json.length)
    if (needed <= start) {
      const head = Buffer.alloc(start)
      MAGIC.copy(head)
      head.writeUInt32LE(FORMAT_VERSION, 8)
      head.writeUInt32LE(json.length, 12)
      json.copy(head, PREFIX_BYTES)
      return { head, places, end: offset }
    }
    start = needed
  }
}

/** The header in some bytes; a text where they are none: why not. */
export function parseHeader(bytes: Buffer): Header | string {
  let json: unknown
  try {
    json = JSON.parse(bytes.toString('utf8'))
  } catch {
    return 'its header is not JSON'
  }
  const result = v.safeParse(HeaderSchema, json)
  if (!result.success)
    return `its header is not that of a checkpoint (${v.getDotPath(result.issues[0]) ?? 'as a whole'})`
  return result.output as unknown as Header
}

/**
 * Checks that the arrays lie one behind the other from the header's end to the digest, and are as long as their shapes
 * say: what is allocated for them is then never more than the file holds.
 *
 * @returns why they do not; null where all is well
 */
export function problemOfPlaces({ arrays }: Header, start: number, fileBytes: number): string | null {
  const names = new Set<string>()
  let offset = start
  for (const { name, type, shape, offset: at, bytes } of arrays) {
    if (names.has(name)) return `its header lists ${name} twice`
    names.add(name)
    if (bytes !== bytesOf(type, shape))
      return `${name} has ${bytes} bytes where its shape needs ${bytesOf(type, shape)}`
    if (at !== offset) return `${name} is not where it should be`
    offset = aligned(offset + bytes)
  }
  const expected = offset + DIGEST_BYTES
  if (fileBytes < expected) return `it is cut short: ${fileBytes} of ${expected} bytes`
  if (fileBytes > expected) return `something follows its end: ${fileBytes} bytes in place of ${expected}`
  return null
}
