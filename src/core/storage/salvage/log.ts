import { readSync } from 'node:fs'

const HEADER = 32
const FRAME_HEADER = 24
const BIG_ENDIAN = 0x377f0683

type Sums = [number, number]

/** Where the newest committed image of each page lies in a write-ahead log. */
export interface Log {
  pages: Map<number, number>
  /** Frames whose checksum does not fit, and those behind them that cannot be trusted. */
  damaged: number
}

/**
 * Reads a write-ahead log frame by frame. SQLite itself stops at the first frame that is damaged; here the ones behind it
 * count too, as far as their own checksums fit: each carries on from the one before it.
 */
export function readLog(handle: number, size: number, pageSize: number): Log {
  const pages = new Map<number, number>()
  const header = Buffer.alloc(HEADER)
  if (size < HEADER + FRAME_HEADER + pageSize || readSync(handle, header, 0, HEADER, 0) < HEADER)
    return { pages, damaged: 0 }
  const bigEndian = header.readUInt32BE(0) === BIG_ENDIAN
  const sound = same(checksum([0, 0], header.subarray(0, 24), bigEndian), sumsAt(header, 24))
  let before = sumsAt(header, 24)
  let salt = sound ? header.subarray(16, 24) : null
  let waiting: [number, number][] = []
  let damaged = 0
  const frame = Buffer.alloc(FRAME_HEADER + pageSize)
  for (let at = HEADER; at + frame.length <= size; at += frame.length) {
    if (readSync(handle, frame, 0, frame.length, at) < frame.length) break
    // Where the log's own header is damaged its first frame says which frames belong together.
    salt ??= Buffer.from(frame.subarray(8, 16))
    // A frame of another salt was left by a log before this one.
    if (!salt.equals(frame.subarray(8, 16))) {
      damaged += Number(pages.size === 0 && !sound)
      before = sumsAt(frame, 16)
      continue
    }
    const sums = checksum(checksum(before, frame.subarray(0, 8), bigEndian), frame.subarray(FRAME_HEADER), bigEndian)
    before = sumsAt(frame, 16)
    if (!same(sums, before)) {
      damaged++
      continue
    }
    waiting.push([frame.readUInt32BE(0), at + FRAME_HEADER])
    if (frame.readUInt32BE(4) === 0) continue
    for (const [page, place] of waiting) pages.set(page, place)
    waiting = []
  }
  return { pages, damaged }
}

const sumsAt = (bytes: Buffer, at: number): Sums => [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]

const same = (a: Sums, b: Sums): boolean => a[0] === b[0] && a[1] === b[1]

/** SQLite's checksum of a log, over pairs of 32-bit words. */
function checksum([s0, s1]: Sums, bytes: Buffer, bigEndian: boolean): Sums {
  for (let at = 0; at < bytes.length; at += 8) {
    s0 = (s0 + (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + s1) >>> 0
    s1 = (s1 + (bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + s0) >>> 0
  }
  return [s0, s1]
}
