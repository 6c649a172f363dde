import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Folder of a workspace for backups that were asked for without a place. */
export const BACKUPS_FOLDER = 'backups'

export const backupBeforeMigration = (file: string, version: number): string => `${file}.backup-v${version}`

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Copies made before migrations, newest schema first. */
export function automaticBackups(file: string): { path: string; version: number }[] {
  const prefix = basename(backupBeforeMigration(file, 0)).slice(0, -1)
  return namesIn(dirname(file))
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .map((name) => ({ path: join(dirname(file), name), version: Number(name.slice(prefix.length)) }))
    .sort((a, b) => b.version - a.version)
}

/** The newest backup of a workspace's database, whoever asked for it; null where there is none here. */
export function newestBackup(file: string): string | null {
  const folder = join(dirname(file), BACKUPS_FOLDER)
  const own = namesIn(folder)
    .filter((name) => !name.startsWith('.') && name.endsWith('.db'))
    .map((name) => join(folder, name))
  const all = [...automaticBackups(file).map(({ path }) => path), ...own]
    .map((path) => ({ path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.at - a.at)
  return all[0]?.path ?? null
}

/** What to do about a damaged database, as the end of a message. */
export function damageAdvice(file: string): string {
  const backup = newestBackup(file)
  const here = `--data ${dirname(file)}`
  const last = backup
    ? `the newest backup is put back with: anneal restore ${backup} ${here}`
    : `there is no backup in its folder; one of your own is put back with: anneal restore FILE ${here}`
  return `Nothing was changed. What can still be read comes into a new workspace with: anneal doctor --salvage DIR ${here}; ${last}`
}
