import { dirname } from 'node:path'
import { ensureElectron22 } from '../electron22.mjs'
import { aptInstall } from './packages.mjs'
import { runQuietly } from './run.mjs'

const LIBRARIES = ['libgtk-3-0', 'libnss3', 'libgbm1', 'libasound2']

const hasScreen = () => runQuietly('sh', ['-c', 'command -v Xvfb']).code === 0
const missing = (executable) =>
  runQuietly('ldd', [executable])
    .output.split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0])

/** Tells the window's tests where their Electron is, or why there is none. */
export const electronEnv = ({ path, reason }) => ({ ANNEAL_ELECTRON22: path ?? '', ANNEAL_NO_ELECTRON: reason ?? '' })

/** What the window's tests need: an Electron and a screen that nobody sees; `path` is Electron's folder. */
export function ensureElectronForTests() {
  const { path, reason } = ensureElectron22()
  if (!path) return { path: null, reason }
  const screen = hasScreen() ? null : aptInstall(['xvfb'], 'the window is tested on a screen that nobody sees')
  if (screen) return { path: null, reason: screen }
  if (missing(path).length) aptInstall(LIBRARIES, 'Electron needs them')
  const lacking = missing(path)
  if (lacking.length) return { path: null, reason: `Electron 22 lacks libraries here: ${lacking.join(', ')}` }
  return { path: dirname(path), reason: null }
}
