import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { AppError } from '../domain/errors'
import { killChild } from '../domain/kill-child'
import type { Launcher } from './launcher'

/** What a trainer may say on standard error before it dies is kept up to this many characters. */
const STDERR_KEPT = 16_000

/** The built trainer, beside the bundle this file ends up in, or in out/node where the source runs unbuilt. */
export function trainerFile(): string {
  const candidates = ['./trainer.js', '../trainer.js', '../../../out/node/trainer.js']
  const file = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url))).find(existsSync)
  if (!file)
    throw new AppError('internal', 'The trainer is not built: run "npm run build" first', { hint: 'npm run build' })
  return file
}

/** Starts trainers as child processes of plain Node. */
export const forkLauncher =
  (file = trainerFile()): Launcher =>
  () => {
    const { NODE_OPTIONS: _options, LD_PRELOAD: _preload, ...env } = process.env
    // Typed arrays survive only the structured clone ("advanced"), and nothing a library prints may reach our own output.
    const child = fork(file, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env,
      execArgv: [],
    })
    let stderr = ''
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-STDERR_KEPT)))
    return {
      pid: child.pid,
      send: (message) => {
        // A dead child is told by its exit, not by a failed write.
        if (child.connected) child.send(message, () => {})
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => {
        child.once('error', (error) => listener({ code: null, signal: null, stderr: error.message }))
        child.once('close', (code, signal) => listener({ code, signal, stderr }))
      },
      kill: (signal) => killChild(child, signal),
    }
  }
