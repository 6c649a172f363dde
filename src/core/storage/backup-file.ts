import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, fstatSync, openSync, readSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WritableDb } from './database'
import { syncPath } from './durable-files'

/**
 * A backup is a whole SQLite database and, behind its last page, where SQLite does not look, a seal: a mark, when it was
 * made (ms since the epoch, Float64), and the SHA-256 of all before. SQLite has no checksums of its own: a changed bit in
 * the middle of recorded numbers would be found by nobody.
 */
const MARK = Buffer.from('ANNLBKUP')
const DIGEST_BYTES = 32
const SEAL_BYTES = MARK.length + 8 + DIGEST_BYTES
const PIECE = 2 ** 20

/** What the seal of a backup says; `intact` is false where the file is not what was sealed. */
export interface Seal {
  madeAt: number
  intact: boolean
  /** Bytes of the database before the seal. */
  length: number
}

/**
 * Copies a database as one moment has it, whoever else reads or writes it: packed anew, sealed, and under its name only
 * when all of it has reached the disk.
 *
 * @param partial where it grows; a file there is replaced
 */
export function writeBackup(db: WritableDb, target: string, now: number, partial = `${target}.partial`): void {
  removePartial(partial)
  try {
    db.prepare('VACUUM INTO ?').run(partial)
    const head = Buffer.alloc(MARK.length + 8)
    MARK.copy(head)
    head.writeDoubleLE(now, MARK.length)
    const hash = hashOf(partial).update(head)
    appendFileSync(partial, Buffer.concat([head, hash.digest()]))
    syncPath(partial)
    renameSync(partial, target)
    syncPath(dirname(target))
  } finally {
    removePartial(partial)
  }
}

/** With the journal that a kill may leave beside it: SQLite would roll the next one back by it. */
const removePartial = (partial: string): void =>
  ['', '-journal'].forEach((ending) => rmSync(partial + ending, { force: true }))

/** The seal of a backup; null where a file has none. Reads all of it. */
export function readSeal(file: string): Seal | null {
  const handle = openSync(file, 'r')
  let seal: Buffer
  let length: number
  try {
    length = fstatSync(handle).size - SEAL_BYTES
    seal = Buffer.alloc(SEAL_BYTES)
    if (length <= 0 || readSync(handle, seal, 0, SEAL_BYTES, length) !== SEAL_BYTES) return null
  } finally {
    closeSync(handle)
  }
  if (!seal.subarray(0, MARK.length).equals(MARK)) return null
  const digest = hashOf(file, length + SEAL_BYTES - DIGEST_BYTES).digest()
  return {
    madeAt: seal.readDoubleLE(MARK.length),
    intact: digest.equals(seal.subarray(-DIGEST_BYTES)),
    length,
  }
}

function hashOf(file: string, length = Infinity) {
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
