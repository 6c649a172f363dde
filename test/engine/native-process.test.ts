import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { EngineInfo } from '../../src/core/domain/run'
import { NO_NATIVE } from './native-library'

const HOOKS = new URL('../storage/support/typescript-hooks.mjs', import.meta.url).href
const SCRIPT = fileURLToPath(new URL('support/native-child.ts', import.meta.url))

/** A process of its own: what TensorFlow reads when it is loaded, and how the process ends, cannot be seen in this one. */
function run(args: string[], given: Record<string, string> = {}) {
  const { TF_CPP_MIN_LOG_LEVEL: _level, TF_ENABLE_ONEDNN_OPTS: _oneDnn, ...env } = process.env
  const options = ['--no-warnings', '--experimental-transform-types', '--import', HOOKS, SCRIPT, ...args]
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, options, {
    env: { ...env, ...given },
    encoding: 'utf8',
  })
  const result = stdout ? (JSON.parse(stdout) as { engine: EngineInfo; loadMs: number; running: number }) : null
  return { status, signal, stderr, result }
}

describe.skipIf(NO_NATIVE)(`a process that computes on TensorFlow ${NO_NATIVE}`, () => {
  it.each([
    ['by itself', '2'],
    ['by process.exit', '2', 'exit'],
  ])('prints nothing of TensorFlow’s and ends in order, %s', (_how, ...args) => {
    expect(run(args)).toMatchObject({ status: 0, signal: null, stderr: '', result: { engine: { kind: 'native' } } })
  })

  it('shows the log to whoever asks for it', () => {
    expect(run(['2'], { TF_CPP_MIN_LOG_LEVEL: '0' }).stderr).toMatch(/oneDNN|TensorFlow/)
  })

  it('records the oneDNN switch as it is set', () => {
    const off = run(['1'], { TF_ENABLE_ONEDNN_OPTS: '0' }).result!.engine
    expect(off).toMatchObject({ oneDnn: false, label: expect.stringMatching(/, 1 thread, oneDNN off$/) })
    const on = run(['1'], { TF_ENABLE_ONEDNN_OPTS: '1' }).result!.engine
    expect(on).toMatchObject({ oneDnn: true, label: expect.stringMatching(/, 1 thread, oneDNN on$/) })
  })

  it.skipIf(process.platform !== 'linux')('has as many threads more as it is told', () => {
    const [one, six] = ['1', '6'].map((threads) => run([threads]).result!.running)
    // Both of TensorFlow's pools have that many; one for operations, one inside of them.
    expect(six! - one!).toBeGreaterThanOrEqual(5)
    expect(six! - one!).toBeLessThanOrEqual(12)
  })
})
