import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { NO_NATIVE, THREADS } from '../engine/native-library'
import { canMount, smallDisk } from '../storage/support/mount'
import { LONG, newWorkspace, openCore, resultOf, undisturbed } from './cores'

const CLI = fileURLToPath(new URL('../../out/node/cli.js', import.meta.url))

/** Trainer processes below a process, by Linux's own list. */
function trainersOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return children.filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('trainer.js'))
}

const ENGINES: [string, Partial<RunSpecInput>, string][] = [
  ['wasm', { engine: 'wasm' }, ''],
  ['TensorFlow', { engine: 'native', threads: THREADS }, NO_NATIVE],
]

describe.each(ENGINES)('on %s', (name, engine, missing) => {
  describe.skipIf(missing)(missing ? `(skipped: ${missing})` : 'a run that goes on', () => {
    const spec = { ...LONG, ...engine }
    let known: ReturnType<typeof undisturbed> | undefined
    const whole = () => (known ??= undisturbed(spec))

    it('after a stop ends as if undisturbed, and its last checkpoint is the same file', async () => {
      const core = await openCore(newWorkspace())
      const run = await core.start(spec)
      await core.untilStep(400)
      const stopped = await core.jobs.stop(run)
      expect([stopped.status, stopped.steps < 2000]).toEqual(['stopped', true])
      expect(core.storage.checkpoints.list(run)[0]!.step).toBe(stopped.steps)
      const ended = await core.resume(run)
      expect(ended.startedAt).toBe(stopped.startedAt)
      expect(resultOf(core.storage, run)).toEqual(await whole())
      expect(core.notices).toEqual([])
    })

    it.skipIf(!existsSync('/proc'))('after kill -9 of its trainer, twice, ends as if undisturbed', async () => {
      const core = await openCore(newWorkspace())
      const run = await core.start(spec)
      for (const step of [400, 900]) {
        await core.untilStep(step)
        const [trainer] = trainersOf(process.pid)
        process.kill(trainer!, 'SIGKILL')
        const row = await core.jobs.ended(run)
        expect(row.status).toBe('interrupted')
        const newest = core.storage.checkpoints.list(run)[0]!.step
        // Points beyond the checkpoint were acknowledged: they are there, and come again.
        expect(row.steps).toBeGreaterThanOrEqual(newest)
        if (step === 400) await core.api.call('runs.resume', { run })
      }
      await core.resume(run)
      expect(resultOf(core.storage, run)).toEqual(await whole())
      expect(core.events.filter(({ type }) => type === 'run.rewound')).toHaveLength(2)
    })

    it.skipIf(!existsSync('/proc'))('after kill -9 of everything ends as if undisturbed', async () => {
      const dir = newWorkspace()
      const file = join(dir, 'spec.json')
      writeFileSync(file, JSON.stringify(spec))
      const cli = spawn(process.execPath, [CLI, 'run', file, '--data', join(dir, 'data')], {
        stdio: ['ignore', 'ignore', 'pipe'],
        detached: true,
      })
      const folder = join(dir, 'data', 'checkpoints')
      const kill = () => {
        try {
          process.kill(-cli.pid!, 'SIGKILL')
        } catch {
          // The whole group has ended.
        }
      }
      onTestFinished(kill)
      // A file counts once the core has recorded it: only then is it acknowledged.
      const done = () => {
        const db = new Sqlite(join(dir, 'data', 'anneal.db'), { readonly: true })
        try {
          return db.prepare('SELECT count(*) FROM checkpoint WHERE step >= 300').pluck().get() !== 0
        } finally {
          db.close()
        }
      }
      await expect.poll(() => existsSync(folder) && done(), { timeout: 40_000, interval: 5 }).toBe(true)
      kill()
      if (cli.exitCode === null && cli.signalCode === null) await once(cli, 'exit')

      const core = await openCore(join(dir, 'data'))
      const [row] = core.storage.runs.all()
      expect([row!.status, row!.steps < 2000]).toEqual(['interrupted', true])
      await core.resume(row!.id)
      expect(resultOf(core.storage, row!.id)).toEqual(await whole())
    })

    it('keeps the number of threads and says which engine it was', async () => {
      const core = await openCore(newWorkspace())
      const run = await core.start(spec)
      await core.untilStep(200)
      const before = (await core.jobs.stop(run)).engine
      const after = (await core.resume(run)).engine
      expect([after!.label, after!.threads, after!.version]).toEqual([before!.label, before!.threads, before!.version])
      expect(before!.kind).toBe(name === 'wasm' ? 'wasm' : 'native')
    })
  })
})

describe.skipIf(NO_NATIVE)('resuming on another engine', () => {
  it('happens with a notice that says which, where the one it began with is gone', async () => {
    const core = await openCore(newWorkspace())
    const run = await core.start({ ...LONG, engine: 'auto' })
    await core.untilStep(200)
    expect((await core.jobs.stop(run)).engine!.kind).toBe('native')
    const library = process.env.ANNEAL_LIBTENSORFLOW
    process.env.ANNEAL_LIBTENSORFLOW = '/nowhere'
    onTestFinished(() => {
      if (library === undefined) delete process.env.ANNEAL_LIBTENSORFLOW
      else process.env.ANNEAL_LIBTENSORFLOW = library
    })
    const row = await core.resume(run)
    expect([row.status, row.engine!.kind]).toEqual(['finished', 'wasm'])
    expect(core.notices).toEqual([expect.stringMatching(/long: The run goes on with wasm.*not TensorFlow/)])
  })
})

const SHORT: RunSpecInput = { ...LONG, engine: 'wasm', name: 'short' }

async function stopped(spec: RunSpecInput = SHORT) {
  const core = await openCore(newWorkspace())
  const run = await core.start(spec)
  await core.untilStep(500)
  const row = await core.jobs.stop(run)
  return { ...core, run, row, checkpoints: core.storage.checkpoints.list(run) }
}

describe('a run cannot go on', () => {
  it('where it is finished, or trains or waits already', async () => {
    const core = await openCore(newWorkspace())
    const [run, next] = [await core.start(SHORT), await core.start(SHORT)]
    await expect(core.api.call('runs.resume', { run })).rejects.toMatchObject({
      code: 'run.state',
      message: expect.stringMatching(/is running already/),
    })
    await expect(core.api.call('runs.resume', { run: next })).rejects.toMatchObject({
      code: 'run.state',
      message: expect.stringMatching(/is queued already/),
    })
    await core.jobs.stop(next)
    const row = await core.jobs.ended(run)
    await expect(core.api.call('runs.resume', { run })).rejects.toMatchObject({
      code: 'run.state',
      message: expect.stringMatching(/is finished: it has no updates left/),
    })
    expect(core.storage.runs.get(run)).toEqual(row)
  })

  it('where it diverged', async () => {
    const core = await openCore(newWorkspace())
    const run = await core.start({
      ...SHORT,
      model: { layers: [{ kind: 'dense', units: 8 }] },
      optimizer: { kind: 'sgd' },
      loss: 'mean-squared-error',
      schedule: { kind: 'constant', lr: 1e4 },
    })
    expect((await core.jobs.ended(run)).status).toBe('diverged')
    await expect(core.api.call('runs.resume', { run })).rejects.toMatchObject({
      code: 'run.state',
      message: expect.stringMatching(/diverged at step \d+ and would diverge there again/),
    })
  })

  it('where the folder of its checkpoints is gone: all that is recorded stays, and from the start it can', async () => {
    const { api, storage, run, row, resume } = await stopped()
    const whole = await undisturbed(SHORT)
    rmSync(storage.checkpoints.folder(run), { recursive: true })
    await expect(api.call('runs.resume', { run })).rejects.toMatchObject({
      code: 'checkpoint.missing',
      message: expect.stringMatching(/checkpoints are gone from .*checkpoints.* updates are kept.*--from-start/),
    })
    expect(storage.runs.get(run)).toEqual(row)
    await resume(run, true)
    expect(resultOf(storage, run)).toEqual(whole)
  })

  it('where its spec asks for no checkpoints', async () => {
    const { api, run, storage, checkpoints } = await stopped({ ...SHORT, checkpoint: null })
    expect([checkpoints, existsSync(storage.checkpoints.folder(run))]).toEqual([[], false])
    await expect(api.call('runs.resume', { run })).rejects.toMatchObject({
      code: 'checkpoint.missing',
      message: expect.stringMatching(/its spec asks for none \(checkpoint: null\)/),
    })
  })

  it('where its checkpoint is of another model: names what differs, keeps what is recorded', async () => {
    const one = await stopped()
    const other = await stopped({ ...SHORT, model: { layers: [{ kind: 'dense', units: 16 }, { kind: 'relu' }] } })
    for (const { file } of one.checkpoints) copyFileSync(other.checkpoints[0]!.file, file)
    const row = await one.resume(one.run)
    expect([row.status, row.steps]).toEqual(['failed', one.row.steps])
    expect(row.reason).toMatch(
      /is of another model or optimizer.*0\/dense\/weight is float32 \[2, 16\] there and float32 \[2, 32\]/,
    )
    expect(one.storage.metrics.series(one.run, 'train/loss').steps.length).toBe(one.row.steps)
  })

  it('where all of its checkpoints are damaged: says so, keeps what is recorded', async () => {
    const { resume, run, row: before, checkpoints, storage } = await stopped()
    for (const { file, bytes } of checkpoints) truncateSync(file, bytes - 1)
    const row = await resume(run)
    expect([row.status, row.steps]).toEqual(['failed', before.steps])
    expect(row.reason).toMatch(/None of the \d checkpoints can be used.*cut short.*What is recorded is kept/)
    expect(storage.metrics.series(run, 'train/loss').steps.length).toBe(before.steps)
  })
})

describe('a damaged checkpoint', () => {
  it('is passed over for the one before, with a notice, and the run ends as if undisturbed', async () => {
    const whole = await undisturbed(SHORT)
    const { resume, run, checkpoints, storage, notices } = await stopped()
    const bytes = readFileSync(checkpoints[0]!.file)
    bytes[bytes.length >> 1]! ^= 4
    writeFileSync(checkpoints[0]!.file, bytes)
    await resume(run)
    expect(resultOf(storage, run)).toEqual(whole)
    expect(notices).toEqual([expect.stringMatching(/damaged: its checksum does not fit.*The one before it is used/)])
  })
})

describe.skipIf(!canMount)('where the disk of the checkpoints is full (needs the right to mount)', () => {
  it('the run goes on with one notice, and nothing half-written is left', async () => {
    const { dir: disk } = smallDisk('64k')
    const dir = newWorkspace()
    const core = await openCore(dir)
    // The folder of checkpoints alone lies on the full disk.
    writeFileSync(join(disk, 'filler'), Buffer.alloc(60_000))
    symlinkSync(disk, join(dir, 'checkpoints'))
    const run = await core.start({
      ...SHORT,
      model: { layers: [{ kind: 'dense', units: 2000 }, { kind: 'relu' }] },
      budget: { steps: 400 },
    })
    const row = await core.jobs.ended(run)
    expect([row.status, row.steps]).toEqual(['finished', 400])
    expect(core.notices).toEqual([
      expect.stringMatching(
        /No checkpoint could be written at update 150: the disk is full \(ENOSPC\).*The run goes on/,
      ),
    ])
    expect(core.storage.checkpoints.list(run)).toEqual([])
    expect(readdirSync(join(disk, run))).toEqual([])
  })
})
