import { rmSync } from 'node:fs'
import { AppError } from '../domain/errors'
import { writeBackup } from './backup-file'
import { automaticBackups, backupBeforeMigration } from './backups'
import type { WritableDb } from './database'
import type { Migration } from './migrations/migration'

/** "ANNL": tells an Anneal workspace from other SQLite files. */
export const APPLICATION_ID = 0x414e4e4c
const KEPT_BACKUPS = 5

export const schemaVersion = (db: WritableDb): number => db.pragma('user_version', { simple: true }) as number

/**
 * Refuses what is not ours to open; an empty database is, since a crash at creation leaves one.
 * @throws AppError workspace.invalid, workspace.newer
 */
export function refuseForeign(db: WritableDb, file: string, known: number): void {
  const version = schemaVersion(db)
  const id = db.pragma('application_id', { simple: true }) as number
  const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() as number
  if (id !== APPLICATION_ID && (tables > 0 || version > 0 || id !== 0))
    throw new AppError(
      'workspace.invalid',
      `${file} is a SQLite database, but not an Anneal workspace. Nothing was changed; name another folder with --data`,
      { field: 'data', got: file, allowed: 'an Anneal workspace or an empty folder' },
    )
  if (version > known)
    throw new AppError(
      'workspace.newer',
      `${file} was written by a newer Anneal: its schema is version ${version}, this program knows up to version ${known}. ` +
        'Nothing was changed; update Anneal, or name another folder with --data',
      { field: 'data', got: `version ${version}`, allowed: `at most version ${known}`, version, known },
    )
  // No workspace has any: they would run whatever somebody else has written, at each of our own statements.
  const strange = db
    .prepare(
      `SELECT type || ' ' || name FROM sqlite_schema WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'`,
    )
    .pluck()
    .get() as string | undefined
  if (strange !== undefined)
    throw new AppError(
      'workspace.invalid',
      `${file} holds a ${strange.slice(0, 100)}, which no Anneal workspace does: somebody has changed it. Nothing was changed`,
      { field: 'data', got: file, allowed: 'tables and indexes only' },
    )
}

/**
 * Brings a workspace to the newest schema, one transaction a migration: a crash or an error leaves the version before it.
 * An existing database is copied first, to `<file>.backup-v<version>`; the last five such copies are kept.
 */
export function migrate(db: WritableDb, file: string, migrations: readonly Migration[], now = Date.now): void {
  const from = schemaVersion(db)
  const pending = migrations.filter(({ version }) => version > from).sort((a, b) => a.version - b.version)
  if (!pending.length) return
  if (from > 0) backUp(db, file, from, now())
  // Rebuilding a table drops it, which must not cascade; the check before the commit stands in.
  db.pragma('foreign_keys = OFF')
  try {
    for (const { version, up } of pending) {
      db.transaction(() => {
        if (typeof up === 'string') db.exec(up)
        else up(db)
        const broken = db.pragma('foreign_key_check') as unknown[]
        if (broken.length)
          throw new AppError(
            'workspace.invalid',
            `Updating ${file} to schema ${version} would lose ${broken.length} references; nothing was changed`,
            { got: file, version },
          )
        db.pragma(`application_id = ${APPLICATION_ID}`)
        db.pragma(`user_version = ${version}`)
      }).immediate()
    }
  } finally {
    db.pragma('foreign_keys = ON')
  }
}

function backUp(db: WritableDb, file: string, version: number, now: number): void {
  writeBackup(db, backupBeforeMigration(file, version), now)
  for (const { path } of automaticBackups(file).slice(KEPT_BACKUPS)) rmSync(path, { force: true })
}
