import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ensureChromium } from './lib/chromium.mjs'
import { ensureEngine } from './lib/engine.mjs'
import { ROOT } from './lib/root.mjs'
import { runAside, runHere, projectEnv } from './lib/run.mjs'
import { say } from './lib/say.mjs'
import { setup } from './lib/setup.mjs'
import { electronEnv, ensureElectronForTests } from './lib/test-electron.mjs'

/** Checks that need no test runner; each counts as one test. */
const CHECKS = ['check:format', 'check:lint', 'check:types:pure', 'check:types:node', 'check:types:web', 'check:layers']

const started = performance.now()
await setup()
const chromium = ensureChromium()
const electron = ensureElectronForTests()
const engine = await ensureEngine()
const counts = { passed: 0, failed: 0, skipped: 0 }
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/** Two at a time: most of the waiting is one tool loading itself. */
async function runChecks() {
  const queue = [...CHECKS]
  const worker = async () => {
    for (let name = queue.shift(); name; name = queue.shift()) {
      const since = performance.now()
      const { code, output } = await runAside('npm', ['run', '--silent', name])
      counts[code === 0 ? 'passed' : 'failed']++
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds(since)})`)
      if (code !== 0) console.log(output.trim())
    }
  }
  await Promise.all([worker(), worker()])
}

async function runTests() {
  const folder = join(ROOT, 'test', '.artifacts')
  const report = join(folder, 'report.json')
  mkdirSync(folder, { recursive: true })
  rmSync(report, { force: true })
  const env = {
    ...projectEnv(),
    ANNEAL_CHROMIUM: chromium.path ?? '',
    ANNEAL_NO_CHROMIUM: chromium.reason ?? '',
    ...electronEnv(electron),
  }
  const code = await runHere(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)],
    { env },
  )
  if (!existsSync(report)) {
    console.log(`FAIL the test runner ended early with status ${code}, before it could count`)
    counts.failed++
    return
  }
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  const skipped = []
  for (const file of testResults) {
    // A file that fails before its first test has none to count.
    if (file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed')) counts.failed++
    for (const { status, fullName } of file.assertionResults) {
      if (status === 'passed') counts.passed++
      else if (status === 'failed') counts.failed++
      else skipped.push(`${relative(ROOT, file.name)}: ${fullName}`)
    }
  }
  counts.skipped += skipped.length
  if (code !== 0 && counts.failed === 0) counts.failed++
  if (!skipped.length) return
  console.log('\nSkipped:')
  for (const line of skipped) console.log(`  ${line}`)
  for (const reason of [chromium.reason, electron.reason, engine.reason])
    if (reason) console.log(`  because: ${reason}`)
}

await runChecks()
await runTests()
say(`All in ${seconds(started)}`)
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exit(counts.failed === 0 ? 0 : 1)
