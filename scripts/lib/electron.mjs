import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { runQuietly } from './run.mjs'
import { say } from './say.mjs'

const FOLDER = join(ROOT, 'node_modules', 'electron')

const binary = () => {
  const pathFile = join(FOLDER, 'path.txt')
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(FOLDER, 'dist')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron'
  const path = join(dist, name)
  return existsSync(path) ? path : null
}

/** Long enough for about 110 MB on a slow line, short enough not to look dead. */
const DOWNLOAD_MS = 180_000

/** Electron's executable, fetched where it is not there yet; otherwise why not, in words. */
export function ensureElectron() {
  if (binary()) return { path: binary(), reason: null }
  say('Fetching Electron (about 110 MB, once) …')
  const { output } = runQuietly('node', [join(FOLDER, 'install.js')], { timeout: DOWNLOAD_MS })
  if (binary()) return { path: binary(), reason: null }
  const cause =
    output
      .trim()
      .split('\n')
      .find((line) => /error|fail|code/i.test(line)) ?? 'no connection'
  return { path: null, reason: `Electron's binary could not be downloaded (${cause.trim().slice(0, 120)})` }
}

/** Is there a screen to open a window on? */
export const hasDisplay = () =>
  process.platform === 'win32' ||
  process.platform === 'darwin' ||
  Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
