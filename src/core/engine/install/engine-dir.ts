import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/**
 * Where engines are installed: $ANNEAL_ENGINE_DIR, else where the system keeps what can be fetched again.
 * Linux follows the XDG base directory specification, which ignores a relative XDG_CACHE_HOME.
 */
export function engineDir(
  env: Record<string, string | undefined> = process.env,
  platform: string = process.platform,
  home: string = homedir(),
): string {
  if (env.ANNEAL_ENGINE_DIR) return (platform === 'win32' ? win32 : posix).resolve(env.ANNEAL_ENGINE_DIR)
  if (platform === 'darwin') return posix.join(home, 'Library', 'Caches', 'anneal', 'engine')
  if (platform === 'win32')
    return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'anneal', 'engine')
  const xdg = env.XDG_CACHE_HOME
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.cache'), 'anneal', 'engine')
}
