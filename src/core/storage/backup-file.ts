import { appendFileSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { WritableDb } from './database'
import { syncPath } from './durable-files'
import { fileEnd, hashFile } from './file-hash'

/**
 * A backup is a whole SQLite database and, behind its last page, where SQLite does not look, a seal: a mark, when it was
 * made (ms since the epoch, Float64), and the SHA-256 of all before. SQLite has no checksums of its own: a changed bit in
 * the middle of recorded numbers would be found by nobody.
 */
const MARK = Buffer.from('ANNLBKUP')
const DIGEST_BYTES = 32
const SEAL_BYTES = MARK.length + 8 + DIGEST_BYTES

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
    const hash = hashFile(partial).update(head)
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
  const { size, end: seal } = fileEnd(file, SEAL_BYTES)
  const length = size - SEAL_BYTES
  if (length <= 0 || !seal.subarray(0, MARK.length).equals(MARK)) return null
  const digest = hashFile(file, size - DIGEST_BYTES).digest()
  return { madeAt: seal.readDoubleLE(MARK.length), intact: digest.equals(seal.subarray(-DIGEST_BYTES)), length }
}
