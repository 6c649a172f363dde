import { join } from 'node:path'
import { ROOT } from './root.mjs'
import { runHere, runQuietly } from './run.mjs'
import { say } from './say.mjs'

const CLI = join(ROOT, 'out', 'node', 'cli.js')

/** The only platform on which the build of TensorFlow was run; elsewhere the user decides. */
const isTested = process.platform === 'linux' && process.arch === 'x64'

const CANCELLED = 130

/** What the fastest engine here is: { kind, label, whyNotFaster }. */
function usedEngine() {
  const { code, output } = runQuietly('node', [CLI, 'engine', 'list', '--json'])
  if (code !== 0) return { kind: 'unknown', label: 'unknown', whyNotFaster: output.trim() }
  return JSON.parse(output).used
}

/**
 * Makes sure of TensorFlow where that is possible without asking anyone; never fails, since the portable engine trains
 * everywhere.
 * @returns {Promise<{ native: boolean, reason: string | null }>} why the portable engine has to do, in words
 */
export async function ensureEngine() {
  const before = usedEngine()
  if (before.kind === 'native') return { native: true, reason: null }
  // A library of the user's own that cannot be used is not ours to replace.
  if (!isTested || process.env.ANNEAL_LIBTENSORFLOW) {
    say(`Training will use ${before.label}. ${before.whyNotFaster}`)
    return { native: false, reason: before.whyNotFaster }
  }
  say('Fetching TensorFlow for the CPU (274 MB, once, with pip, into no Python environment) …')
  const code = await runHere('node', [CLI, 'engine', 'install', 'cpu'], { stdio: ['ignore', 'ignore', 'inherit'] })
  // Whoever pressed Ctrl-C wants none of what comes next.
  if (code === CANCELLED) process.exit(CANCELLED)
  const after = usedEngine()
  if (after.kind === 'native') return { native: true, reason: null }
  say(`Going on with ${after.label}; training takes several times as long.`)
  return { native: false, reason: 'TensorFlow could not be fetched; "anneal engine install cpu" says why' }
}
