import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const OPENERS: Record<string, (url: string) => [string, string[]]> = {
  darwin: (url) => ['open', [url]],
  // `start` is a word of cmd's; the empty title keeps it from taking the address for one, ^ keeps & from ending it.
  win32: (url) => ['cmd', ['/d', '/s', '/c', `start "" ${url.replaceAll('&', '^&')}`]],
}

const onPath = (command: string, path = ''): boolean =>
  path.split(delimiter).some((folder) => folder !== '' && existsSync(join(folder, command)))

/** Is there a desktop, and something that opens pages on it? */
export function canOpenBrowser(env = process.env, platform: string = process.platform): boolean {
  if (platform in OPENERS) return true
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY) && onPath('xdg-open', env.PATH)
}

/** An opener that still runs after this long has found a browser and become it. */
const PATIENCE_MS = 3000

/**
 * Opens a page in the user's browser.
 * @returns whether something was found that could; where not, the address should be printed
 */
export function openBrowser(url: string, env = process.env, platform: string = process.platform): Promise<boolean> {
  if (!canOpenBrowser(env, platform)) return Promise.resolve(false)
  const [command, args] = OPENERS[platform]?.(url) ?? ['xdg-open', [url]]
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true, windowsHide: true })
    const timer = setTimeout(() => resolve(true), PATIENCE_MS)
    const settle = (opened: boolean) => {
      clearTimeout(timer)
      resolve(opened)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
    child.unref()
  })
}
