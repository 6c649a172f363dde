import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { SelfTestResult } from '../../core/engine/backends/self-test'
import { AppError } from '../../core/domain/errors'

/** Loading from a cold disk takes seconds; what takes longer hangs. */
const PATIENCE_MS = 60_000

/** The built command line, beside the bundle that this file ends up in, or in out/node where the source runs unbuilt. */
function cliFile(): string {
  const candidates = ['./cli.js', '../cli.js', '../../../out/node/cli.js']
  const file = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync)
  if (!file) throw new AppError('internal', 'The command line is not built: run "npm run build" first')
  return file
}

/**
 * Runs `anneal engine test` in a process of its own: a TensorFlow that ends its process is a sentence here.
 * @returns the result, or in words how it failed
 */
export function runSelfTest(): Promise<SelfTestResult | { failure: string }> {
  // The words that TensorFlow leaves when it ends a process are wanted, and so all of its log.
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '0' }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [cliFile(), 'engine', 'test', '--json'],
      { env, timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (!error) return resolve(JSON.parse(stdout) as SelfTestResult)
        resolve({ failure: failureText(error, stderr) })
      },
    )
  })
}

function failureText(error: Error & { code?: unknown; signal?: unknown; killed?: boolean }, stderr: string): string {
  const words = lastWords(stderr)
  if (error.killed) return `it did not end within ${PATIENCE_MS / 1000} s${words && `: ${words}`}`
  if (error.signal) return `its process was ended by ${String(error.signal)}${words && `: ${words}`}`
  return words || `it ended with exit status ${String(error.code)}`
}

/** What was said last that is not a mere notice: TensorFlow marks its lines I, W, E and F. */
const lastWords = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => line.trim() && !/^([IW]\d{4} |WARNING: All log messages|To enable the following)/.test(line))
    .at(-1)
    ?.replace(/^Error: /, '')
    .trim() ?? ''
