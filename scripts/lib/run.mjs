import { spawn, spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { ROOT } from './root.mjs'

const windows = process.platform === 'win32'

/** Where the caller stands: npm moves to the project's folder and remembers; paths in arguments are the caller's. */
export const callerFolder = () => process.env.INIT_CWD ?? process.cwd()

/** Environment in which `node` and the tools are the project's own. */
export const projectEnv = () => ({
  ...process.env,
  PATH: join(ROOT, 'node_modules', '.bin') + delimiter + process.env.PATH,
})

/** Runs a command to its end without showing what it prints; returns { code, output }. */
export function runQuietly(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: projectEnv(),
    shell: windows,
    maxBuffer: 2 ** 28,
    ...options,
  })
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ? result.error.message : ''}`
  return { code: result.status ?? 1, output }
}

/** The same without blocking, for checks that run side by side. */
export function runAside(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: projectEnv(),
      shell: windows,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    })
    let output = ''
    child.stdout.on('data', (text) => (output += text))
    child.stderr.on('data', (text) => (output += text))
    child.on('error', (error) => resolve({ code: 1, output: output + error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * Runs a command in the foreground with this terminal; resolves with its exit code. Ctrl+C is the command's to handle.
 * SIGTERM is passed on and then ends this program too, whatever else it had to do.
 */
export function runHere(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, env: projectEnv(), stdio: 'inherit', ...options })
    let terminated = false
    const pass = (signal) => {
      terminated = true
      child.kill(signal)
    }
    const ignore = () => {}
    process.on('SIGINT', ignore)
    process.on('SIGTERM', pass)
    child.on('error', (error) => {
      process.stderr.write(`Error: ${error.message}\n`)
      resolve(1)
    })
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', pass)
      if (terminated) process.exit(143)
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1))
    })
  })
}
