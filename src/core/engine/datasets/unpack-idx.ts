import { createGunzip } from 'node:zlib'

/** Why a packed file is not unpacked, for people. */
export class NotUnpacked extends Error {}

/** More than any set of images that fits in memory with the model. */
export const MAX_IDX_BYTES = 2 ** 31

/** So many times larger than the file may it become where it matters; a set of drawings stays below 100. */
const MAX_RATIO = 500
const RATIO_MATTERS = 64 * 2 ** 20

/** Type, number of dimensions, and up to four sizes. */
const HEAD = 20

/** Bytes of an IDX file as its first bytes say; null where they are not those of one. */
export function idxBytes(head: Buffer): number | null {
  const dimensions = head[3] ?? 0
  if (head.length < 4 + 4 * dimensions || head.readUInt32BE(0) >>> 8 !== 8 || dimensions < 1 || dimensions > 4)
    return null
  const sizes = Array.from({ length: dimensions }, (_, i) => head.readUInt32BE(4 + 4 * i))
  return 4 + 4 * dimensions + sizes.reduce((product, n) => product * n, 1)
}

/**
 * Unpacks an IDX file from gzip as far as its own sizes say and no further; of what is no IDX file only the beginning.
 * @throws NotUnpacked for damage, and for what becomes larger than it says or than is good
 */
export async function unpackIdx(packed: Buffer): Promise<Buffer> {
  const stream = createGunzip({ chunkSize: 2 ** 18 })
  stream.end(packed)
  let head = Buffer.alloc(0)
  let room: Buffer | null = null
  let at = 0
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      if (!room) {
        head = Buffer.concat([head, piece])
        if (head.length < HEAD) continue
        const bytes = idxBytes(head)
        if (bytes === null) return head
        room = Buffer.allocUnsafe(roomFor(bytes, packed.length))
        at = put(room, 0, head)
      } else at = put(room, at, piece)
    }
  } catch (error) {
    if (error instanceof NotUnpacked) throw error
    throw new NotUnpacked('is gzip that is damaged or cut short')
  } finally {
    stream.destroy()
  }
  return room ? room.subarray(0, at) : head
}

function roomFor(bytes: number, packed: number): number {
  if (bytes > MAX_IDX_BYTES) throw new NotUnpacked(`unpacks to ${bytes} bytes; at most ${MAX_IDX_BYTES} are read`)
  if (bytes > RATIO_MATTERS && bytes > MAX_RATIO * packed)
    throw new NotUnpacked(`unpacks to ${Math.round(bytes / packed)} times its size, which no set of images does`)
  return bytes
}

function put(room: Buffer, at: number, piece: Buffer): number {
  if (at + piece.length > room.length)
    throw new NotUnpacked(`is too long: it unpacks to more than ${room.length} bytes`)
  piece.copy(room, at)
  return at + piece.length
}
