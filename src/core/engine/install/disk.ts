import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../domain/errors'

/** Left free beside what is needed: a full disk troubles everything else on it. */
const MARGIN_BYTES = 64 * 2 ** 20

/**
 * Makes sure beforehand that something fits on the disk of a folder.
 * @throws AppError workspace.full with how much is needed and how much there is
 */
export async function requireSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(nearestExisting(folder))
  const [needed, free] = [bytes + MARGIN_BYTES, bavail * bsize]
  if (free >= needed) return
  const hint = `Free ${megabytes(needed - free)} more, or name a folder on another disk with ANNEAL_ENGINE_DIR`
  throw new AppError(
    'workspace.full',
    `The engine needs ${megabytes(needed)} on the disk of ${folder} while it is installed, and ${megabytes(free)} are free. ${hint}; nothing was changed`,
    {
      reason: 'disk',
      got: megabytes(free),
      allowed: `at least ${megabytes(needed)}`,
      hint,
      neededBytes: needed,
      freeBytes: free,
    },
  )
}

/** What the file system says about the engine's folder, in words; other errors are returned as they are. */
export function diskError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const fail = (kind: 'full' | 'readonly' | 'invalid', what: string, hint: string) =>
    new AppError(
      `workspace.${kind}`,
      `${what} (${code}). ${hint}`,
      { reason: 'disk', got: folder, hint },
      { cause: error },
    )
  if (/^(ENOSPC|EDQUOT)$/.test(code))
    return fail(
      'full',
      `The disk or its quota became full while the engine was written to ${folder}`,
      'Nothing of it is used. Free some space, or name another folder with ANNEAL_ENGINE_DIR, and try again',
    )
  if (/^(EACCES|EPERM|EROFS|ENOENT)$/.test(code))
    return fail(
      'readonly',
      `The engine's folder ${folder} cannot be made or written`,
      'Name another with ANNEAL_ENGINE_DIR',
    )
  if (/^(ENOTDIR|EEXIST|ENAMETOOLONG|ELOOP)$/.test(code))
    return fail(
      'invalid',
      `${folder} cannot be a folder`,
      'Move what is in its place, or name another with ANNEAL_ENGINE_DIR',
    )
  return error
}

const nearestExisting = (path: string): string => (existsSync(path) ? path : nearestExisting(dirname(path)))

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
