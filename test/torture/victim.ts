import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Transport } from '../../src/core/api/transport'
import { createHttpTransport } from '../../src/core/api/transports/http'

const CLI = fileURLToPath(new URL('../../out/node/cli.js', import.meta.url))

/** A core in a process of its own with real trainers; what it acknowledges is written down here, where no kill reaches. */
export interface Victim {
  api: Transport
  /** Updates of each run that it has said to be stored. */
  acknowledged: Map<string, number>
  /** Resolves when a run has stored so many updates, has ended, or the process is gone. */
  reaches(run: string, step: number): Promise<void>
  trainers(): number[]
  kill(what: 'core' | 'trainer' | 'both'): Promise<void>
  /** Ends as a user ends it. */
  close(): Promise<void>
}

const living = new Set<ChildProcess>()
/** What a failing test leaves behind goes with it. */
export const endVictims = (): void => living.forEach((child) => child.kill('SIGKILL'))

export async function startVictim(dir: string): Promise<Victim> {
  const child = spawn(process.execPath, [CLI, 'serve', '--data', dir, '--parallel', '1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  living.add(child)
  const gone = once(child, 'exit').then(() => void living.delete(child))
  const [line] = (await Promise.race([
    once(createInterface(child.stdout), 'line'),
    gone.then(() => Promise.reject(new Error('the core ended before it answered'))),
  ])) as [string]
  const { origin, hash } = new URL(/http:\S+/.exec(line)![0])
  const api = createHttpTransport({ base: origin, token: hash.replace('#token=', '') })
  const acknowledged = new Map<string, number>()
  const waiting = new Set<() => void>()
  const ended = new Set<string>()
  api.subscribe((event) => {
    // Sent after the commit: what is counted is stored.
    if (event.type === 'run.progress' && event.progress.phase === null) {
      const { run, step } = event.progress
      acknowledged.set(run, Math.max(step, acknowledged.get(run) ?? 0))
    }
    if (event.type === 'runs.changed')
      for (const { id, endedAt } of event.runs)
        if (endedAt === null) ended.delete(id)
        else ended.add(id)
    waiting.forEach((look) => look())
  })

  const trainers = (): number[] => {
    try {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      return children
        .split(' ')
        .filter(Boolean)
        .map(Number)
        .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('trainer.js'))
    } catch {
      return []
    }
  }
  const kill = (pid: number) => {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
  return {
    api,
    acknowledged,
    trainers,
    reaches: (run, step) =>
      Promise.race([
        gone,
        new Promise<void>((resolve) => {
          const look = () => {
            if (!ended.has(run) && (acknowledged.get(run) ?? 0) < step) return
            waiting.delete(look)
            resolve()
          }
          waiting.add(look)
          look()
        }),
      ]),
    async kill(what) {
      const pids = trainers()
      if (what !== 'core') pids.forEach(kill)
      if (what === 'trainer' && pids.length) return
      child.kill('SIGKILL')
      await gone
      api.close()
      for (const pid of pids) await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 30_000 }).toBe(false)
    },
    async close() {
      api.close()
      child.kill('SIGINT')
      await gone
    },
  }
}
