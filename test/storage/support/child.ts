import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const HOOKS = new URL('typescript-hooks.mjs', import.meta.url).href

/** A real process that runs one of the scripts of this folder; it is killed when the test ends. */
export function startChild(script: string, ...args: string[]) {
  const file = new URL(script, import.meta.url).pathname
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', '--import', HOOKS, file, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout! })
  const line = lines[Symbol.asyncIterator]()
  return {
    pid: child.pid!,
    /** The next line that it prints; fails where it ends without one. */
    nextLine: async (): Promise<string> => {
      const { value, done } = await line.next()
      if (done) throw new Error(`${script} ended without an answer`)
      return value
    },
    tell: (text: string) => child.stdin!.write(`${text}\n`),
    /** Kills it without warning; resolves when the system has let it go. */
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
    exited,
  }
}
