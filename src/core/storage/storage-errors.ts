import { AppError } from '../domain/errors'
import { damageAdvice } from './backups'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

const FULL = /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)/
const READONLY = /^(SQLITE_READONLY|SQLITE_PERM|SQLITE_CANTOPEN|EACCES|EPERM|EROFS|ENOENT)/
const DAMAGED = /^(SQLITE_CORRUPT|SQLITE_NOTADB)/
const IN_THE_WAY = /^(ENOTDIR|EISDIR|EEXIST|ENAMETOOLONG|EINVAL|ELOOP)/
const FAILING = /^(SQLITE_IOERR|EIO)/

/**
 * The one place that knows SQLite's and the file system's error codes: turns whatever reading or writing a workspace
 * threw into an AppError that says what happened, what is safe and what to do. Other errors are returned as they are.
 *
 * @param place the database file or workspace folder, for the message
 */
export function storageError(error: unknown, place: string): unknown {
  if (error instanceof AppError) return error
  // What is stored is JSON and blobs of numbers: where those do not read, what stands there is not what was written.
  const unreadable = error instanceof SyntaxError || error instanceof RangeError
  const code = unreadable ? 'SQLITE_CORRUPT_CONTENT' : codeOf(error)
  const fail = (kind: 'full' | 'readonly' | 'invalid' | 'locked', message: string, advice: string) =>
    new AppError(
      `workspace.${kind}`,
      `${message}. ${advice}`,
      { field: 'data', got: place, cause: code },
      { cause: error },
    )

  if (FULL.test(code))
    return fail(
      'full',
      `The disk or its quota is full: ${place} could not grow`,
      'Everything stored before is kept and nothing is half-written; free some space and try again',
    )
  if (READONLY.test(code))
    return fail(
      'readonly',
      `${place} cannot be written (${code})`,
      'Nothing was changed; check the permissions and the disk, or name another folder with --data',
    )
  if (DAMAGED.test(code))
    return fail(
      'invalid',
      unreadable ? `${place} is damaged: ${error.message}` : `${place} is damaged or no SQLite database (${code})`,
      damageAdvice(place),
    )
  if (IN_THE_WAY.test(code))
    return fail(
      'invalid',
      `${place} cannot be a workspace folder (${code})`,
      'A folder that exists or can be made is needed; move what is in its place or name another folder with --data',
    )
  if (FAILING.test(code))
    return fail(
      'invalid',
      `${place} could not be read or written: the disk reports an error (${code})`,
      'Everything acknowledged before is kept as far as the disk allows; check the disk, then run anneal doctor',
    )
  if (code.startsWith('SQLITE_BUSY'))
    return fail(
      'locked',
      `${place} is in use by another program`,
      'Close the program that has it open and try again; nothing was changed',
    )
  return error
}

/** Runs an action on a workspace; what it throws becomes an AppError where the cause is known. */
export function guard<T>(place: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw storageError(error, place)
  }
}

/** The same methods, each guarded. */
export function guardAll<T extends object>(place: string, methods: T): T {
  const guarded = Object.entries(methods).map(([name, method]) => [
    name,
    typeof method === 'function' ? (...args: unknown[]) => guard(place, () => method(...args)) : method,
  ])
  return Object.fromEntries(guarded) as T
}
