import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../domain/errors'
import { damageAdvice } from './backups'
import { guard } from './storage-errors'

export const DATABASE_NAME = 'anneal.db'
export const LOCK_NAME = 'anneal.lock'

/**
 * Makes a workspace folder where it does not exist and returns its absolute path.
 * @throws AppError workspace.invalid (a file is in the way), workspace.readonly, workspace.full
 */
export function makeFolder(dir: string): string {
  const path = resolve(dir)
  guard(path, () => makeWithParents(path))
  return path
}

/** One level at a time: Node's own recursive mkdir never returns for a folder under /proc. */
function makeWithParents(path: string): void {
  if (existsSync(path)) {
    // Says that a file is in the way, where one is.
    if (!statSync(path).isDirectory()) mkdirSync(path)
    return
  }
  makeWithParents(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have been faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** How every SQLite database begins. A file of less than a page SQLite itself would take for an empty database. */
const SQLITE_HEADER = 'SQLite format 3\0'

/**
 * The database file of a workspace folder, and its size in bytes; 0 where it does not exist yet.
 * @throws AppError workspace.invalid where something else has its name
 */
export function databaseFile(dir: string): { file: string; bytes: number } {
  const file = join(dir, DATABASE_NAME)
  return guard(file, () => {
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat && !stat.isFile()) throw notADatabase(file, 'is not a file')
    const bytes = stat?.size ?? 0
    if (bytes > 0 && !beginsWith(file, SQLITE_HEADER)) throw notADatabase(file, 'is damaged or no SQLite database')
    return { file, bytes }
  })
}

function beginsWith(file: string, text: string): boolean {
  const handle = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(text.length)
    return readSync(handle, bytes) === text.length && bytes.toString('latin1') === text
  } finally {
    closeSync(handle)
  }
}

const notADatabase = (file: string, what: string): AppError =>
  new AppError('workspace.invalid', `${file} ${what}. ${damageAdvice(file)}`, {
    field: 'data',
    got: file,
    allowed: 'a folder with an Anneal workspace, or an empty folder',
  })
