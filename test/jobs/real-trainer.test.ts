import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { createHttpTransport } from '../../src/core/api/transports/http'
import { createCore } from '../../src/core/create-core'
import { createRng } from '../../src/core/domain/rng'
import type { RunProgress, RunRow } from '../../src/core/domain/run'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { sampleSchedule } from '../../src/core/domain/schedules/schedule'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { SYSTEM } from '../../src/core/domain/system-metrics'
import { openWorkspace } from '../../src/core/storage/open'
import { temporaryFolder, TINY } from './workspace'

const CLI = fileURLToPath(new URL('../../out/node/cli.js', import.meta.url))

/** Longer than any test waits for. */
const ENDLESS = { ...TINY, name: 'endless', budget: { steps: 10_000_000 }, evaluate: { everySteps: 10_000_000 } }

async function core() {
  const dir = temporaryFolder()
  const opened = await createCore({ dir, kind: 'cli', parallel: 1 })
  afterEach(() => opened.close())
  const api = createInProcessTransport(opened.api)
  const start = async (spec: object): Promise<string> => (await api.call('runs.create', { spec })).runs[0]!.id
  return { ...opened, api, start }
}

const untilStep = (subscribe: (listener: (progress: RunProgress) => void) => () => void, step: number) =>
  new Promise<RunProgress>((resolve) => {
    const off = subscribe((progress) => {
      if (progress.step < step) return
      off()
      resolve(progress)
    })
  })

describe('a real trainer process', () => {
  it('trains to the end: every update recorded, rate and momentum bit for bit as previewed', async () => {
    const { jobs, storage, start } = await core()
    const id = await start(TINY)
    const row = await jobs.ended(id)
    expect([row.status, row.reason, row.steps]).toEqual(['finished', null, 60])
    const { lr, momentum } = sampleSchedule(createSchedule(parseRunSpec(TINY).schedule, 60), 60)
    expect(storage.metrics.series(id, 'lr').values).toEqual(lr)
    expect(storage.metrics.series(id, 'momentum').values).toEqual(momentum)
    expect([...storage.metrics.series(id, 'update/ratio').steps]).toEqual([0, 10, 20, 30, 40, 50])
    expect([...storage.metrics.series(id, 'validation/accuracy').steps]).toEqual([19, 39, 59])
    expect(row.metrics['train/loss']!.count).toBe(60)
    expect(row.metrics['validation/accuracy']!.last).toBeGreaterThan(0.5)
    expect([row.dataset!.kind, row.engine!.kind !== undefined, row.parameters! > 0]).toEqual(['spirals', true, true])
  })

  it('gives the same numbers for the same seed, others for another', async () => {
    const { jobs, storage, start } = await core()
    const losses: Float64Array[] = []
    for (const seed of [5, 5, 6]) {
      const id = await start({ ...TINY, seed })
      await jobs.ended(id)
      losses.push(storage.metrics.series(id, 'train/loss').values)
    }
    expect(losses[1]).toEqual(losses[0])
    expect(losses[2]).not.toEqual(losses[0])
  })

  it('ends as diverged at the step whose loss is not finite, and keeps all before', async () => {
    const { jobs, storage, start } = await core()
    const id = await start({ ...TINY, schedule: { kind: 'constant', lr: 10000 }, loss: 'mean-squared-error' })
    const row = await jobs.ended(id)
    expect(row.status).toBe('diverged')
    const losses = storage.metrics.series(id, 'train/loss')
    expect(losses.steps.at(-1)).toBe(row.divergedAt)
    expect(losses.values.length).toBe(row.divergedAt! + 1)
    expect(Number.isFinite(losses.values[0]!)).toBe(true)
  })

  it('stops between two updates when asked, with everything acknowledged stored', async () => {
    const { jobs, storage, start } = await core()
    const id = await start(ENDLESS)
    await untilStep(jobs.onProgress, 50)
    const row = await jobs.stop(id)
    expect(row.status).toBe('stopped')
    expect(storage.metrics.series(id, 'train/loss').values.length).toBe(row.steps)
    expect(row.steps).toBeGreaterThanOrEqual(50)
  })

  it('is recorded with its machine, once a second, each time with the update of that moment', async () => {
    const { jobs, storage, start } = await core()
    const id = await start(ENDLESS)
    await new Promise<void>((resolve) => {
      jobs.onProgress(({ counts }) => (counts[SYSTEM.cpuLoad] ?? 0) >= 3 && resolve())
    })
    await jobs.stop(id)
    const { steps, times, values } = storage.metrics.series(id, SYSTEM.cpuLoad)
    const updates = storage.metrics.series(id, 'train/loss')
    times.forEach((time, i) => {
      // A timer may be early by a little, never by much.
      if (i) expect(time - times[i - 1]!).toBeGreaterThan(900)
      expect(values[i]).toBeGreaterThan(0)
      expect(values[i]).toBeLessThanOrEqual(1)
      // Batches are on their way for some 50 ms; a loaded machine takes longer.
      expect(Math.abs(updates.times[steps[i]!]! - time)).toBeLessThan(1000)
    })
    const memory = storage.metrics.series(id, SYSTEM.memory).values
    if (process.platform !== 'linux') return
    const trainer = storage.metrics.series(id, SYSTEM.trainerMemory).values
    trainer.forEach((bytes, i) => {
      expect(bytes).toBeGreaterThan(50e6)
      expect(bytes).toBeLessThan(memory[i]!)
    })
  })

  it('that is killed leaves the run interrupted and the next one training', async () => {
    const { jobs, storage, start } = await core()
    const pids: number[] = []
    const id = await start(ENDLESS)
    const next = await start(TINY)
    await untilStep(jobs.onProgress, 20)
    for (const pid of await childrenOf(process.pid)) pids.push(pid)
    expect(pids).toHaveLength(1)
    process.kill(pids[0]!, 'SIGKILL')
    const row = await jobs.ended(id)
    expect([row.status, row.reason]).toEqual(['interrupted', expect.stringContaining('SIGKILL')])
    expect(storage.metrics.series(id, 'train/loss').values.length).toBe(row.steps)
    expect((await jobs.ended(next)).status).toBe('finished')
  })
})

/** Trainer processes that a process has started; by Linux's own list. */
async function childrenOf(pid: number): Promise<number[]> {
  const ps = spawn('ps', ['-o', 'pid=,args=', '--ppid', String(pid)])
  const found: number[] = []
  for await (const line of createInterface(ps.stdout)) if (line.includes('trainer.js')) found.push(parseInt(line, 10))
  return found
}

describe.skipIf(!existsSync('/proc'))('kill -9 of the core in the middle of a run (needs /proc)', () => {
  it.each([1, 2, 3])(
    'loses no acknowledged step, ends the trainer, and the run is interrupted (seed %i)',
    async (seed) => {
      const dir = temporaryFolder()
      const server = spawn(process.execPath, [CLI, 'serve', '--data', dir], { stdio: ['ignore', 'pipe', 'ignore'] })
      afterEach(() => server.kill('SIGKILL'))
      const [line] = (await once(createInterface(server.stdout), 'line')) as [string]
      const { origin, hash } = new URL(/http:\S+/.exec(line)![0])
      const api = createHttpTransport({ base: origin, token: hash.replace('#token=', '') })
      afterEach(() => api.close())
      const { runs } = await api.call('runs.create', { spec: ENDLESS })
      const id = runs[0]!.id
      const killAt = 30 + createRng(seed, 'kill').int(400)
      // Progress is sent after the commit: what it counts is acknowledged.
      const acknowledged = await untilStep(
        (listener) => api.subscribe((event) => event.type === 'run.progress' && listener(event.progress)),
        killAt,
      )
      const [trainer] = await childrenOf(server.pid!)
      server.kill('SIGKILL')
      await once(server, 'exit')

      const storage = openWorkspace(dir, { now: Date.now })
      afterEach(() => storage.close())
      storage.runs.interruptLive('killed', Date.now())
      const row: RunRow = storage.runs.get(id)
      expect(row.status).toBe('interrupted')
      expect(row.steps).toBeGreaterThanOrEqual(acknowledged.step)
      const { steps, values } = storage.metrics.series(id, 'train/loss')
      expect(values.length).toBe(row.steps)
      expect([...steps]).toEqual(Array.from({ length: row.steps }, (_, t) => t))
      expect(values.every(Number.isFinite)).toBe(true)
      expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
      await expect.poll(() => existsSync(`/proc/${trainer}`), { timeout: 20_000 }).toBe(false)
    },
  )
})
