import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CheckpointFacts, layOut } from '../../src/core/engine/checkpoints/format'
import { readCheckpoint } from '../../src/core/engine/checkpoints/read-checkpoint'
import { restore } from '../../src/core/engine/checkpoints/restore'
import { STATE_ARRAYS, type StateArray, type StateEntry, type StateType } from '../../src/core/engine/checkpoints/state'
import { writeCheckpoint } from '../../src/core/engine/checkpoints/write-checkpoint'
import { fileOf, newFolder } from './trained'

const FACTS: CheckpointFacts = {
  step: 7,
  epoch: 1,
  batch: 2,
  evaluationDue: true,
  best: 0.5,
  schedule: null,
  engine: { kind: 'wasm', label: 'wasm', version: '4.22.0', threads: 1 },
  cpu: 'a processor',
  data: 'ab',
}

const entry = (name: string, type: StateType, shape: number[], values: StateArray): StateEntry => ({
  name,
  type,
  shape,
  read: () => values,
  write: (given) => values.set(given as never),
})

const STATE = [
  entry('0/dense/weight', 'float32', [2, 3], Float32Array.of(1, -0, NaN, Infinity, 1e-45, -2)),
  entry('0/dense/bias', 'float32', [3], Float32Array.of(0.1, 0.2, 0.3)),
  entry('adam/updates', 'float64', [1], Float64Array.of(Math.PI)),
  entry('3/dropout/random', 'uint32', [4], Uint32Array.of(0, 1, 2, 2 ** 32 - 1)),
  entry('labels', 'int32', [1], Int32Array.of(-5)),
  entry('nothing', 'float32', [0], new Float32Array()),
]

const filled = (type: StateType, length: number, value: (i: number) => number): StateArray => {
  const values = new STATE_ARRAYS[type](length)
  for (let i = 0; i < length; i++) values[i] = value(i)
  return values
}

const bits = (values: StateArray) => [...new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]

/** A checkpoint file with other bytes, whose checksum fits where it is asked to. */
function altered(change: (bytes: Buffer) => Buffer | void, sealed = true): string {
  const folder = newFolder()
  writeCheckpoint(folder, FACTS, STATE)
  const file = fileOf(folder, FACTS.step)
  const bytes = readFileSync(file)
  const body = change(bytes.subarray(0, -32)) ?? bytes.subarray(0, -32)
  const digest = sealed ? createHash('sha256').update(body).digest() : bytes.subarray(-32)
  writeFileSync(file, Buffer.concat([body, digest]))
  return file
}

const withHeader = (change: (header: { facts: Record<string, unknown>; arrays: Record<string, unknown>[] }) => void) =>
  altered((bytes) => {
    const length = bytes.readUInt32LE(12)
    const header = JSON.parse(bytes.subarray(16, 16 + length).toString()) as Parameters<typeof change>[0]
    change(header)
    // White space behind JSON is JSON: what follows the header stays where it was.
    const json = Buffer.from(JSON.stringify(header).padEnd(length))
    const head = Buffer.alloc(Math.ceil((16 + json.length) / 8) * 8)
    bytes.copy(head, 0, 0, 12)
    head.writeUInt32LE(json.length, 12)
    json.copy(head, 16)
    return Buffer.concat([head, bytes.subarray(Math.ceil((16 + length) / 8) * 8)])
  })

const refused = (problem: RegExp) =>
  expect.objectContaining({ code: 'checkpoint.invalid', message: expect.stringMatching(problem) })

describe('a checkpoint', () => {
  it('gives back every bit of what went in, and where the run was', () => {
    const folder = newFolder()
    const { bytes, sha256 } = writeCheckpoint(folder, FACTS, STATE)
    const { facts, arrays } = readCheckpoint(fileOf(folder, 7))
    expect(facts).toEqual(FACTS)
    expect(arrays.map(({ name, type, shape }) => ({ name, type, shape }))).toEqual(
      STATE.map(({ name, type, shape }) => ({ name, type, shape })),
    )
    arrays.forEach(({ values }, i) => expect(bits(values)).toEqual(bits(STATE[i]!.read())))
    const file = readFileSync(fileOf(folder, 7))
    expect(file.length).toBe(bytes)
    expect(file.subarray(-32).toString('hex')).toBe(sha256)
    expect(createHash('sha256').update(file.subarray(0, -32)).digest('hex')).toBe(sha256)
  })

  it('gives back any arrays (200 random states)', () => {
    const folder = newFolder()
    const arrays = fc.uniqueArray(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 40 }),
        type: fc.constantFrom(...(Object.keys(STATE_ARRAYS) as StateType[])),
        shape: fc.array(fc.nat(4), { maxLength: 4 }),
        seed: fc.integer(),
      }),
      { selector: ({ name }) => name, maxLength: 20 },
    )
    fc.assert(
      fc.property(arrays, (list) => {
        const state = list.map(({ name, type, shape, seed }) => {
          const size = shape.reduce((product, n) => product * n, 1)
          return entry(
            name,
            type,
            shape,
            filled(type, size, (i) => seed + i),
          )
        })
        writeCheckpoint(folder, FACTS, state)
        const read = readCheckpoint(fileOf(folder, 7)).arrays
        expect(read.map(({ name, values }) => [name, bits(values)])).toEqual(
          state.map(({ name, read }) => [name, bits(read())]),
        )
      }),
      { numRuns: 200, seed: 5 },
    )
  })

  it('is the same bytes for the same state', () => {
    const [a, b] = [newFolder(), newFolder()]
    expect(writeCheckpoint(a, FACTS, STATE)).toEqual(writeCheckpoint(b, FACTS, STATE))
    expect(readFileSync(fileOf(a, 7)).equals(readFileSync(fileOf(b, 7)))).toBe(true)
  })

  it('replaces one of the same step, and leaves nothing else in its folder', () => {
    const folder = newFolder()
    writeCheckpoint(folder, { ...FACTS, evaluationDue: false }, STATE)
    writeCheckpoint(folder, FACTS, STATE)
    expect(readdirSync(folder)).toEqual(['7.ckpt'])
    expect(readCheckpoint(fileOf(folder, 7)).facts.evaluationDue).toBe(true)
  })

  it('that fails in the middle leaves the one before and no half of itself', () => {
    const folder = newFolder()
    writeCheckpoint(folder, FACTS, STATE)
    const failing: StateEntry = {
      ...STATE[0]!,
      read: () => {
        throw new Error('the engine is gone')
      },
    }
    expect(() => writeCheckpoint(folder, { ...FACTS, step: 8 }, [STATE[1]!, failing])).toThrow('the engine is gone')
    expect(() => writeCheckpoint(folder, FACTS, [STATE[1]!, failing])).toThrow('the engine is gone')
    expect(readdirSync(folder)).toEqual(['7.ckpt'])
    expect(readCheckpoint(fileOf(folder, 7)).arrays).toHaveLength(STATE.length)
  })

  it('above the size limit is refused before anything is written', () => {
    const folder = newFolder()
    const huge = { ...STATE[0]!, shape: [2 ** 32, 2] }
    expect(() => writeCheckpoint(folder, FACTS, [huge])).toThrow(refused(/larger than the limit/))
    expect(existsSync(folder)).toBe(false)
  })
})

describe('a file that is not whole is refused, saying why', () => {
  it('cut short at any byte', () => {
    const folder = newFolder()
    writeCheckpoint(folder, FACTS, STATE)
    const file = fileOf(folder, 7)
    const bytes = readFileSync(file)
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(file, bytes.subarray(0, length))
      expect(() => readCheckpoint(file), `${length} bytes`).toThrow(refused(/cut short|checksum|header/))
    }
  })

  it('with any one bit flipped', () => {
    const folder = newFolder()
    writeCheckpoint(folder, FACTS, STATE)
    const file = fileOf(folder, 7)
    const bytes = readFileSync(file)
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1 << (at % 8)
      writeFileSync(file, damaged)
      expect(() => readCheckpoint(file), `byte ${at}`).toThrow(refused(/./))
    }
  })

  it.each<[string, () => string, RegExp]>([
    [
      'something behind it',
      () => altered((bytes) => Buffer.concat([bytes, Buffer.alloc(8)])),
      /something follows its end/,
    ],
    ['another magic', () => altered((bytes) => void bytes.write('NOTHING!')), /no checkpoint of Anneal/],
    [
      'a newer format',
      () => altered((bytes) => void bytes.writeUInt32LE(2, 8)),
      /version 2, this Anneal reads version 1/,
    ],
    [
      'a header beyond its end',
      () => altered((bytes) => void bytes.writeUInt32LE(2 ** 31, 12)),
      /cut short, or its header/,
    ],
    ['a header that is no JSON', () => altered((bytes) => void bytes.write('}', 16)), /not JSON/],
    [
      'other values and the old checksum',
      () => altered((bytes) => void (bytes[bytes.length - 1]! ^= 1), false),
      /checksum/,
    ],
    ['a step below 0', () => withHeader(({ facts }) => (facts.step = -1)), /facts\.step/],
    ['no facts', () => withHeader((header) => delete (header as { facts?: unknown }).facts), /facts/],
    ['an unknown type', () => withHeader(({ arrays }) => (arrays[0]!.type = 'float8')), /arrays\.0\.type/],
    ['a shape of 2^50 values', () => withHeader(({ arrays }) => (arrays[0]!.shape = [2 ** 50])), /its shape needs/],
    ['a negative shape', () => withHeader(({ arrays }) => (arrays[0]!.shape = [-6, -1])), /shape/],
    [
      'as many bytes as a shape of 2^50 needs',
      () => withHeader(({ arrays }) => Object.assign(arrays[0]!, { shape: [2 ** 40], bytes: 2 ** 42 })),
      /is not where it should be|cut short/,
    ],
    [
      'arrays on top of each other',
      () => withHeader(({ arrays }) => (arrays[1]!.offset = arrays[0]!.offset)),
      /not where it should be/,
    ],
    ['the same name twice', () => withHeader(({ arrays }) => (arrays[0]!.name = arrays[1]!.name)), /twice/],
    [
      'a shape that overflows',
      () => withHeader(({ arrays }) => (arrays[0]!.shape = [2 ** 30, 2 ** 30, 2 ** 30])),
      /its shape needs/,
    ],
  ])('%s', (_, make, problem) => {
    expect(() => readCheckpoint(make())).toThrow(refused(problem))
  })

  it('a folder in its place, and one that is not there', () => {
    const file = fileOf(newFolder(), 7)
    expect(() => readCheckpoint(file)).toThrow(expect.objectContaining({ code: 'checkpoint.missing' }))
    mkdirSync(file, { recursive: true })
    expect(() => readCheckpoint(file)).toThrow(refused(/cut short|cannot be read/))
    expect(readdirSync(dirname(file))).toEqual(['7.ckpt'])
    expect(existsSync(join(file, 'x'))).toBe(false)
  })

  it('random bytes (500 files)', () => {
    const folder = newFolder()
    mkdirSync(folder)
    const file = fileOf(folder, 7)
    const { head } = layOut(FACTS, STATE)
    const noise = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))
    const begun = fc.tuple(fc.nat(head.length), noise).map(([n, bytes]) => Buffer.concat([head.subarray(0, n), bytes]))
    fc.assert(
      fc.property(fc.oneof(noise, begun), (bytes) => {
        writeFileSync(file, bytes)
        expect(() => readCheckpoint(file)).toThrow(refused(/./))
      }),
      { numRuns: 500, seed: 9 },
    )
  })
})

describe('a checkpoint of another model', () => {
  const read = () => {
    const folder = newFolder()
    writeCheckpoint(folder, FACTS, STATE)
    return readCheckpoint(fileOf(folder, 7))
  }
  const copy = () => STATE.map((one) => entry(one.name, one.type, [...one.shape], one.read().slice()))

  it('goes back into a state of the same names and shapes', () => {
    const state = copy()
    for (const one of state) one.write(filled(one.type, one.read().length, () => 9))
    restore(state, read())
    state.forEach((one, i) => expect(bits(one.read())).toEqual(bits(STATE[i]!.read())))
  })

  it.each<[string, (state: StateEntry[]) => StateEntry[], RegExp]>([
    [
      'lacks',
      (state) => [...state, entry('9/dense/bias', 'float32', [1], Float32Array.of(1))],
      /it lacks 9\/dense\/bias/,
    ],
    ['has too much', (state) => state.slice(1), /it has 0\/dense\/weight, which this run has not/],
    [
      'has other shapes',
      ([first, ...rest]) => [{ ...first!, shape: [3, 2] }, ...rest],
      /0\/dense\/weight is float32 \[2, 3\] there and float32 \[3, 2\] in this run/,
    ],
    [
      'has other types',
      (state) => [...state.slice(0, 2), { ...state[2]!, type: 'float32' }, ...state.slice(3)],
      /adam\/updates is float64 \[1\] there and float32 \[1\]/,
    ],
    ['differs in many ways', () => [], /it has 0\/dense\/weight.*and 3 more/],
  ])('that %s is refused, names what differs, and changes nothing', (_, change, problem) => {
    const state = change(copy())
    const before = state.map((one) => bits(one.read()))
    expect(() => restore(state, read())).toThrow(refused(problem))
    expect(state.map((one) => bits(one.read()))).toEqual(before)
  })
})
