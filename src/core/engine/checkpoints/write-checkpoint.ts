import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../../domain/errors'
import { aligned, type CheckpointFacts, checkpointName, DIGEST_BYTES, layOut, MAX_CHECKPOINT_BYTES } from './format'
import type { StateEntry } from './state'

/** A checkpoint that is whole on disk. */
export interface WrittenCheckpoint {
  bytes: number
  /** Hex; of all before the digest, which the file ends with. */
  sha256: string
}

/**
 * Writes a checkpoint so that its name is there only when all of it has reached the disk: temporary file, fsync, rename,
 * fsync of the folder. Arrays are copied out of the engine one at a time. One of the same step is replaced.
 *
 * @param folder of the run's checkpoints; made where it is missing
 * @throws the file system's error; the temporary file is removed. AppError `checkpoint.invalid` above the size limit
 */
export function writeCheckpoint(
  folder: string,
  facts: CheckpointFacts,
  state: readonly StateEntry[],
): WrittenCheckpoint {
  const { head, places, end } = layOut(facts, state)
  const bytes = end + DIGEST_BYTES
  if (bytes > MAX_CHECKPOINT_BYTES)
    throw new AppError(
      'checkpoint.invalid',
      `a checkpoint of ${bytes} bytes is larger than the limit of ${MAX_CHECKPOINT_BYTES}`,
    )
  mkdirSync(folder, { recursive: true })
  const file = checkpointName(facts.step)
  const partial = join(folder, `.${file}.partial`)
  const hash = createHash('sha256')
  const handle = openSync(partial, 'w')
  let sha256: Buffer
  try {
    try {
      const write = (part: Uint8Array) => {
        hash.update(part)
        writeAll(handle, part)
      }
      write(head)
      state.forEach((entry, i) => {
        const values = entry.read()
        const place = places[i]!
        if (values.byteLength !== place.bytes)
          throw new AppError('internal', `${entry.name} has ${values.byteLength} bytes, its shape says ${place.bytes}`)
        write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
        write(new Uint8Array(aligned(place.bytes) - place.bytes))
      })
      sha256 = hash.digest()
      writeAll(handle, sha256)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    renameSync(partial, join(folder, file))
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  syncFolder(folder)
  syncFolder(dirname(folder))
  return { bytes, sha256: sha256.toString('hex') }
}

/** A write may take less than it was given. */
function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at, bytes.length - at)
}

/** Makes a new name last. Windows has no such call and needs none. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
