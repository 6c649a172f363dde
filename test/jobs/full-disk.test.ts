import { writeFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import type { RunProgress, RunRow } from '../../src/core/domain/run'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { mayPass } from '../../src/core/jobs/disk-queue'
import { forkLauncher } from '../../src/core/jobs/fork-launcher'
import { createJobs } from '../../src/core/jobs/queue'
import type { Patience } from '../../src/core/jobs/supervisor'
import { openWorkspace } from '../../src/core/storage/open'
import { storageError } from '../../src/core/storage/storage-errors'
import type { Storage } from '../../src/core/storage/types'
import { canMount, smallDisk } from '../storage/support/mount'
import { temporaryWorkspace, TINY } from './workspace'

const HOSTILE = fileURLToPath(new URL('./trainers/hostile.mjs', import.meta.url))
const IMPATIENT: Patience = { stop: 5_000, terminate: 100, silence: 20_000, disk: 5 }

const error = (code: string) => storageError(Object.assign(new Error(code), { code }), 'anneal.db')

/** Jobs with all that they tell. */
function follow(storage: Storage, launch = forkLauncher(HOSTILE), patience = IMPATIENT) {
  const told = {
    notices: [] as string[],
    waits: new Set<string | undefined>(),
    rows: [] as RunRow[],
    errors: [] as unknown[],
  }
  const jobs = createJobs({
    storage,
    launch,
    now: Date.now,
    parallel: 1,
    patience,
    onError: (problem) => told.errors.push(problem),
  })
  jobs.onNotice((notice) => told.notices.push(notice))
  jobs.onProgress(({ waits }: RunProgress) => told.waits.add(waits))
  jobs.onChange((row) => told.rows.push(row))
  afterEach(() => jobs.close())
  return { jobs, told }
}

/** Lets a method of storage fail so many times before it works again. */
function failing<K extends string>(
  of: Record<K, (...args: never[]) => unknown>,
  method: K,
  times: number,
  code: string,
) {
  const works = of[method]
  let left = times
  const broken = (...args: never[]) => {
    if (left-- > 0) throw error(code)
    return works(...args)
  }
  of[method] = broken as (typeof of)[K]
}

describe('a disk that takes nothing for a while', () => {
  it.each<[string, string, string]>([
    ['is full', 'SQLITE_FULL', 'the disk is full'],
    ['may not be written', 'SQLITE_READONLY', 'the disk may not be written'],
    ['reports errors', 'SQLITE_IOERR_WRITE', 'the disk reports an error'],
    ['is held by another program', 'SQLITE_BUSY', 'another program has the database open'],
  ])(
    'and %s makes the run wait, say why, and go on with every batch acknowledged in order',
    async (_what, code, waits) => {
      const { storage, create } = temporaryWorkspace()
      const { jobs, told } = follow(storage)
      failing(storage.metrics, 'append', 7, code)
      create('a', { name: 'steady' })
      jobs.enqueue('a')
      const row = await jobs.ended('a')
      expect([row.status, row.reason, row.steps]).toEqual(['finished', null, 5])
      expect([...storage.metrics.series('a', 'train/loss').values]).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
      expect(told.notices).toEqual([
        expect.stringMatching(/^steady waits: .*goes on by itself/),
        expect.stringMatching(/^steady goes on/),
      ])
      expect(told.waits).toEqual(new Set([waits, undefined]))
      expect(told.errors).toEqual([])
    },
  )

  it.each([
    ['its start', 'setStatus', 3],
    ['its end', 'setStatus', 4],
  ])('lets a run wait with %s too', async (what, method, times) => {
    const { storage, create } = temporaryWorkspace()
    const { jobs, told } = follow(storage)
    create('a', { name: 'steady' })
    if (what === 'its start') failing(storage.runs, method as 'setStatus', times, 'SQLITE_FULL')
    jobs.enqueue('a')
    if (what === 'its end') failing(storage.runs, method as 'setStatus', times, 'SQLITE_FULL')
    const row = await jobs.ended('a')
    expect([row.status, storage.runs.get('a').status, storage.runs.get('a').steps]).toEqual(['finished', 'finished', 5])
    expect(told.notices).toHaveLength(2)
  })

  it('keeps what a trainer had sent before it died, and says how it died', async () => {
    const { storage, create } = temporaryWorkspace()
    const { jobs } = follow(storage)
    failing(storage.metrics, 'append', 20, 'ENOSPC')
    create('a', { name: 'last words' })
    jobs.enqueue('a')
    const row = await jobs.ended('a')
    expect([row.status, row.steps]).toEqual(['interrupted', 3])
    expect(row.reason).toMatch(/exit code 1/)
  })

  it('does not keep a stop waiting: what is not stored is given up, what is stays', async () => {
    const { storage, create } = temporaryWorkspace()
    const { jobs, told } = follow(storage)
    create('a', { name: 'steady' })
    const waiting = new Promise<void>((resolve) => jobs.onNotice(() => resolve()))
    failing(storage.metrics, 'append', Infinity, 'SQLITE_FULL')
    jobs.enqueue('a')
    await waiting
    const row = await jobs.stop('a')
    expect([row.status, row.reason]).toEqual([
      'interrupted',
      expect.stringMatching(/full.*acknowledged before is kept/),
    ])
    expect(storage.runs.get('a').steps).toBe(0)
    expect(told.errors).toHaveLength(1)
  })

  it('is no reason to wait where it is damaged', async () => {
    const { storage, create } = temporaryWorkspace()
    const { jobs, told } = follow(storage)
    failing(storage.metrics, 'append', 1, 'SQLITE_CORRUPT')
    create('a', { name: 'steady' })
    jobs.enqueue('a')
    expect(await jobs.ended('a')).toMatchObject({ status: 'failed', reason: expect.stringMatching(/damaged/) })
    expect(told.notices).toEqual([])
    expect([mayPass(new Error('x')), mayPass(new AppError('internal', 'x'))]).toEqual([false, false])
  })
})

describe.skipIf(!canMount)('a real disk that is full while a run trains (needs to mount a small disk)', () => {
  it('makes it wait; with room again it ends with the values of an undisturbed run', async () => {
    const spec = parseRunSpec({ ...TINY, name: 'full', budget: { steps: 3000 }, checkpoint: null, engine: 'wasm' })
    const train = async (dir: string, prepare: (told: ReturnType<typeof follow>) => void) => {
      const storage = openWorkspace(dir, { now: Date.now })
      const followed = follow(storage, forkLauncher(), { ...IMPATIENT, disk: 50 })
      prepare(followed)
      storage.runs.create({ id: 'a', spec, name: 'full', totalSteps: 3000, peakLr: 0.2, createdAt: 0 })
      followed.jobs.enqueue('a')
      const row = await followed.jobs.ended('a')
      const { values } = storage.metrics.series('a', 'train/loss')
      expect(storage.check().integrity).toBe('ok')
      storage.close()
      return { row, values: [...values], told: followed.told }
    }
    const { dir } = smallDisk('4m')
    const filler = join(dir, 'filler')
    let acknowledged = NaN
    const disturbed = await train(join(dir, 'workspace'), ({ jobs }) => {
      const off = jobs.onProgress(({ step }) => {
        if (step < 200) return
        off()
        for (let size = 2 ** 22; size >= 512; size /= 2)
          try {
            for (;;) writeFileSync(filler, new Uint8Array(size), { flag: 'a' })
          } catch {
            // So much does not fit any more.
          }
      })
      jobs.onProgress(({ waits, step }) => {
        if (waits === undefined || !Number.isNaN(acknowledged)) return
        acknowledged = step
        rmSync(filler)
      })
    })
    expect(disturbed.told.notices[0]).toMatch(/full waits: The disk or its quota is full/)
    expect(acknowledged).toBeGreaterThanOrEqual(200)
    expect([disturbed.row.status, disturbed.row.steps]).toEqual(['finished', 3000])
    const whole = await train(smallDisk('8m').dir, () => {})
    expect(disturbed.values).toEqual(whole.values)
  })
})
