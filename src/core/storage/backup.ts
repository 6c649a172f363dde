import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../domain/errors'
import { writeBackup } from './backup-file'
import { BACKUPS_FOLDER } from './backups'
import { openCheck } from './check'
import { connectTo, readable, type WritableDb } from './database'
import { databaseFile } from './folder'
import { refuseForeign, schemaVersion } from './migrate'
import { isRunning } from './process-identity'
import { guard } from './storage-errors'

/** A backup that was made, and what is not in it. */
export interface MadeBackup {
  file: string
  bytes: number
  version: number
  runs: number
  points: number
  /** Checkpoints are files of their own. */
  checkpoints: { files: number; bytes: number }
}

const PARTIAL = /^\.anneal-backup\.(\d+)\.partial(-journal)?$/

/** Name of a moment in file names, in local time. */
export function stamp(now: number): string {
  const d = new Date(now)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${d.getFullYear()}${two(d.getMonth() + 1)}${two(d.getDate())}`
  return `${day}-${two(d.getHours())}${two(d.getMinutes())}${two(d.getSeconds())}`
}

/**
 * Backs a workspace's database up as one moment has it, also while another process records into it: that one goes on
 * and notices nothing. The copy is checked from end to end before this returns.
 *
 * @param out its file; by default a new one in the workspace's `backups`
 * @throws AppError `file.exists`, `workspace.invalid` where the database is damaged, `workspace.full`, `workspace.readonly`
 */
export function backUpWorkspace(
  dir: string,
  { out, force = false, now }: { out?: string; force?: boolean; now: number },
): MadeBackup {
  const { file } = databaseFile(resolve(dir))
  const target = resolve(out ?? join(dirname(file), BACKUPS_FOLDER, `anneal-${stamp(now)}.db`))
  if (target === file || (!force && existsSync(target)))
    throw new AppError('file.exists', `${target} exists already; nothing was written`, {
      field: '--out',
      got: target,
      hint: target === file ? 'Choose another name.' : 'Choose another name, or replace it with --force.',
    })
  const folder = dirname(target)
  guard(folder, () => {
    if (out === undefined) mkdirSync(folder, { recursive: true })
    removeLeftovers(folder)
  })
  const db = guard(file, () => openToRead(file))
  try {
    const checkpoints = checkpointsOf(db)
    guard(target, () => writeBackup(db, target, now, join(folder, `.anneal-backup.${process.pid}.partial`)))
    const { version, runs, points } = checkDatabase(target)
    return { file: target, bytes: statSync(target).size, version, runs, points, checkpoints }
  } finally {
    db.close()
  }
}

/** A connection that changes nothing, beside whoever else has the database open. */
function openToRead(file: string): WritableDb {
  const db = connectTo(file, { readonly: true, fileMustExist: true })
  try {
    refuseForeign(db, file, Infinity)
    if (schemaVersion(db) === 0) throw new AppError('workspace.invalid', `${file} holds no workspace`, { got: file })
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Checks a copy of a workspace's database: structure, references, that every counted point is there.
 * @throws AppError workspace.invalid
 */
export function checkDatabase(file: string): ReturnType<ReturnType<typeof openCheck>> {
  return guard(file, () => {
    const db = openToRead(file)
    try {
      const found = openCheck(db, file)()
      if (found.integrity === 'ok' && found.foreignKeys === 0) return found
      const problem = found.integrity === 'ok' ? `${found.foreignKeys} broken references` : found.integrity
      throw new AppError('workspace.invalid', `${file} is damaged: ${problem.split('\n')[0]}`, { got: file, problem })
    } finally {
      db.close()
    }
  })
}

function checkpointsOf(db: WritableDb): MadeBackup['checkpoints'] {
  const read = readable(db)
  if (!read.column("SELECT 1 FROM sqlite_schema WHERE name = 'checkpoint'").get()) return { files: 0, bytes: 0 }
  return read
    .query<MadeBackup['checkpoints']>('SELECT count(*) AS files, coalesce(sum(bytes), 0) AS bytes FROM checkpoint')
    .get()!
}

/** Removes what backups left that were killed. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = PARTIAL.exec(name)?.[1]
    if (pid && !isRunning(Number(pid), null)) rmSync(join(folder, name), { force: true })
  }
}
