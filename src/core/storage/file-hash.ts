import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { createHash, type Hash } from 'node:crypto'

const PIECE = 2 ** 20

/** The SHA-256 of a file's first bytes, not finished yet: whoever asks may add to it. */
export function hashFile(file: string, length = Infinity): Hash {
  const hash = createHash('sha256')
  const handle = openSync(file, 'r')
  const piece = Buffer.alloc(PIECE)
  try {
    for (let at = 0; at < length;) {
      const n = readSync(handle, piece, 0, Math.min(PIECE, length - at), at)
      if (n === 0) break
      hash.update(piece.subarray(0, n))
      at += n
    }
    return hash
  } finally {
    closeSync(handle)
  }
}

/** Size of a file, and its last bytes. */
export function fileEnd(file: string, bytes: number): { size: number; end: Buffer } {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const end = Buffer.alloc(Math.min(bytes, size))
    readSync(handle, end, 0, end.length, size - end.length)
    return { size, end }
  } finally {
    closeSync(handle)
  }
}
