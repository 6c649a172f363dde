import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * How long the window takes to start (desktop/startup.measure.ts). Under the test runner, because the old Electron that
 * is at hand needs the tests' compatibility code.
 */
export function run(): void {
  const vitest = join(dirname(fileURLToPath(import.meta.resolve('vitest/package.json'))), 'vitest.mjs')
  const args = [vitest, 'run', '--reporter=dot', '--disable-console-intercept', 'bench/desktop']
  const { status, error } = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, ANNEAL_MEASURE: '1' },
  })
  if (error) throw error
  process.exitCode = status ?? 1
}
