import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Writable } from 'node:stream'
import { AppError } from '../domain/errors'

/**
 * Writes a whole file or nothing: beside its place first, flushed, then moved there.
 *
 * @param force replaces a file that is there
 * @returns the absolute path
 * @throws AppError `file.exists`; `workspace.full` where the disk is full; `file.unreadable` where it cannot be written
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { force }: { force: boolean },
): Promise<string> {
  return writeStreamed(path, (file) => file.writeFile(content), { force })
}

/**
 * The same for a file that is written piece by piece.
 * @param write writes it; where it fails nothing is left, and its own errors are told as they are
 */
export async function writeStreamed(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  { force }: { force: boolean },
): Promise<string> {
  const target = resolve(path)
  if (!force && existsSync(target))
    throw new AppError('file.exists', `${target} exists already; nothing was written`, {
      field: '--out',
      got: target,
      hint: 'Choose another name, or replace it with --force.',
    })
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
    return target
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {})
    throw cause instanceof AppError ? cause : writeError(target, cause as NodeJS.ErrnoException)
  }
}

/** A stream into an open file, which stays open. */
export const intoFile = (file: FileHandle): Writable =>
  new Writable({ write: (piece: Buffer, _encoding, next) => void file.appendFile(piece).then(() => next(), next) })

function writeError(target: string, cause: NodeJS.ErrnoException): AppError {
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')
    return new AppError('workspace.full', `The disk is full: ${target} was not written`, { field: target }, { cause })
  const message = `${target} cannot be written: ${cause.message}`
  return new AppError('file.unreadable', message, { field: target, hint: 'Choose another place.' }, { cause })
}
