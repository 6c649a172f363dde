import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError } from '../domain/errors'
import { guard } from './storage-errors'

export const DATABASE_NAME = 'anneal.db'
export const LOCK_NAME = 'anneal.lock'

/**
 * Makes a workspace folder where it does not exist and returns its absolute path.
 * @throws AppError workspace.invalid (a file is in the way), workspace.readonly, workspace.full
 */
export function makeFolder(dir: string): string {
  const path = resolve(dir)
  guard(path, () => mkdirSync(path, { recursive: true }))
  return path
}

/**
 * The database file of a workspace folder, and its size in bytes; 0 where it does not exist yet.
 * @throws AppError workspace.invalid where something else than a file has its name
 */
export function databaseFile(dir: string): { file: string; bytes: number } {
  const file = join(dir, DATABASE_NAME)
  const stat = guard(file, () => statSync(file, { throwIfNoEntry: false }))
  if (stat && !stat.isFile())
    throw new AppError(
      'workspace.invalid',
      `${file} is not a file. Move it away or name another folder with --data; nothing was changed`,
      { field: 'data', got: file, allowed: 'a folder whose anneal.db is a file, or an empty folder' },
    )
  return { file, bytes: stat?.size ?? 0 }
}
