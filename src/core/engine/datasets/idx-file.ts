import { readFile } from 'node:fs/promises'
import { AppError } from '../../domain/errors'
import { sizeOfFile, unreadable } from './data-file'
import { idxBytes, MAX_IDX_BYTES, NotUnpacked, unpackIdx } from './unpack-idx'

/** Where a file is named and what to do about a bad one, for messages. */
export interface FileRole {
  /** Field of the run spec, or what the file is. */
  field: string
  /** Number of dimensions that are allowed. */
  rank: { from: number; to: number }
  advice: string
}

/** An IDX file of bytes: its sizes, and its values in the file's own memory. */
export interface IdxFile {
  path: string
  sizes: number[]
  values: Uint8Array
  /** The whole file. */
  bytes: Buffer
}

/**
 * Reads an IDX file whole, unpacked where it is gzip.
 * @throws AppError `dataset.missing`, `dataset.invalid` for what is no file, too large, or broken gzip, or
 *   `file.unreadable` where it is there but not readable
 */
export async function readDataFile(path: string, field: string, advice: string): Promise<Buffer> {
  await sizeOfFile(path, { field, advice }, MAX_IDX_BYTES)
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, { field, advice }, error)
  })
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  return unpackIdx(bytes).catch((error: unknown) => {
    if (!(error instanceof NotUnpacked)) throw error
    const details = { field, got: path, hint: advice, allowed: 'whole gzip of an IDX file' }
    throw new AppError('dataset.invalid', `${field}: ${path} ${error.message}; ${advice}`, details)
  })
}

/**
 * Parses IDX, the format of MNIST: two zero bytes, a type byte (8 for unsigned bytes), the number of dimensions, their
 * sizes as big-endian 32-bit numbers, the values.
 *
 * @throws AppError `dataset.invalid` with what the file holds and what was expected
 * @see http://yann.lecun.com/exdb/mnist/
 */
export function parseIdx(bytes: Buffer, path: string, { field, rank, advice }: FileRole): IdxFile {
  const refuse = (what: string, allowed: string, got: string): never => {
    throw new AppError('dataset.invalid', `${field}: ${path} ${what}; ${advice}`, { field, allowed, got })
  }
  if (bytes.length < 4) refuse(`is cut short: ${bytes.length} bytes`, 'an IDX file', `${bytes.length} bytes`)
  const magic = bytes.readUInt32BE(0)
  const dimensions = bytes[3]!
  if (magic >>> 8 !== 8 || dimensions < rank.from || dimensions > rank.to) {
    const allowed = range(rank.from, rank.to).map((n) => hex(0x800 + n))
    const words = `the magic number ${allowed.join(' or ')} (unsigned bytes)`
    refuse(`is not such an IDX file: it begins with ${hex(magic)}, not with ${words}`, words, hex(magic))
  }
  const header = 4 + 4 * dimensions
  if (bytes.length < header)
    refuse(`is cut short in its header: ${bytes.length} bytes`, `${header} bytes`, `${bytes.length} bytes`)
  const sizes = range(0, dimensions - 1).map((i) => bytes.readUInt32BE(4 + 4 * i))
  const expected = idxBytes(bytes)!
  if (bytes.length !== expected) {
    const how = bytes.length < expected ? 'is cut short' : 'is too long'
    const words = `${expected} bytes for ${sizes.join(' × ')}`
    refuse(`${how}: expected ${words}, found ${bytes.length}`, words, `${bytes.length} bytes`)
  }
  if (expected === header)
    refuse(`holds no values: its sizes are ${sizes.join(' × ')}`, 'sizes of at least 1', sizes.join(' × '))
  return { path, sizes, values: bytes.subarray(header), bytes }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const hex = (n: number) => `0x${n.toString(16).padStart(8, '0')}`
