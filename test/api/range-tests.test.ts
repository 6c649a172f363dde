import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { createFakeTransport } from '../../src/core/api/transports/fake'
import type { Transport } from '../../src/core/api/transport'
import type { Core } from '../../src/core/create-core'
import { METRIC, tracksOf } from '../../src/core/domain/metrics'
import { rangeTestSpec } from '../../src/core/domain/range-test/range-test-spec'
import { sweepLr, sweepStride } from '../../src/core/domain/range-test/sweep'
import { watchSweep } from '../../src/core/domain/range-test/watch-sweep'
import { createRng } from '../../src/core/domain/rng'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { SPEC, temporaryCore } from './cores'

/** The loss of a well-behaved model over log10 of the rate: its minimum lies at 0.094. */
const curve = (x: number) => 0.5 + 1.8 / (1 + Math.exp(4 * (x + 2))) + Math.exp(6 * (x + 0.4))
const flat = () => 2.3

/** Points of a test as its trainer would record them, by metric. */
function swept(loss: (x: number) => number, fields: Record<string, unknown> = {}) {
  const spec = parseRunSpec(rangeTestSpec({ ...SPEC, engine: 'cpu' }, fields))
  const { steps, repeats } = spec.rangeTest!
  const stride = sweepStride(spec.rangeTest!)
  const points: { step: number; lr: number; loss: number }[] = []
  for (let r = 0; r < repeats; r++) {
    const rng = createRng(r, 'noise of a curve')
    const watch = watchSweep(steps, stride)
    for (let k = 0, ended = false; !ended; k++) {
      const lr = sweepLr(spec.rangeTest!, k)
      const value = loss(Math.log10(lr)) + 0.02 * rng.normal()
      points.push({ step: r * stride + k, lr, loss: value })
      ended = watch(value, 1) !== null
    }
  }
  return { spec, points }
}
type Swept = ReturnType<typeof swept>

describe('range tests', () => {
  let core: Core
  let api: Transport
  beforeEach(async () => {
    core = await temporaryCore()
    api = createInProcessTransport(core.api)
  })
  afterEach(() => core.close())

  let clock = 1000
  /** Puts a range test into the workspace, as far as its first points, and finished where none is left. */
  function record({ spec, points }: Swept, id: string, upTo = points.length) {
    const { runs, metrics } = core.storage
    runs.create({ id, spec, name: `range test ${id}`, totalSteps: 0, peakLr: spec.rangeTest!.to, createdAt: clock++ })
    runs.setStatus(id, 'running', { startedAt: clock })
    append({ spec, points }, id, 0, upTo)
    if (upTo < points.length) return
    const { step } = points.at(-1)!
    const evaluation = tracksOf(spec).evaluation
    const data = Float64Array.of(step, 0, 2.31, 0.1, 0)
    metrics.append(id, [{ track: 'evaluation', metrics: evaluation, n: 1, data }], step + 1)
    runs.setStatus(id, 'finished', { endedAt: clock })
  }
  function append({ spec, points }: Swept, id: string, from: number, to: number) {
    const part = points.slice(from, to)
    const { update } = tracksOf(spec)
    const n = part.length
    const data = new Float64Array(n * (2 + update.length)).fill(1)
    part.forEach(({ step, lr, loss }, i) => {
      data[i] = step
      data[(2 + update.indexOf(METRIC.lr)) * n + i] = lr
      data[(2 + update.indexOf(METRIC.trainLoss)) * n + i] = loss
    })
    core.storage.metrics.append(id, [{ track: 'update', metrics: update, n, data }], part.at(-1)!.step + 1)
  }
  const get = (run: string) => api.call('rangeTests.get', { run })

  it('are the sweeps that were recorded, with why each ended, and what they say', async () => {
    record(swept(curve), 'good')
    const { run, sweeps, analysis, confirm, evaluationLoss, restored } = await get('good')
    expect(run).toMatchObject({ id: 'good', status: 'finished' })
    expect(sweeps).toHaveLength(3)
    for (const { lr, loss, ended } of sweeps) {
      expect(lr).toHaveLength(loss.length)
      expect(lr[0]).toBe(1e-6)
      expect(ended).toBe('diverged')
    }
    expect(analysis!.refusal).toBeNull()
    expect(analysis!.max).toBeGreaterThan(0.01)
    expect(analysis!.max).toBeLessThan(0.1)
    expect({ confirm, evaluationLoss, restored }).toEqual({ confirm: [], evaluationLoss: 2.31, restored: true })
  })

  it('say nothing before there are points enough, then follow what comes', async () => {
    const test = swept(curve)
    record(test, 'live', 5)
    expect(await get('live')).toMatchObject({ analysis: null, evaluationLoss: null, restored: null })
    append(test, 'live', 5, 200)
    const { sweeps, analysis } = await get('live')
    expect(sweeps).toHaveLength(1)
    expect(sweeps[0]!.loss).toHaveLength(200)
    expect(analysis).not.toBeNull()
    // The same test unchanged is not analysed again.
    expect((await get('live')).analysis).toBe(analysis)
  })

  it('are listed newest first with a curve the size of a word, other runs left out', async () => {
    record(swept(curve), 'good')
    record(swept(flat), 'dead')
    await api.call('runs.create', { spec: SPEC })
    const { tests } = await api.call('rangeTests.list', {})
    expect(tests.map(({ run }) => run.id)).toEqual(['dead', 'good'])
    const [dead, good] = tests
    expect(good!.max).toBe((await get('good')).analysis!.max)
    expect(dead!.max).toBeNull()
    expect(dead!.refusal).not.toBeNull()
    expect(good!.curve).toHaveLength(54)
    expect(good!.curve[0]! / 2.3).toBeCloseTo(1, 1)
    const least = good!.curve.filter(Number.isFinite).reduce((a, b) => Math.min(a, b))
    expect(least / 0.55).toBeCloseTo(1, 0)
  })

  it('found none where there are none', async () => {
    expect(await api.call('rangeTests.list', {})).toEqual({ tests: [] })
    const { runs } = await api.call('runs.create', { spec: SPEC })
    await expect(get(runs[0]!.id)).rejects.toMatchObject({ code: 'input.invalid', details: { field: 'run' } })
    await expect(get('nowhere0')).rejects.toMatchObject({ code: 'run.notFound' })
  })

  it('are confirmed by three short runs of the same start in one group, found again as the newest', async () => {
    record(swept(curve), 'good')
    const { max } = (await get('good')).analysis!
    const { runs, notices } = await api.call('rangeTests.confirm', { run: 'good', steps: 40 })
    expect(notices).toEqual([])
    expect(runs.map(({ peakLr }) => peakLr / max!)).toEqual([1 / 3, 1, 3].map((f) => expect.closeTo(f, 6)))
    for (const { group, spec, totalSteps } of runs) {
      expect({ group, totalSteps, seed: spec.seed }).toEqual({ group: 'confirm good', totalSteps: 40, seed: 1 })
      expect(spec.rangeTest).toBeUndefined()
      expect(spec.schedule.kind).toBe('one-cycle')
    }
    expect((await get('good')).confirm.map(({ id }) => id)).toEqual(runs.map(({ id }) => id))
    const again = await api.call('rangeTests.confirm', { run: 'good', max: 0.5 })
    expect(again.runs.map(({ totalSteps }) => totalSteps)).toEqual([200, 200, 200])
    // Another moment, another confirmation: the newest counts.
    const created = new Set(again.runs.map(({ createdAt }) => createdAt))
    expect(created.size).toBe(1)
    const { rows } = await api.call('runs.list', { filter: 'type = confirm' })
    expect(rows).toHaveLength(6)
  })

  it('are not confirmed where there is no maximum, unless one is given; above the greatest rate no run is made', async () => {
    record(swept(flat), 'dead')
    const refused = api.call('rangeTests.confirm', { run: 'dead' })
    await expect(refused).rejects.toThrow(
      /^Range test dead suggests no maximum\. The loss .+\. Give one to confirm it$/,
    )
    const { runs, notices } = await api.call('rangeTests.confirm', { run: 'dead', max: 5000 })
    expect(runs.map(({ spec }) => (spec.schedule as { maxLr: number }).maxLr)).toEqual([5000 / 3, 5000])
    expect(notices).toEqual([expect.stringMatching(/rates above 10000 are not trained with/)])
    await expect(api.call('rangeTests.confirm', { run: 'dead', max: 0 })).rejects.toMatchObject({
      code: 'input.invalid',
    })
  })

  it('are created as runs, named by their model, as long as their sweeps at most', async () => {
    const { runs } = await api.call('runs.create', { spec: rangeTestSpec({ ...SPEC, engine: 'cpu' }, { to: 5 }) })
    expect(runs[0]).toMatchObject({
      name: 'range test mlp',
      peakLr: 5,
      totalSteps: 3 * sweepStride(runs[0]!.spec.rangeTest!),
    })
    expect((await api.call('rangeTests.list', {})).tests).toMatchObject([{ max: null, confidence: 'none' }])
  })

  it('are read the same from the fake', async () => {
    const { spec, points } = swept(curve)
    const fake = createFakeTransport()
    const { runs } = await fake.call('runs.create', { spec })
    const run = runs[0]!.id
    const steps = points.map(({ step }) => step)
    fake.append({ run, metric: METRIC.trainLoss, steps, values: points.map(({ loss }) => loss) })
    fake.append({ run, metric: METRIC.lr, steps, values: points.map(({ lr }) => lr) })
    fake.append({ run, metric: METRIC.gradNorm, steps, values: points.map(() => 1) })
    record({ spec, points }, 'same')
    const [mine, other] = [await fake.call('rangeTests.get', { run }), await get('same')]
    expect(mine.sweeps).toEqual(other.sweeps)
    expect(mine.analysis).toEqual(other.analysis)
  })
})
