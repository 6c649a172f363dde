import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { AppError } from '../domain/errors'
import { ACKNOWLEDGED_NAME } from './acknowledged'
import { checkDatabase, stamp } from './backup'
import { readSeal, type Seal } from './backup-file'
import { openCheckpointFiles } from './checkpoint-files'
import { connectTo } from './database'
import { keepAs, syncPath } from './durable-files'
import { DATABASE_NAME, makeFolder } from './folder'
import { acquireLock } from './lock'
import { MIGRATIONS } from './migrations'
import { guard } from './storage-errors'

/** What is in a database, as far as a question about it needs. */
export interface Contents {
  runs: number
  points: number
  version: number
}

/** A backup that was found sound and waits to be put in place; the workspace is held until one of both is called. */
export interface PreparedRestore {
  /** When it was made; null where the file is no backup of `anneal backup` and has no checksum. */
  madeAt: number | null
  backup: Contents
  /** What is there now: `none`, or `unreadable` where it is damaged. */
  present: Contents | 'none' | 'unreadable'
  /** Puts it in place; returns where the database before it is kept, null where there was none. */
  commit(): { aside: string | null }
  /** Leaves everything as it was. */
  cancel(): void
}

/**
 * Copies a backup into a workspace folder beside the present database and checks it from end to end; nothing is replaced
 * before {@link PreparedRestore.commit}, which replaces it in one step and keeps what was there.
 *
 * @param known the newest schema that this program can open
 * @throws AppError `workspace.locked`, `file.unreadable`, `workspace.invalid` where the backup is damaged or none,
 *   `workspace.newer`, `workspace.full`
 */
export function prepareRestore(
  dir: string,
  from: string,
  now: number,
  known = MIGRATIONS.at(-1)!.version,
): PreparedRestore {
  const source = resolve(from)
  const seal = checkSeal(source)
  const folder = makeFolder(dir)
  const file = join(folder, DATABASE_NAME)
  if (existsSync(file) && realpathSync(source) === realpathSync(file))
    throw new AppError('input.invalid', `${source} is the workspace's own database; nothing was changed`, {
      field: 'FILE',
      got: source,
      allowed: 'a backup',
    })
  const lock = acquireLock(folder, 'cli')
  const coming = `${file}.restoring`
  const leave = () => {
    removeDatabase(coming)
    lock.release()
  }
  try {
    removeDatabase(coming)
    guard(coming, () => copyDatabase(source, seal, coming))
    const backup = checkBackup(coming, source, known)
    const present = presentContents(file)
    return {
      madeAt: seal?.madeAt ?? null,
      backup,
      present,
      commit() {
        try {
          return { aside: guard(file, () => putInPlace(coming, file, now)) }
        } finally {
          leave()
        }
      },
      cancel: leave,
    }
  } catch (error) {
    leave()
    throw error
  }
}

/** What a backup is sealed with, if it is. @throws AppError `file.unreadable`, `workspace.invalid` where its checksum does not fit */
function checkSeal(source: string): Seal | null {
  let seal: Seal | null
  try {
    seal = readSeal(source)
  } catch (cause) {
    throw new AppError('file.unreadable', `${source} cannot be read: ${(cause as Error).message}`, { got: source })
  }
  if (seal && !seal.intact)
    throw new AppError(
      'workspace.invalid',
      `${source} is damaged: its checksum does not fit its contents. Nothing was changed; take another backup`,
      { field: 'FILE', got: source },
    )
  return seal
}

/** A database that was only copied may have its newest transactions in a log beside it. */
function copyDatabase(source: string, seal: Seal | null, coming: string): void {
  copyFileSync(source, coming)
  if (seal) truncateSync(coming, seal.length)
  else if (existsSync(`${source}-wal`)) {
    copyFileSync(`${source}-wal`, `${coming}-wal`)
    foldLog(coming)
  }
  syncPath(coming)
}

function checkBackup(coming: string, source: string, known: number): Contents {
  try {
    const found = checkDatabase(coming)
    if (found.version <= known) return found
    throw new AppError(
      'workspace.newer',
      `${source} was made by a newer Anneal: its schema is version ${found.version}, this program knows up to version ${known}. Nothing was changed; update Anneal`,
      { got: `version ${found.version}`, allowed: `at most version ${known}` },
    )
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'workspace.invalid') throw error
    const problem =
      typeof error.details.problem === 'string' ? error.details.problem.split('\n')[0] : 'no workspace is in it'
    throw new AppError(
      'workspace.invalid',
      `${source} cannot be put back: ${problem}. Nothing was changed; take another backup`,
      { field: 'FILE', got: source, problem },
      { cause: error },
    )
  }
}

function presentContents(file: string): PreparedRestore['present'] {
  if (!existsSync(file)) return 'none'
  try {
    return checkDatabase(file)
  } catch {
    return 'unreadable'
  }
}

/** The database before it is kept under another name, with its log and its runs' checkpoints, before anything goes. */
function putInPlace(coming: string, file: string, now: number): string | null {
  const folder = dirname(file)
  const aside = existsSync(file) ? freeName(`${file}.replaced-${stamp(now)}`) : null
  if (aside) {
    emptyLog(file)
    keepAs(file, aside)
    if (existsSync(`${file}-wal`)) keepAs(`${file}-wal`, `${aside}-wal`)
    keepCheckpoints(folder, aside)
    syncPath(folder)
    // The log belongs to the database that goes: SQLite would put its pages into the one that comes.
    for (const ending of ['-wal', '-shm']) rmSync(file + ending, { force: true })
    rmSync(join(folder, ACKNOWLEDGED_NAME), { force: true })
  }
  renameSync(coming, file)
  syncPath(folder)
  return aside
}

/** Writes what is in a database's log into its file. */
function foldLog(file: string): void {
  const db = connectTo(file)
  try {
    db.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    db.close()
  }
}

/** What is in the log of a sound database goes into its file: then there is no moment with one and without the other. */
function emptyLog(file: string): void {
  if (!statSync(`${file}-wal`, { throwIfNoEntry: false })?.size) return
  try {
    checkDatabase(file)
    foldLog(file)
  } catch {
    // Damaged: it is kept as it is, with its log.
  }
}

/** Checkpoints that the database which comes does not know would be removed at the next start. */
function keepCheckpoints(folder: string, aside: string): void {
  const files = openCheckpointFiles(folder)
  for (const { run, name } of files.all()) {
    mkdirSync(join(`${aside}-checkpoints`, run), { recursive: true })
    keepAs(join(files.folder(run), name), join(`${aside}-checkpoints`, run, name))
  }
}

function freeName(name: string): string {
  const taken = new Set(readdirSync(dirname(name)))
  let free = name
  for (let n = 2; taken.has(free.slice(dirname(name).length + 1)); n++) free = `${name}-${n}`
  return free
}

const removeDatabase = (file: string): void =>
  ['', '-wal', '-shm', '-journal'].forEach((ending) => rmSync(file + ending, { force: true }))
