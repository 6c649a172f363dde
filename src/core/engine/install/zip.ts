import type { FileHandle } from 'node:fs/promises'
import { PassThrough, type Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { AppError } from '../../domain/errors'

/** A file in a zip archive. */
export interface ZipEntry {
  path: string
  method: number
  compressedBytes: number
  bytes: number
  /** Where its local header begins. */
  offset: number
}

const END = 0x06054b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
const END_BYTES = 22
const LONGEST_COMMENT = 0xffff
const [STORED, DEFLATED] = [0, 8]

/**
 * The table of contents of a zip archive (APPNOTE.TXT 6.3, sections 4.3.12 and 4.3.16). Wheels are below 4 GiB and
 * not encrypted, so Zip64 is not read.
 * @throws AppError engine.failed where it is none, or was cut short
 */
export async function readZipEntries(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat()
  const tail = await read(file, Math.max(0, size - END_BYTES - LONGEST_COMMENT), size)
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (end < 0 || end + END_BYTES > tail.length || tail.readUInt32LE(end) !== END)
    throw damaged('it has no table of contents')
  const count = tail.readUInt16LE(end + 10)
  const [bytes, offset] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)]
  if (count === 0xffff || offset === 0xffffffff) throw damaged('it is larger than the formats that are read here')
  if (offset + bytes > size) throw damaged('its table of contents lies beyond its end')
  return parseEntries(await read(file, offset, offset + bytes), count)
}

function parseEntries(table: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    if (at + 46 > table.length || table.readUInt32LE(at) !== CENTRAL)
      throw damaged('its table of contents is cut short')
    const nameBytes = table.readUInt16LE(at + 28)
    entries.push({
      path: table.toString('utf8', at + 46, at + 46 + nameBytes),
      method: table.readUInt16LE(at + 10),
      compressedBytes: table.readUInt32LE(at + 20),
      bytes: table.readUInt32LE(at + 24),
      offset: table.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + table.readUInt16LE(at + 30) + table.readUInt16LE(at + 32)
  }
  return entries
}

/**
 * The content of an entry.
 * @returns the compressed bytes as a stream, and what turns them into the content
 * @throws AppError engine.failed where there is no such entry or its packing is not known
 */
export async function openZipEntry(file: FileHandle, entry: ZipEntry): Promise<[Readable, NodeJS.ReadWriteStream]> {
  if (entry.method !== STORED && entry.method !== DEFLATED)
    throw damaged(`${entry.path} is packed by method ${entry.method}; stored (0) and deflated (8) are known`)
  const header = await read(file, entry.offset, entry.offset + 30)
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL) throw damaged(`${entry.path} is not where it should be`)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const packed = file.createReadStream({
    start,
    end: Math.max(start, start + entry.compressedBytes - 1),
    autoClose: false,
    highWaterMark: 1 << 20,
  })
  return [packed, entry.method === STORED ? new PassThrough() : createInflateRaw({ chunkSize: 1 << 20 })]
}

async function read(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(to - from)
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
  return buffer.subarray(0, bytesRead)
}

const damaged = (what: string) =>
  new AppError('engine.failed', `The archive is damaged: ${what}`, { reason: 'damaged', got: what })
