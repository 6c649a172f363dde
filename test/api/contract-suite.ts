import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CoreEvent } from '../../src/core/api/contract'
import type { Transport } from '../../src/core/api/transport'
import { AppError } from '../../src/core/domain/errors'
import { SPEC, until } from './cores'
import { RECORDED } from './idle-trainer'

/** A core and ways to connect to it. A run that starts records RECORDED as train/loss, then waits to be stopped. */
export interface Rig {
  connect(): Transport
  /** Makes the core say something to everyone. */
  notify(message: string): void
  close(): Promise<void>
}

const errorOf = (call: Promise<unknown>): Promise<AppError> =>
  call.then(
    (output) => {
      throw new Error(`not refused: ${JSON.stringify(output)}`)
    },
    (error: unknown) => {
      expect(error).toBeInstanceOf(AppError)
      return error as AppError
    },
  )

/** What every connection to a core must do, whatever lies between. */
export function contractSuite(name: string, open: () => Promise<Rig>): void {
  describe(`the contract over ${name}`, () => {
    let rig: Rig
    let transport: Transport
    beforeEach(async () => {
      rig = await open()
      transport = rig.connect()
    })
    afterEach(async () => {
      transport.close()
      await rig.close()
    })
    const untyped = (method: string, input: unknown) => transport.call(method as never, input as never)
    /** Creates a run and waits until it has recorded. */
    const recordedRun = async () => {
      const { runs } = await transport.call('runs.create', { spec: SPEC })
      const { id } = runs[0]!
      const counted = async () => (await transport.call('runs.get', { run: id })).metrics['train/loss']?.count
      await expect.poll(counted, { timeout: 20_000 }).toBe(RECORDED.length)
      return id
    }

    it('answers a call with what the core returns', async () => {
      const { runs, notices } = await transport.call('runs.create', { spec: { ...SPEC, name: 'first' } })
      expect(notices).toEqual([])
      expect(runs).toHaveLength(1)
      const { rows, total, all } = await transport.call('runs.list', {})
      expect([total, all]).toEqual([1, 1])
      expect(rows[0]).toMatchObject({ id: runs[0]!.id, name: 'first', totalSteps: 50, peakLr: 0.4, tags: [] })
      expect(rows[0]!.spec.schedule).toMatchObject({ kind: 'one-cycle', maxLr: 0.4, div: 25 })
      expect(await transport.call('app.info', {})).toMatchObject({ runs: 1, parallel: 1 })
    })

    it('carries typed arrays value for value: NaN, infinities, -0', async () => {
      const run = await recordedRun()
      const { series } = await transport.call('metrics.tail', { series: [{ run, metric: 'train/loss', after: 0 }] })
      expect(series[0]!.values).toBeInstanceOf(Float64Array)
      expect(series[0]!.values).toEqual(RECORDED)
      expect([...series[0]!.steps]).toEqual([0, 1, 2, 3, 4, 5])
      const exact = await transport.call('metrics.series', { run, metric: 'train/loss', from: 1, to: 4 })
      expect(exact.values).toEqual(RECORDED.slice(1, 5))
    })

    it('carries NaN outside of arrays', async () => {
      const run = await recordedRun()
      const { metrics } = await transport.call('runs.get', { run })
      expect(metrics['train/loss']).toMatchObject({ nonFinite: 3, firstNonFiniteStep: 1, last: 1e-300 })
      const { series } = await transport.call('metrics.view', { series: [{ run, metric: 'train/loss' }], buckets: 10 })
      expect([...series[0]!.y]).toEqual([0.5, NaN, NaN, NaN, -0, 1e-300])
      expect(series[0]!.nonFinite).toEqual([{ from: 1, to: 3, count: 3, kind: 'mixed' }])
    })

    it('carries a range test: nulls and curves of NaN where it has recorded too little', async () => {
      const { runs } = await transport.call('runs.create', { spec: { ...SPEC, rangeTest: { steps: 50 } } })
      const run = runs[0]!.id
      const { tests } = await transport.call('rangeTests.list', {})
      expect(tests).toMatchObject([{ run: { id: run }, max: null, confidence: 'none', refusal: null }])
      expect(tests[0]!.curve).toEqual(new Float64Array(54).fill(NaN))
      const { sweeps, analysis, confirm } = await transport.call('rangeTests.get', { run })
      expect({ sweeps, analysis, confirm }).toEqual({ sweeps: [], analysis: null, confirm: [] })
    })

    it('carries a smoothed view with its raw line, and what another metric says at the same steps', async () => {
      const run = await recordedRun()
      const gone = { run: 'gone0000', metric: 'train/loss' }
      const { series } = await transport.call('metrics.view', {
        series: [{ run, metric: 'train/loss', from: 4, to: 5 }, gone],
        buckets: 10,
        smoothing: { kind: 'ema', amount: 0.5 },
        raw: true,
        times: true,
        against: 'nothing/of-it',
        edges: true,
      })
      expect(series).toHaveLength(1)
      const { x, y, raw, times, against, drawn, total } = series[0]!
      expect([...x]).toEqual([3, 4, 5])
      // Debiased over the finite points 0.5, -0, 1e-300 only.
      expect([...y]).toEqual([NaN, (0.25 * 0.5) / 0.75, (0.125 * 0.5 + 0.5e-300) / 0.875])
      expect([...raw!.y]).toEqual([NaN, -0, 1e-300])
      expect(times).toHaveLength(3)
      expect([...against!]).toEqual([NaN, NaN, NaN])
      expect([drawn, total]).toEqual([2, 2])
    })

    it('carries a band over groups, and the points nearest to a step', async () => {
      const run = await recordedRun()
      const { bands } = await transport.call('metrics.band', {
        groups: [
          { key: 'one', runs: [run, 'gone0000'] },
          { key: 'none', runs: [] },
        ],
        metric: 'train/loss',
        kind: 'std',
        buckets: 10,
      })
      expect(bands.map(({ key, runs, nonFinite, every }) => [key, runs, nonFinite, every])).toEqual([
        ['one', 1, 3, 1],
        ['none', 0, 0, 1],
      ])
      expect([...bands[0]!.mean]).toEqual([0.5, NaN, NaN, NaN, -0, 1e-300])
      expect([...bands[0]!.n]).toEqual([1, 0, 0, 0, 1, 1])
      const { points } = await transport.call('metrics.at', {
        series: [
          { run, metric: 'train/loss' },
          { run, metric: 'train/loss', step: 99 },
          { run, metric: 'nothing' },
          { run: 'gone0000', metric: 'train/loss' },
        ],
        step: 3.4,
      })
      expect(points.map(({ step, value }) => [step, value])).toEqual([
        [3, -Infinity],
        [5, 1e-300],
      ])
      const { counts } = await transport.call('metrics.count', {
        series: [
          { run, metric: 'train/loss' },
          { run, metric: 'train/loss', from: 4, to: 4.5 },
          { run, metric: 'nothing' },
          { run: 'gone0000', metric: 'train/loss' },
        ],
        value: 0,
      })
      expect(counts.map(({ metric, count }) => [metric, count])).toEqual([
        ['train/loss', 1],
        ['train/loss', 1],
        ['nothing', 0],
      ])
    })

    it('carries the table of runs: columns of numbers, NaN where there is none, and what is done to many', async () => {
      const run = await recordedRun()
      const { lines } = await transport.call('runs.table', { groupBy: ['status'], fields: ['train/loss.last'] })
      expect(lines).toMatchObject([
        { kind: 'group', field: 'status', value: 'running', runs: 1, best: NaN },
        { kind: 'run', row: { id: run, hidden: false, metrics: { 'train/loss': { last: 1e-300 } } } },
      ])
      const { columns, divergedAt } = await transport.call('runs.columns', { fields: ['train/loss.last', 'name'] })
      expect(columns).toEqual({ 'train/loss.last': Float64Array.of(1e-300), name: ['one-cycle 0.400'] })
      expect(divergedAt).toEqual(Float64Array.of(NaN))
      const target = { runs: [run], metric: 'train/loss', value: 0.1, atLeast: false }
      expect((await transport.call('runs.target', target)).targets).toMatchObject([{ run, step: 4 }])
      expect((await transport.call('runs.change', { runs: [run], pinned: true })).runs[0]!.pinned).toBe(true)
      const { fields, metrics } = await transport.call('runs.fields', {})
      expect(fields.find(({ name }) => name === 'pinned')!.values).toEqual([{ value: true, runs: 1 }])
      expect(metrics).toEqual([{ name: 'train/loss', runs: 1 }])
      await transport.call('views.save', { kind: 'runs', name: 'v', state: { a: [1] } })
      expect((await transport.call('views.list', { kind: 'runs' })).views).toMatchObject([{ state: { a: [1] } }])
      await transport.call('runs.removeAll', { runs: [run] })
      expect((await transport.call('runs.restoreAll', { runs: [run] })).runs).toMatchObject([{ id: run }])
    })

    it('leaves runs that are gone out of the lines of the others', async () => {
      const run = await recordedRun()
      const both = [run, 'gone0000'].map((run) => ({ run, metric: 'train/loss', after: 4 }))
      const { series } = await transport.call('metrics.tail', { series: both })
      expect(series.map((one) => [one.run, one.ordinal, ...one.values])).toEqual([[run, 4, -0, 1e-300]])
    })

    it.each([
      ['run.notFound', 'runs.get', { run: 'nowhere0' }],
      ['run.notFound', 'runs.find', { reference: 'nowhere0' }],
      ['run.notFound', 'runs.purge', { run: 'nowhere0' }],
      ['spec.invalid', 'runs.create', { spec: { ...SPEC, budget: { steps: 0 } } }],
      ['input.invalid', 'runs.list', { filter: 'lr >' }],
      ['input.invalid', 'runs.list', { limit: -1 }],
      ['input.invalid', 'rangeTests.confirm', { run: 'a', max: 0 }],
      ['input.invalid', 'rangeTests.confirm', { run: 'a', steps: 1 }],
      ['run.notFound', 'rangeTests.get', { run: 'nowhere0' }],
      ['input.invalid', 'runs.get', {}],
      ['input.invalid', 'runs.get', { run: 'a', extra: 1 }],
      ['input.invalid', 'runs.get', null],
      ['input.invalid', 'runs.get', [1]],
      ['input.invalid', 'metrics.series', { run: 'a', metric: 'b', from: NaN }],
      ['input.invalid', 'metrics.at', { series: [{ run: 'a', metric: 'b' }] }],
      ['input.invalid', 'metrics.count', { series: [{ run: 'a', metric: 'b' }], value: Infinity }],
      ['input.invalid', 'metrics.band', { groups: [], metric: 'b', kind: 'sd', buckets: 10 }],
      ['input.invalid', 'metrics.view', { series: [], buckets: 10, smoothing: { kind: 'ema', amount: 1 } }],
      ['method.unknown', 'runs.lits', {}],
      ['method.unknown', 'toString', {}],
      ['method.unknown', '__proto__', {}],
      ['method.unknown', '../../etc/passwd', {}],
      ['method.unknown', '', {}],
    ])('refuses with %s: %s %j', async (code, method, input) => {
      expect((await errorOf(untyped(method, input))).code).toBe(code)
    })

    it('keeps message and details of an error', async () => {
      const error = await errorOf(
        untyped('runs.create', { spec: { ...SPEC, schedule: { kind: 'constant', lr: -0.1 } } }),
      )
      expect(error.message).toBe('schedule.lr must be above 0 and at most 10000, got -0.1')
      expect(error.details).toMatchObject({ field: 'schedule.lr', got: '-0.1' })
      const unknown = await errorOf(untyped('runs.lits', {}))
      expect(unknown.message).toBe('There is no method runs.lits (did you mean runs.list?)')
      const wrong = await errorOf(untyped('runs.list', { limt: 3 }))
      expect(wrong.message).toMatch(/^runs\.list: limt is not a known field \(did you mean limit\?\)/)
    })

    it('answers after an error as before', async () => {
      await errorOf(untyped('nothing', 1))
      expect((await transport.call('runs.list', {})).rows).toEqual([])
    })

    it('answers many calls at once, each with its own output', async () => {
      const names = Array.from({ length: 20 }, (_, i) => `run ${i}`)
      const created = await Promise.all(names.map((name) => transport.call('runs.create', { spec: { ...SPEC, name } })))
      expect(created.map(({ runs }) => runs[0]!.name)).toEqual(names)
    })

    it('tells what a call changes to whoever listened before it, in order', async () => {
      const events: CoreEvent[] = []
      transport.subscribe((event) => events.push(event))
      const { runs } = await transport.call('runs.create', { spec: SPEC, seeds: [1, 2] })
      const [first, second] = runs.map(({ id }) => id)
      await transport.call('runs.stop', { run: second! })
      await transport.call('runs.stop', { run: first! })
      await transport.call('runs.remove', { run: first! })
      await until(() => events.at(-1)?.type === 'runs.removed', 'the removal is told')
      const statuses = (id: string) =>
        events.flatMap((event) =>
          event.type === 'runs.changed' ? event.runs.filter((run) => run.id === id).map(({ status }) => status) : [],
        )
      const distinct = (list: string[]) => list.filter((status, i) => status !== list[i - 1])
      expect(distinct(statuses(first!))).toEqual(['queued', 'running', 'stopped'])
      expect(statuses(second!)).toEqual(['queued', 'stopped'])
      expect(events[0]).toMatchObject({ type: 'runs.changed', runs: [{ id: first }, { id: second }] })
      expect(events.at(-1)).toEqual({ type: 'runs.removed', runs: [first] })
    })

    it('tells all that one call changes in one event, and all that one removes', async () => {
      const { runs } = await transport.call('runs.create', { spec: SPEC, seeds: [1, 2, 3] })
      const ids = runs.map(({ id }) => id)
      for (const run of ids.toReversed()) await transport.call('runs.stop', { run })
      const events: CoreEvent[] = []
      const leave = transport.subscribe((event) => events.push(event))
      await transport.call('runs.change', { runs: ids, addTags: ['all'] })
      await transport.call('runs.removeAll', { runs: ids })
      await transport.call('runs.restoreAll', { runs: ids })
      await until(() => events.at(-1)?.type === 'runs.changed' && events.length > 2, 'that they are back is told')
      leave()
      const told = events.map((event) =>
        event.type === 'runs.changed'
          ? event.runs.map(({ id, tags }) => [id, ...tags])
          : event.type === 'runs.removed' && event.runs,
      )
      const tagged = ids.map((id) => [id, 'all'])
      expect(told).toEqual([tagged, ids, tagged])
    })

    it('tells two listeners the same, and none after it has left', async () => {
      const heard: [string[], string[]] = [[], []]
      const listen = (list: string[]) =>
        transport.subscribe((event) => event.type === 'notice' && list.push(event.message))
      const leave = listen(heard[0])
      listen(heard[1])
      await transport.call('runs.list', {})
      for (const message of ['one', 'two', 'three']) rig.notify(message)
      await until(() => heard.every((list) => list.length === 3), 'both have heard all')
      leave()
      leave()
      rig.notify('four')
      await until(() => heard[1].length === 4, 'the other has heard the fourth')
      expect(heard).toEqual([
        ['one', 'two', 'three'],
        ['one', 'two', 'three', 'four'],
      ])
    })

    it('tells a second connection what the first one does', async () => {
      const other = rig.connect()
      const renamed: string[] = []
      other.subscribe((event) => event.type === 'runs.changed' && renamed.push(...event.runs.map(({ name }) => name)))
      await other.call('runs.list', {})
      const { runs } = await transport.call('runs.create', { spec: SPEC })
      await transport.call('runs.update', { run: runs[0]!.id, name: 'renamed' })
      await until(() => renamed.includes('renamed'), 'the other connection hears of it')
      other.close()
    })

    it('rejects as cancelled where the signal is aborted, before and during a call', async () => {
      const before = await errorOf(transport.call('runs.list', {}, { signal: AbortSignal.abort() }))
      expect(before.code).toBe('cancelled')
      const controller = new AbortController()
      const during = errorOf(transport.call('runs.list', {}, { signal: controller.signal }))
      controller.abort()
      expect((await during).code).toBe('cancelled')
      expect((await transport.call('runs.list', {})).rows).toEqual([])
    })

    it('does not begin a command whose signal was aborted before', async () => {
      await errorOf(transport.call('runs.create', { spec: SPEC }, { signal: AbortSignal.abort() }))
      expect((await transport.call('runs.list', {})).all).toBe(0)
    })

    it('answers nothing once it is closed', async () => {
      transport.close()
      transport.close()
      expect((await errorOf(transport.call('runs.list', {}))).code).toBe('cancelled')
    })

    it('reverts a removal, and purges for good', async () => {
      const run = await recordedRun()
      await transport.call('runs.remove', { run })
      expect((await errorOf(transport.call('runs.get', { run }))).code).toBe('run.notFound')
      expect(await transport.call('runs.restore', { run })).toMatchObject({ id: run, status: 'stopped' })
      await transport.call('runs.purge', { run })
      expect((await errorOf(transport.call('runs.restore', { run }))).code).toBe('run.notFound')
      expect((await transport.call('runs.list', {})).all).toBe(0)
    })
  })
}
