import { join } from 'node:path'
import { ensureElectron, hasDisplay } from './lib/electron.mjs'
import { ROOT } from './lib/root.mjs'
import { callerFolder, runHere } from './lib/run.mjs'
import { say } from './lib/say.mjs'
import { setup } from './lib/setup.mjs'

const args = process.argv.slice(2)
const noOpen = args.includes('--no-open')
const rest = args.filter((arg) => arg !== '--no-open')

/** Why there will be no window, or the executable that shows one. */
function shell() {
  if (noOpen) return { path: null, reason: '--no-open was given' }
  if (!hasDisplay()) return { path: null, reason: 'there is no display' }
  return ensureElectron()
}

await setup()
const { path, reason } = shell()
if (path) {
  // Chromium's sandbox refuses to run as root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  process.exit(await runHere(path, [ROOT, ...asRoot, ...rest], { cwd: callerFolder() }))
}
say(`No window: ${reason}. Serving the same page on this machine instead; Ctrl+C ends it.`)
const open = noOpen || !hasDisplay() ? [] : ['--open']
process.exit(await runHere('node', [join(ROOT, 'out/node/cli.js'), 'serve', ...open, ...rest], { cwd: callerFolder() }))
