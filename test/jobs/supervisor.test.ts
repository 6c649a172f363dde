import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunProgress } from '../../src/core/domain/run'
import { forkLauncher } from '../../src/core/jobs/fork-launcher'
import { createJobs } from '../../src/core/jobs/queue'
import type { Patience } from '../../src/core/jobs/supervisor'
import { temporaryWorkspace } from './workspace'

const HOSTILE = fileURLToPath(new URL('./trainers/hostile.mjs', import.meta.url))
const IMPATIENT: Patience = { stop: 100, terminate: 100, silence: 20_000, disk: 10 }

function start(names: string[], patience: Patience = IMPATIENT, file = HOSTILE, parallel = 1) {
  const { storage, create } = temporaryWorkspace()
  const jobs = createJobs({ storage, launch: forkLauncher(file), now: Date.now, parallel, patience })
  afterEach(() => jobs.close())
  names.forEach((name, i) => create(`run${i}`, { name }))
  names.forEach((_, i) => jobs.enqueue(`run${i}`))
  return { storage, jobs }
}

describe('a trainer that', () => {
  it.each<[string, 'interrupted' | 'failed', RegExp, number]>([
    ['crash', 'interrupted', /exit code 3.*TensorFlow went away/, 1],
    ['kill -9', 'interrupted', /signal SIGKILL.*memory ran out.*use a batchSize below 32/, 1],
    ['abort', 'interrupted', /signal SIGABRT.*Check failed: dtype\(\) == expected_dtype/, 1],
    ['garbage', 'failed', /not part of the protocol/, 0],
    ['wrong version', 'failed', /not part of the protocol/, 0],
    ['other job', 'failed', /not part of the protocol/, 0],
    ['error', 'failed', /No such file: images/, 0],
  ])(
    'ends by "%s" leaves the run %s with the reason, and its acknowledged steps',
    async (name, status, reason, steps) => {
      const { jobs, storage } = start([name])
      const row = await jobs.ended('run0')
      expect(row.status).toBe(status)
      expect(row.reason).toMatch(reason)
      expect(row.endedAt).not.toBeNull()
      expect(row.steps).toBe(steps)
      if (steps) expect([...storage.metrics.series('run0', 'train/loss').values]).toEqual([1])
    },
  )

  it.skipIf(process.platform !== 'linux')('takes more memory than it gets (a limit by prlimit) says so', async () => {
    const { jobs } = start(['greedy', 'error'])
    const row = await jobs.ended('run0')
    expect(row.status).toBe('interrupted')
    expect(row.reason).toMatch(/signal SIG(TRAP|ABRT|ILL)\).*memory.*use a batchSize below 32/)
    expect(row.steps).toBe(1)
    expect((await jobs.ended('run1')).status).toBe('failed')
  })

  it('neither stops nor obeys SIGTERM is killed, and the run counts as stopped', async () => {
    const { jobs } = start(['deaf'])
    const stored = new Promise<void>((resolve) => jobs.onProgress(() => resolve()))
    await stored
    const row = await jobs.stop('run0')
    expect(row.status).toBe('stopped')
    expect(row.reason).toMatch(/killed/)
    expect(row.steps).toBe(1)
  })

  it('says nothing for too long is given up', async () => {
    const { jobs } = start(['silent'], { ...IMPATIENT, silence: 300 })
    const row = await jobs.ended('run0')
    expect([row.status, row.reason]).toEqual(['failed', expect.stringMatching(/no sign of life/)])
  })

  it('loads says what, until it trains', async () => {
    const { jobs } = start(['loading'])
    const { promise, resolve } = Promise.withResolvers<RunProgress>()
    jobs.onProgress(resolve)
    expect(await promise).toMatchObject({ run: 'run0', phase: 'dataset mnist', step: 0, totalSteps: 60 })
  })

  it('cannot be started makes the run fail, not the program', async () => {
    const { jobs } = start(['crash'], IMPATIENT, '/nowhere/trainer.js')
    expect((await jobs.ended('run0')).status).toBe('interrupted')
  })
})

describe('the queue', () => {
  it('trains one after the other, in order, and goes on after a crash', async () => {
    const { jobs, storage } = start(['crash', 'error', 'crash'])
    expect(jobs.state()).toEqual({ running: ['run0'], queued: ['run1', 'run2'] })
    await Promise.all(['run0', 'run1', 'run2'].map((id) => jobs.ended(id)))
    const rows = ['run0', 'run1', 'run2'].map((id) => storage.runs.get(id))
    expect(rows.map(({ status }) => status)).toEqual(['interrupted', 'failed', 'interrupted'])
    expect(rows[1]!.startedAt).toBeGreaterThanOrEqual(rows[0]!.endedAt!)
    expect(jobs.state()).toEqual({ running: [], queued: [] })
  })

  it('lets as many train at once as it may', () => {
    const { jobs } = start(['deaf', 'deaf', 'deaf'], IMPATIENT, HOSTILE, 2)
    expect(jobs.state()).toEqual({ running: ['run0', 'run1'], queued: ['run2'] })
  })

  it('takes a waiting run out when it is stopped', async () => {
    const { jobs } = start(['deaf', 'deaf'])
    const row = await jobs.stop('run1')
    expect([row.status, row.reason]).toEqual(['stopped', 'Stopped before it started'])
    expect(jobs.state().queued).toEqual([])
  })

  it('on closing stops what runs and marks what waits as interrupted', async () => {
    const { jobs, storage } = start(['deaf', 'deaf'])
    await jobs.close()
    expect([storage.runs.get('run0').status, storage.runs.get('run1').status]).toEqual(['stopped', 'interrupted'])
  })

  it('tells those who wait even where the end of a run cannot be stored', async () => {
    const { jobs, storage } = start(['crash'])
    const changes: string[] = []
    jobs.onChange((run) => changes.push(run.status))
    const { setStatus } = storage.runs
    storage.runs.setStatus = () => {
      throw new Error('no space left')
    }
    const row = await jobs.ended('run0')
    storage.runs.setStatus = setStatus
    expect([row.status, row.reason]).toEqual(['interrupted', expect.stringMatching(/no space left.*kept/)])
    expect(changes.at(-1)).toBe('interrupted')
  })

  it('keeps what is stored and fails the run where a batch cannot be stored', async () => {
    const { storage, create } = temporaryWorkspace()
    const append = storage.metrics.append
    storage.metrics.append = () => {
      throw new Error('no space left')
    }
    const errors: unknown[] = []
    const jobs = createJobs({
      storage,
      launch: forkLauncher(HOSTILE),
      now: Date.now,
      parallel: 1,
      patience: IMPATIENT,
      onError: (e) => errors.push(e),
    })
    create('run0', { name: 'crash' })
    jobs.enqueue('run0')
    const row = await jobs.ended('run0')
    storage.metrics.append = append
    expect([row.status, row.reason]).toEqual(['failed', expect.stringMatching(/no space left.*kept/)])
    expect(errors).toHaveLength(1)
  })
})
