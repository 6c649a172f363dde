import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CoreEvent } from '../../src/core/api/contract'
import { openWorkspace } from '../../src/core/storage/open'
import { type CoreChild, startCoreHost } from './core-child'
import { SHORT_RUN } from './short-run'

let dir: string
let child: CoreChild
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'anneal-core-'))
  child = startCoreHost(dir)
})
afterEach(async () => {
  await child.host.close()
  rmSync(dir, { recursive: true, force: true })
})

const patiently = { timeout: 40_000, interval: 20 }

describe('the core in a process of its own', () => {
  it('answers over a port, and its errors keep their codes', async () => {
    const core = child.connect()
    expect(await core.call('app.info', {})).toMatchObject({ runs: 0, workspace: { dir } })
    await expect(core.call('runs.get', { run: 'none' })).rejects.toMatchObject({ code: 'run.notFound' })
  })

  it('has its trainers started by its parent and follows them to the end: every point exact, process gone', async () => {
    const core = child.connect()
    const events: CoreEvent[] = []
    core.subscribe((event) => events.push(event))
    const { runs } = await core.call('runs.create', { spec: SHORT_RUN })
    const run = runs[0]!.id
    await vi.waitFor(async () => {
      expect((await core.call('runs.get', { run })).status).toBe('finished')
    }, patiently)
    expect(child.trainers).toHaveLength(1)
    expect(child.trainers[0]!.pid).toBe(undefined)
    const { steps, values } = await core.call('metrics.series', { run, metric: 'train/loss' })
    expect([...steps]).toEqual(Array.from({ length: 60 }, (_, step) => step))
    expect(values.every(Number.isFinite)).toBe(true)
    expect(events.map(({ type }) => type)).toContain('run.progress')
  })

  it('says that a trainer was killed, with what was recorded kept', async () => {
    const core = child.connect()
    const { runs } = await core.call('runs.create', { spec: { ...SHORT_RUN, budget: { steps: 100_000 } } })
    const run = runs[0]!.id
    await vi.waitFor(async () => {
      expect(
        (await core.call('metrics.tail', { series: [{ run, metric: 'lr', after: 0 }] })).series[0]!.steps.length,
      ).toBeGreaterThan(0)
    }, patiently)
    process.kill(child.trainers[0]!.pid!, 'SIGKILL')
    await vi.waitFor(async () => {
      const row = await core.call('runs.get', { run })
      expect(row.status).toBe('interrupted')
      expect(row.reason).toMatch(/trainer process was killed \(signal SIGKILL\)/)
    }, patiently)
  })

  it('stops a run between two updates when it is closed, and leaves a workspace that opens', async () => {
    const core = child.connect()
    const { runs } = await core.call('runs.create', { spec: { ...SHORT_RUN, budget: { steps: 100_000 } } })
    const run = runs[0]!.id
    await vi.waitFor(async () => {
      expect(
        (await core.call('metrics.tail', { series: [{ run, metric: 'lr', after: 0 }] })).series[0]!.steps.length,
      ).toBeGreaterThan(0)
    }, patiently)
    const exits: unknown[] = []
    child.cores[0]!.once('exit', (code) => exits.push(code))
    await child.host.close()
    expect(exits).toEqual([0])
    expect(child.trainers[0]!.pid).toBe(undefined)
    const storage = openWorkspace(dir, { now: Date.now })
    const row = storage.runs.get(run)
    expect(row.status).toBe('stopped')
    expect(storage.metrics.series(run, 'lr').steps).toHaveLength(row.steps)
    storage.close()
  })
})

describe('a core that is killed while a run trains', () => {
  it('is started again; its run is interrupted with every acknowledged step, its trainer gone, the page goes on', async () => {
    const core = child.connect()
    const { runs } = await core.call('runs.create', { spec: { ...SHORT_RUN, budget: { steps: 100_000 } } })
    const run = runs[0]!.id
    let seen = 0
    await vi.waitFor(async () => {
      const { series } = await core.call('metrics.tail', { series: [{ run, metric: 'lr', after: 0 }] })
      seen = series[0]!.steps.length
      expect(seen).toBeGreaterThan(0)
    }, patiently)
    const trainer = child.trainers[0]!
    process.kill(child.cores[0]!.pid!, 'SIGKILL')
    await vi.waitFor(() => expect(child.notices).toHaveLength(1), patiently)
    const again = child.connect()
    const row = await again.call('runs.get', { run })
    expect(row.status).toBe('interrupted')
    const { series } = await again.call('metrics.tail', { series: [{ run, metric: 'lr', after: 0 }] })
    expect(series[0]!.steps.length).toBeGreaterThanOrEqual(seen)
    await vi.waitFor(() => expect(trainer.pid).toBe(undefined), patiently)
  })
})

describe('a workspace that cannot be opened', () => {
  it('is reported once with its code, and nothing is started again', async () => {
    await child.connect().call('app.info', {})
    const second = startCoreHost(dir)
    await vi.waitFor(() => expect(second.failures).toHaveLength(1), patiently)
    expect(second.failures[0]).toMatchObject({ code: 'workspace.locked' })
    await second.host.close()
    expect(second.cores).toHaveLength(1)
    expect(await child.connect().call('app.info', {})).toMatchObject({ runs: 0 })
  })

  it('says so where the database is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'anneal-core-'))
    writeFileSync(join(folder, 'anneal.db'), 'not a database, but long enough to be looked at as one\n'.repeat(40))
    const broken = startCoreHost(folder)
    await vi.waitFor(() => expect(broken.failures).toHaveLength(1), patiently)
    expect(broken.failures[0]).toMatchObject({ code: 'workspace.invalid' })
    await broken.host.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
