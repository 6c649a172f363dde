import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { runQuietly } from './run.mjs'
import { fail, say } from './say.mjs'

const STAMP = join(ROOT, 'node_modules', '.anneal-installed')
const major = (version) => Number(/\d+/.exec(version)?.[0] ?? 0)

/** The version that the project runs on; better-sqlite3 13 crashes on Node 20. */
const NODE_MAJOR = 24

/** Installs what the lock file asks for, unless exactly that is installed already. */
export function ensureDependencies() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return
  say('Installing dependencies (npm ci), about a minute …')
  const { code, output } = runQuietly('npm', ['ci', '--loglevel=error', '--no-progress'])
  if (code !== 0)
    fail(`npm ci failed; the network or the npm registry may be out of reach:\n${output.trim().slice(-2000)}`)
  ensureNode()
  writeFileSync(STAMP, wanted)
}

/** Fetches the project's own Node: npm's install scripts are off, and this package is the one that needs its own. */
function ensureNode() {
  if (major(runQuietly('node', ['--version']).output.replace('v', '')) >= NODE_MAJOR) return
  say(`Fetching Node ${NODE_MAJOR} for this project (this machine's is ${process.version}) …`)
  const { code, output } = runQuietly('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'])
  if (code === 0 && major(runQuietly('node', ['--version']).output.replace('v', '')) >= NODE_MAJOR) return
  fail(
    `Node ${NODE_MAJOR} could not be fetched from npm; install it yourself and try again:\n${output.trim().slice(-1000)}`,
  )
}
