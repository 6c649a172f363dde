import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The menu stays a menu. */
const MOST = 10

/** A folder that was open before, and whether it is still there. */
export interface RecentWorkspace {
  dir: string
  missing: boolean
}

/** The list with a folder in front, once. */
export const withRecent = (dirs: readonly string[], dir: string): string[] =>
  [dir, ...dirs.filter((one) => one !== dir)].slice(0, MOST)

/** What a file says of workspaces; nothing for what is no list of folders. */
export function parseRecent(text: string): string[] {
  try {
    const dirs: unknown = JSON.parse(text)
    if (!Array.isArray(dirs)) return []
    return dirs
      .filter((dir): dir is string => typeof dir === 'string' && dir !== '' && dir.length < 4096)
      .slice(0, MOST)
  } catch {
    return []
  }
}

export interface RecentWorkspaces {
  /** The others than the one that is open, newest first. */
  others(): RecentWorkspace[]
  clear(): void
}

/** Remembers which workspaces were open, in one file for all of them; the one that is opened now is the newest. */
export function rememberWorkspace(file: string, dir: string, onError: (error: unknown) => void): RecentWorkspaces {
  const read = () => {
    try {
      return parseRecent(readFileSync(file, 'utf8'))
    } catch {
      return []
    }
  }
  const write = (dirs: readonly string[]) => {
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, JSON.stringify(dirs))
    } catch (error) {
      onError(error)
    }
  }
  write(withRecent(read(), dir))
  return {
    others: () =>
      read()
        .filter((one) => one !== dir)
        .map((one) => ({ dir: one, missing: !existsSync(one) })),
    clear: () => write([dir]),
  }
}
