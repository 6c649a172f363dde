import { spawn } from 'node:child_process'
import { killChild } from '../../domain/kill-child'

/** What became of a command. */
export interface CommandResult {
  /** Exit status; null where it could not be started or was ended by a signal. */
  code: number | null
  /** True where there is no such program. */
  missing: boolean
  /** The end of what it said, standard output and standard error together. */
  output: string
}

export interface CommandOptions {
  env: NodeJS.ProcessEnv
  /** Ends the command early; it has ended when the promise resolves. */
  signal?: AbortSignal
}

const KEPT_CHARACTERS = 64_000
/** How long a command that was asked to end may take before it is made to. */
const PATIENCE_MS = 3000

/** Runs a program to its end without a shell. Never rejects: what went wrong is in the result. */
export function runCommand(command: string, args: readonly string[], { env, signal }: CommandOptions) {
  return new Promise<CommandResult>((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    let output = ''
    const keep = (text: string) => void (output = (output + text).slice(-KEPT_CHARACTERS))
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)

    let force: NodeJS.Timeout | undefined
    const stop = () => {
      killChild(child, 'SIGTERM')
      force = setTimeout(() => killChild(child, 'SIGKILL'), PATIENCE_MS)
    }
    const end = (result: Omit<CommandResult, 'output'>) => {
      clearTimeout(force)
      signal?.removeEventListener('abort', stop)
      resolve({ ...result, output })
    }
    child.on('error', (error: NodeJS.ErrnoException) => {
      keep(error.message)
      if (child.pid === undefined) end({ code: null, missing: error.code === 'ENOENT' })
    })
    child.on('close', (code) => end({ code, missing: false }))
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
  })
}
