import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApi, mergeHandlers } from '../../src/core/api/create-api'
import { contract } from '../../src/core/api/contract'
import { idleJobs } from '../../src/core/api/transports/fake/idle-jobs'
import { memoryStorage } from '../../src/core/api/transports/fake/memory-storage'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import type { Transport } from '../../src/core/api/transport'
import type { Core } from '../../src/core/create-core'
import type { RunRow } from '../../src/core/domain/run'
import { SPEC, temporaryCore } from './cores'

const all = () => Object.fromEntries(Object.keys(contract).map((method) => [method, () => null]))

describe('the handlers', () => {
  it('are complete: a missing one is named at the start', () => {
    const { 'runs.stop': _, ...rest } = all()
    expect(() => mergeHandlers([rest])).toThrow('No handler for runs.stop')
  })
  it('are there once: a double one is named at the start', () => {
    expect(() => mergeHandlers([all(), { 'runs.get': () => null }])).toThrow('runs.get has two handlers')
  })
  it('are in the contract: an unknown one is named at the start', () => {
    expect(() => mergeHandlers([all(), { 'runs.fly': () => null }])).toThrow('runs.fly has a handler but is not')
  })
})

describe('outputs', () => {
  it('are checked where that is asked for', async () => {
    const storage = memoryStorage([])
    storage.runs.all = () => [(() => 1) as unknown as RunRow]
    const refuse = () => Promise.reject(new Error())
    const services = {
      storage,
      jobs: idleJobs(storage, () => 0),
      bundles: { pack: refuse, packInto: refuse, unpack: refuse },
      files: { toOpen: refuse, save: refuse, saveBytes: refuse, readSpec: refuse, parseSpec: refuse },
      engine: { kind: 'cpu' as const, label: '', whyNotFaster: null },
      parallel: 1,
      version: '0',
      machine: { cores: 1, memoryGb: 1 },
      checkTrainable: async () => {},
      databaseBytes: () => 0,
      now: () => 0,
      newId: () => 'a',
    }
    await expect(createApi(services, { checkOutput: true }).call('runs.list', {})).rejects.toThrow('function')
    await expect(createApi(services).call('runs.list', {})).resolves.toBeDefined()
  })
})

describe('runs', () => {
  let core: Core
  let api: Transport
  beforeEach(async () => {
    core = await temporaryCore()
    api = createInProcessTransport(core.api)
  })
  afterEach(() => core.close())
  const create = (change: object = {}, seeds?: number[]) =>
    api.call('runs.create', { spec: { ...SPEC, ...change }, seeds })

  it('without a name are called by schedule and peak rate', async () => {
    expect((await create()).runs[0]!.name).toBe('one-cycle 0.400')
    expect((await create({ schedule: { kind: 'constant', lr: 0.0001 } })).runs[0]!.name).toBe('constant 1e-4')
  })
  it('of several seeds are a group, each with its seed in name and spec, trained in order', async () => {
    const { runs } = await create({ name: 'a' }, [7, 8])
    expect(runs.map(({ name, group, spec, status }) => [name, group, spec.name, spec.seed, status])).toEqual([
      ['a seed 7', 'a', 'a seed 7', 7, 'running'],
      ['a seed 8', 'a', 'a seed 8', 8, 'queued'],
    ])
    expect((await create({ name: 'b', group: 'mine' }, [1, 2])).runs.map(({ group }) => group)).toEqual([
      'mine',
      'mine',
    ])
    expect((await create({ name: 'c' }, [5])).runs[0]).toMatchObject({ name: 'c', group: '', spec: { seed: 5 } })
  })
  it('are all stored or none', async () => {
    const { create: stored } = core.storage.runs
    let left = 2
    core.storage.runs.create = (run) => {
      if (left-- === 0) throw new Error('disk full')
      return stored(run)
    }
    await expect(create({}, [1, 2, 3])).rejects.toThrow('disk full')
    expect((await api.call('runs.list', {})).all).toBe(0)
    expect(core.jobs.state()).toEqual({ running: [], queued: [] })
  })
  it('come with notices for what is asked and not done', async () => {
    expect((await create({ engine: 'wasm', threads: 2 })).notices).toEqual([expect.stringMatching(/^threads/)])
  })
  it('come with notices for what of their schedule may not be meant, where the updates are known', async () => {
    const schedule = { kind: 'warm-restarts', lr: 0.1, cycleSteps: 20 }
    expect((await create({ schedule })).notices).toEqual([
      expect.stringMatching(/^schedule\.cycleSteps: The run ends inside cycle 2, after 30 of its 40 updates/),
    ])
    expect((await create({ schedule: { ...schedule, cycleSteps: 50 } })).notices).toEqual([])
    expect((await create({ schedule, rangeTest: {} })).notices).toEqual([])
  })
  it('with a name that leaves no room for the seed are refused, and nothing is written', async () => {
    await expect(create({ name: 'x'.repeat(255) }, [1, 2])).rejects.toMatchObject({ code: 'spec.invalid' })
    expect((await api.call('runs.list', {})).all).toBe(0)
  })
  it('are found by id, beginning of an id and name; several are named', async () => {
    const { runs } = await create({ name: 'twin' })
    const { id } = runs[0]!
    for (const reference of [id, id.slice(0, 6), 'twin'])
      expect((await api.call('runs.find', { reference })).id).toBe(id)
    const other = (await create({ name: 'twin' })).runs[0]!.id
    await expect(api.call('runs.find', { reference: 'twin' })).rejects.toMatchObject({
      code: 'input.invalid',
      message: expect.stringContaining('2 runs answer to twin'),
      details: { runs: [other, id] },
    })
  })
  it('that train are stopped before they are removed, and the next one starts', async () => {
    const [first, second] = (await create({}, [1, 2])).runs
    await api.call('runs.remove', { run: first!.id })
    expect((await api.call('runs.restore', { run: first!.id })).status).toBe('stopped')
    expect((await api.call('runs.get', { run: second!.id })).status).toBe('running')
    await api.call('runs.purge', { run: second!.id })
    expect((await api.call('runs.list', {})).rows.map(({ id }) => id)).toEqual([first!.id])
  })
  it('are filtered before they are counted, cut and sorted', async () => {
    await create({ tags: ['x'] }, [1, 2, 3, 4])
    await create()
    const page = await api.call('runs.list', {
      filter: 'tag has x and seed > 1',
      sort: { column: 'seed', descending: false },
      offset: 1,
      limit: 1,
    })
    expect(page.rows.map(({ spec }) => spec.seed)).toEqual([3])
    expect([page.total, page.all]).toEqual([3, 5])
  })
  it.each(['lr', 'schedule', 'batch', 'maxLr', 'validation/accuracy.best', 'name'])(
    'are sorted by %s',
    async (column) => {
      for (const maxLr of [0.3, 0.1, 0.2]) await create({ schedule: { kind: 'one-cycle', maxLr } })
      const { rows } = await api.call('runs.list', { sort: { column, descending: false } })
      if (column === 'lr' || column === 'maxLr' || column === 'name')
        expect(rows.map(({ peakLr }) => peakLr)).toEqual([0.1, 0.2, 0.3])
      expect(rows).toHaveLength(3)
    },
  )
  it('are renamed, tagged and noted; a wrong change is refused as a whole', async () => {
    const run = (await create()).runs[0]!.id
    expect(await api.call('runs.update', { run, name: 'n', tags: ['a'], notes: 'm' })).toMatchObject({
      name: 'n',
      tags: ['a'],
      notes: 'm',
    })
    await expect(api.call('runs.update', { run, notes: 'other', name: '' })).rejects.toMatchObject({
      code: 'input.invalid',
      details: { field: 'name' },
    })
    expect(await api.call('runs.get', { run })).toMatchObject({ name: 'n', notes: 'm' })
  })
  it('give a recipe that makes the same run again', async () => {
    const run = (await create({ name: 'r', seed: 5 })).runs[0]!
    const { spec } = await api.call('runs.recipe', { run: run.id })
    expect((await api.call('runs.create', { spec })).runs[0]!.spec).toEqual(run.spec)
  })
  it('of the quickstart differ in nothing but the schedule', async () => {
    const { runs } = await api.call('quickstart.start', { steps: 30 })
    expect(runs.map(({ spec, group, totalSteps }) => [spec.schedule.kind, group, totalSteps])).toEqual([
      ['constant', 'quickstart', 30],
      ['step', 'quickstart', 30],
      ['one-cycle', 'quickstart', 30],
    ])
    const { parameters } = await api.call('runs.compare', { runs: runs.map(({ id }) => id) })
    const differing = parameters.filter(({ differs }) => differs).map(({ path }) => path)
    expect(differing.length).toBeGreaterThan(0)
    expect(differing.filter((path) => !path.startsWith('schedule.'))).toEqual([])
    await expect(api.call('quickstart.start', { steps: 2 })).rejects.toMatchObject({ code: 'input.invalid' })
  })
  it('of the app are counted, with the size of the database', async () => {
    await create()
    const info = await api.call('app.info', {})
    expect(info).toMatchObject({ runs: 1, workspace: { dir: core.storage.dir } })
    expect(core.storage.dir.endsWith(info.workspace.name)).toBe(true)
    expect(info.workspace.bytes).toBeGreaterThan(4096)
    expect(info.cores).toBeGreaterThan(0)
  })
})
