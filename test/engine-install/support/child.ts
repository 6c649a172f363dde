import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'
import type { Release } from '../../../src/core/engine/install/manifest'

const HOOKS = new URL('../../storage/support/typescript-hooks.mjs', import.meta.url).href
const SCRIPT = new URL('install-child.ts', import.meta.url).pathname

/** A process of its own that installs; it is killed when the test ends. */
export function installInChild(dir: string, release: Release, indexUrl: string) {
  const args = ['--no-warnings', '--import', HOOKS, SCRIPT, dir, JSON.stringify(release), indexUrl]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const said: string[] = []
  lines.on('line', (line) => said.push(line))
  return {
    /** Resolves when it says a line. */
    says: (wanted: string) => new Promise<void>((resolve) => lines.on('line', (line) => line === wanted && resolve())),
    /** Its last line, when it has ended. */
    end: once(lines, 'close').then(() => said.at(-1) ?? 'said nothing'),
    /** Kills it without warning; resolves when the system has let it go. */
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
