// pngjs brings no types, and not every project that reaches this file includes ours.
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./pngjs.d.ts" />
// eslint-disable-next-line @typescript-eslint/triple-slash-reference
/// <reference path="./pngjs.d.ts" />
import { inflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'

/** Pixels of an image: red, green, blue and opacity, a byte each. */
export interface Pixels {
  width: number
  height: number
  data: Uint8Array
}

/** Most pixels of an image, in millions. */
export const MAX_MEGAPIXELS = 64

/** Why a file is not taken as an image, for people. */
export class BrokenImage extends Error {}

/**
 * Decodes a png or jpeg file, told apart by its first bytes and not by its name.
 * @throws BrokenImage for what is neither, damaged, cut short or larger than is good
 */
export function decodeImage(bytes: Buffer): Pixels {
  if (bytes.length === 0) throw new BrokenImage('is empty')
  const isPng = bytes.subarray(0, 8).equals(PNG_SIGNATURE)
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
  if (!isPng && !isJpeg) throw new BrokenImage('is neither png nor jpeg, whatever its name')
  if (isPng) checkPng(bytes)
  else checkJpeg(bytes)
  try {
    return isPng ? PNG.sync.read(bytes, { checkCRC: true }) : jpeg.decode(bytes, JPEG_OPTIONS)
  } catch (error) {
    // What trips the decoder itself says nothing to people.
    const says = error instanceof Error && !(error instanceof TypeError || error instanceof RangeError)
    throw new BrokenImage(says ? `is damaged: ${error.message}` : 'is damaged')
  }
}

const JPEG_OPTIONS = {
  useTArray: true,
  tolerantDecoding: false,
  maxResolutionInMP: MAX_MEGAPIXELS,
  maxMemoryUsageInMB: 16 * MAX_MEGAPIXELS,
} as const

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function checkSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new BrokenImage(`is ${width} × ${height} pixels`)
  if (width * height > MAX_MEGAPIXELS * 1e6)
    throw new BrokenImage(`is ${width} × ${height} pixels; images may have ${MAX_MEGAPIXELS} million`)
}

/** Bits of a pixel by colour type and depth of a sample. @see PNG specification, section 11.2.1 */
const PNG_SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** First column and row, then steps, of the passes of an interlaced png. @see PNG specification, section 8.2 */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const
const WHOLE = [[0, 0, 1, 1]] as const

/** Bytes that the pixels of a png unpack to: each row of each pass with its filter's number in front. */
function unpackedBytes(width: number, height: number, bits: number, interlaced: boolean): number {
  let bytes = 0
  for (const [left, top, right, down] of interlaced ? ADAM7 : WHOLE) {
    const columns = Math.max(0, Math.ceil((width - left) / right))
    const rows = Math.max(0, Math.ceil((height - top) / down))
    if (columns > 0) bytes += rows * (1 + Math.ceil((columns * bits) / 8))
  }
  return bytes
}

/**
 * Checks a png before it is decoded: its size, and that it unpacks to all of its pixels, an interlaced one to no more.
 * The decoder fills what is missing with whatever memory it got, so that it may take such a file for whole.
 */
function checkPng(bytes: Buffer): void {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') throw new BrokenImage('is cut short')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  checkSize(width, height)
  const isInterlaced = bytes[28] !== 0
  const needed = unpackedBytes(width, height, bytes[24]! * (PNG_SAMPLES[bytes[25]!] ?? 4), isInterlaced)
  const packed: Buffer[] = []
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      packed.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  let unpacked: number
  try {
    unpacked = inflateSync(Buffer.concat(packed), { maxOutputLength: needed }).length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE')
      throw new BrokenImage('is damaged or cut short')
    // The decoder itself stops at the last pixel of one that is not interlaced.
    if (isInterlaced) throw new BrokenImage('unpacks to more than its size says')
    return
  }
  if (unpacked < needed) throw new BrokenImage('is damaged: pixels are missing')
}

/** Checks a jpeg before it is decoded: its size, and that its end is there. */
function checkJpeg(bytes: Buffer): void {
  let at = 2
  for (;;) {
    if (at + 9 > bytes.length) throw new BrokenImage('is cut short')
    if (bytes[at] !== 0xff) throw new BrokenImage('is damaged: a marker is missing')
    const marker = bytes[at + 1]!
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) {
      checkSize(bytes.readUInt16BE(at + 7), bytes.readUInt16BE(at + 5))
      break
    }
    if (marker === 0xda) throw new BrokenImage('is damaged: its size is missing')
    at += 2 + bytes.readUInt16BE(at + 2)
  }
  if (bytes.lastIndexOf(Buffer.from([0xff, 0xd9])) < at) throw new BrokenImage('is cut short')
}
