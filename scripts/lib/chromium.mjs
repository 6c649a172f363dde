import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { aptInstall } from './packages.mjs'

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

const playwrights = () => {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), '.cache', 'ms-playwright')
  if (!existsSync(cache)) return []
  const folders = readdirSync(cache).filter((name) => /^chromium-\d+$/.test(name))
  return folders.flatMap((name) => ['chrome-linux', 'chrome-linux64'].map((sub) => join(cache, name, sub, 'chrome')))
}

const find = () => [process.env.ANNEAL_CHROMIUM, ...SYSTEM, ...playwrights()].find((path) => path && existsSync(path))

/** A Chromium for the page's tests: the system's, Playwright's, or a new one where we may install it. */
export function ensureChromium() {
  const found = find()
  if (found) return { path: found, reason: null }
  const reason = aptInstall(['chromium'], 'the page is tested in a real Chromium')
  return { path: find() ?? null, reason }
}
