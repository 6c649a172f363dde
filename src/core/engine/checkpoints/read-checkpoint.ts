import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { AppError } from '../../domain/errors'
import {
  aligned,
  type CheckpointFacts,
  DIGEST_BYTES,
  FORMAT_VERSION,
  MAGIC,
  MAX_CHECKPOINT_BYTES,
  MAX_HEADER_BYTES,
  parseHeader,
  PREFIX_BYTES,
  problemOfPlaces,
} from './format'
import { STATE_ARRAYS, type StateArray, type StateType } from './state'

/** An array as it was read. */
export interface ReadArray {
  name: string
  type: StateType
  shape: number[]
  values: StateArray
}

/** A checkpoint in memory. */
export interface Checkpoint {
  file: string
  facts: CheckpointFacts
  arrays: ReadArray[]
}

/** Calls that read move at most this many bytes: more than 2 GiB at once fails. */
const PIECE = 2 ** 28

/**
 * Reads a checkpoint and checks every byte of it. Nothing is allocated before the header, its shapes and the file's
 * length have been found to agree.
 *
 * @throws AppError `checkpoint.missing` where there is no such file, `checkpoint.invalid` where it is cut short, damaged,
 *   of another format or cannot be read: says which
 */
export function readCheckpoint(file: string): Checkpoint {
  const handle = open(file)
  try {
    return read(file, handle)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw unusable(file, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`)
  } finally {
    closeSync(handle)
  }
}

function open(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new AppError('checkpoint.missing', `The checkpoint ${file} is not there`, {
        field: 'checkpoint',
        got: file,
      })
    throw unusable(file, `it cannot be opened (${code})`)
  }
}

const unusable = (file: string, problem: string): AppError =>
  new AppError('checkpoint.invalid', `The checkpoint ${file} cannot be used: ${problem}`, {
    field: 'checkpoint',
    got: file,
    problem,
  })

function read(file: string, handle: number): Checkpoint {
  const refuse = (problem: string): never => {
    throw unusable(file, problem)
  }
  const { size } = fstatSync(handle)
  if (size < PREFIX_BYTES + DIGEST_BYTES) refuse(`it is cut short: ${size} bytes`)
  if (size > MAX_CHECKPOINT_BYTES) refuse(`it is larger than the limit of ${MAX_CHECKPOINT_BYTES} bytes`)
  const hash = createHash('sha256')
  const fill = (bytes: Uint8Array, at: number) => {
    readAll(handle, bytes, at)
    hash.update(bytes)
  }

  const prefix = Buffer.alloc(PREFIX_BYTES)
  fill(prefix, 0)
  if (!prefix.subarray(0, MAGIC.length).equals(MAGIC)) refuse('it is no checkpoint of Anneal')
  const version = prefix.readUInt32LE(8)
  if (version !== FORMAT_VERSION)
    refuse(`its format has version ${version}, this Anneal reads version ${FORMAT_VERSION}`)
  const length = prefix.readUInt32LE(12)
  const start = aligned(PREFIX_BYTES + length)
  if (length > MAX_HEADER_BYTES || start + DIGEST_BYTES > size) refuse('it is cut short, or its header is damaged')
  const headerBytes = Buffer.alloc(start - PREFIX_BYTES)
  fill(headerBytes, PREFIX_BYTES)
  const header = parseHeader(headerBytes.subarray(0, length))
  if (typeof header === 'string') return refuse(header)
  const problem = problemOfPlaces(header, start, size)
  if (problem) refuse(problem)

  const arrays = header.arrays.map(({ name, type, shape, offset, bytes }): ReadArray => {
    const room = new ArrayBuffer(aligned(bytes))
    fill(new Uint8Array(room), offset)
    const Kind = STATE_ARRAYS[type]
    return { name, type, shape, values: new Kind(room, 0, bytes / Kind.BYTES_PER_ELEMENT) }
  })
  const digest = Buffer.alloc(DIGEST_BYTES)
  readAll(handle, digest, size - DIGEST_BYTES)
  if (!hash.digest().equals(digest)) refuse('it is damaged: its checksum does not fit its contents')
  return { file, facts: header.facts, arrays }
}

function readAll(handle: number, bytes: Uint8Array, from: number): void {
  for (let at = 0; at < bytes.length;) {
    const n = readSync(handle, bytes, at, Math.min(PIECE, bytes.length - at), from + at)
    if (n === 0) throw new Error('it became shorter while it was read')
    at += n
  }
}
