import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { homepageIn } from './policies'

/** A built file, by its path in the output folder. */
export const built = (path: string): string => join(app.getAppPath(), 'out', path)

export const resource = (name: string): string => join(app.getAppPath(), 'resources', name)

/** A file of the window's own in the workspace. Not before keepStateWithWorkspace. */
export const stateFile = (name: string): string => join(app.getPath('userData'), name)

/** What the program remembers beyond one workspace. */
export const recentFile = (): string => join(app.getPath('appData'), 'Anneal', 'recent-workspaces.json')

/** The program's own page, as its package.json names it; null where that names none. */
export function homepage(): string | null {
  return homepageIn(JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8')))
}

/** Chromium's own files lie with the workspace, so that one window a workspace is what "single instance" means. */
export function keepStateWithWorkspace(dir: string): void {
  const folder = join(dir, 'window')
  try {
    mkdirSync(folder, { recursive: true })
    app.setPath('userData', folder)
  } catch {
    // A folder that cannot be written is the core's to explain, with words.
  }
}
