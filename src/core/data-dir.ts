import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/**
 * The user's data folder: $ANNEAL_DATA, else where the system keeps the data of programs.
 * Linux follows the XDG base directory specification, which ignores a relative XDG_DATA_HOME.
 */
export function defaultDataDir(
  env: Record<string, string | undefined> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  if (env.ANNEAL_DATA) return env.ANNEAL_DATA
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Anneal')
  if (platform === 'win32') return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'Anneal')
  const xdg = env.XDG_DATA_HOME
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.local', 'share'), 'anneal')
}
