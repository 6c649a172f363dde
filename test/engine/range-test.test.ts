import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { METRIC, tracksOf } from '../../src/core/domain/metrics'
import { rangeTestSpec } from '../../src/core/domain/range-test/range-test-spec'
import { sweepLr, sweepsOf, sweepStride } from '../../src/core/domain/range-test/sweep'
import { momentumOf } from '../../src/core/domain/spec/optimizers'
import { parseRunSpec, type RunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { resolveEngine } from '../../src/core/engine/backends/resolve'
import { loadDataset } from '../../src/core/engine/datasets/load-dataset'
import { openBatchFeed } from '../../src/core/engine/train/batch-feed'
import { runRangeTest, shuffleSeedOf } from '../../src/core/engine/train/range-test'
import { takeSnapshot } from '../../src/core/engine/train/snapshot'
import { stateOf } from '../../src/core/engine/train/sweep-run'
import { createLearner, train } from '../../src/core/engine/train/train'
import { type Learner, updateStep } from '../../src/core/engine/train/update-step'
import { CNN, MLP } from '../checkpoints/trained'
import { NO_NATIVE, THREADS } from './native-library'

type Json = Record<string, unknown>
type Engine = RunSpecInput['engine']

const NETWORKS: [string, Json][] = [
  ['batch norm, dropout and Adam', { ...CNN }],
  ['batch norm, dropout and momentum', { ...CNN, optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 1e-3 } }],
  ['Nesterov momentum', { ...MLP }],
  ['AdamW', { ...MLP, optimizer: { kind: 'adamw' } }],
  ['RMSprop', { ...MLP, optimizer: { kind: 'rmsprop', momentum: 0.5 } }],
]
const RATES = { lr: 0.01, momentum: 0.9 }

/** A learner after five updates: nothing of its state is what it began with. */
async function started(spec: RunSpec) {
  const dataset = await loadDataset(spec.dataset, () => {})
  const learner = createLearner(spec, await resolveEngine(spec.engine, spec.threads ?? 1), dataset)
  const feed = openBatchFeed(dataset, spec, 0, false)
  const update = (t: number) => updateStep(learner, feed.batch(t), RATES, false).loss
  for (let t = 0; t < 5; t++) update(t)
  return { dataset, learner, update }
}

const hashOf = (learner: Learner) => {
  const hash = createHash('sha256')
  for (const entry of stateOf(learner)) hash.update(entry.name).update(new Uint8Array(entry.read().buffer))
  return hash.digest('hex')
}

/** Losses of ten updates from the fifth on, and a hash of all that is learnt after them. */
async function nextTen(given: Json, test: boolean) {
  const spec = parseRunSpec(rangeTestSpec(given, { steps: 20, repeats: 2 }))
  const { dataset, learner, update } = await started(spec)
  let during: string | null = null
  let updates = 0
  if (test) {
    const outcome = await runRangeTest(learner, stateOf(learner), {
      spec: spec.rangeTest!,
      momentum: momentumOf(spec.optimizer),
      batches: (repeat) => openBatchFeed(dataset, { ...spec, seed: shuffleSeedOf(spec.seed, repeat) }, 0, false),
      record: () => {
        updates++
        during = hashOf(learner)
      },
      between: async () => false,
    })
    expect(outcome).toMatchObject({ stopped: false, difference: 0 })
    expect(updates).toBeGreaterThanOrEqual(20)
    expect(during).not.toBe(hashOf(learner))
  }
  const losses = Array.from({ length: 10 }, (_, i) => update(5 + i))
  const end = hashOf(learner)
  learner.optimizer.dispose()
  learner.model.dispose()
  return { losses, end }
}

function leavesNoTrace(engine: Engine, threads?: number) {
  it.each(NETWORKS)('with %s: the next ten losses and all that is learnt are the same bits', async (_, given) => {
    const spec = { ...given, engine, ...(threads && { threads }) }
    expect(await nextTen(spec, true)).toEqual(await nextTen(spec, false))
  })
}

describe('a range test leaves no trace', () => {
  describe('on wasm', () => leavesNoTrace('wasm'))
  describe('on cpu', () => leavesNoTrace('cpu'))
  describe.skipIf(NO_NATIVE)(`on TensorFlow ${NO_NATIVE && `(skipped: ${NO_NATIVE})`}`, () =>
    leavesNoTrace('native', THREADS),
  )

  it('also where it breaks in the middle', async () => {
    const spec = parseRunSpec(rangeTestSpec({ ...CNN, engine: 'cpu' }, { steps: 20 }))
    const { dataset, learner } = await started(spec)
    const before = hashOf(learner)
    const broken = runRangeTest(learner, stateOf(learner), {
      spec: spec.rangeTest!,
      momentum: 0.9,
      batches: () => openBatchFeed(dataset, spec, 0, false),
      record: (step) => {
        if (step === 7) throw new Error('the disk is full')
      },
      between: async () => false,
    })
    await expect(broken).rejects.toThrow('the disk is full')
    expect(hashOf(learner)).toBe(before)
  })

  it('and a snapshot counts what has changed, bit by bit', async () => {
    const { learner, update } = await started(parseRunSpec({ ...CNN, engine: 'cpu' }))
    const state = stateOf(learner)
    const snapshot = takeSnapshot(state)
    expect(snapshot.difference()).toBe(0)
    const [first] = state
    const values = first!.read()
    values[1] = -values[1]!
    values[2] = NaN
    first!.write(values)
    expect(snapshot.difference()).toBe(2)
    first!.write(first!.read().fill(0.01))
    update(5)
    expect(snapshot.difference()).toBeGreaterThan(2)
    snapshot.restore()
    expect(snapshot.difference()).toBe(0)
  })
})

/** Trains a range test as a run and keeps what it records. */
async function swept(given: Json, rangeTest: Json = {}, stopAt = Infinity) {
  const spec = parseRunSpec(rangeTestSpec({ ...given, engine: 'cpu' }, rangeTest))
  const points = { update: [], ratio: [], evaluation: [] } as Record<string, { step: number; values: number[] }[]>
  const notices: string[] = []
  let ready: { totalSteps: number } | undefined
  const { status } = await train(spec, {
    recorder: { record: (track, step, values) => points[track]!.push({ step, values: [...values] }) },
    loading: () => {},
    ready: (info) => (ready = info),
    notice: (message) => notices.push(message),
    shouldStop: () => points.update!.length >= stopAt,
    pause: async () => {},
  })
  const metrics = tracksOf(spec)
  const column = (metric: string) => points.update!.map(({ values }) => values[metrics.update.indexOf(metric)]!)
  const steps = points.update!.map(({ step }) => step)
  const recorded = { steps, loss: column(METRIC.trainLoss), lr: column(METRIC.lr) }
  const sweeps = sweepsOf(spec.rangeTest!, { ...recorded, gradientNorm: column(METRIC.gradNorm) })
  return { spec, status, points, notices, ready, metrics, column, sweeps }
}

describe('a range test as a run', () => {
  it('records each repeat on its own stretch of steps, at the rates of its sweep, and ends above the last rate', async () => {
    const { spec, status, points, sweeps, column, ready } = await swept(MLP, { steps: 60, repeats: 3 })
    const stride = sweepStride(spec.rangeTest!)
    expect(status).toBe('finished')
    expect(ready!.totalSteps).toBe(3 * stride)
    expect(sweeps).toHaveLength(3)
    for (const { lr, ended } of sweeps) {
      expect([...lr]).toEqual([...lr.keys()].map((k) => sweepLr(spec.rangeTest!, k)))
      expect(ended).toMatch(/^(diverged|non-finite|end)$/)
    }
    expect(new Set(column(METRIC.momentum))).toEqual(new Set([0.9]))
    const firsts = points.update!.map(({ step }) => step).filter((step) => step % stride === 0)
    expect(firsts).toEqual([0, stride, 2 * stride])
  })

  it('begins each repeat with the same weights and other batches', async () => {
    const { sweeps } = await swept(MLP, { steps: 60, repeats: 3 })
    const starts = sweeps.map(({ loss }) => loss[0]!)
    expect(new Set(starts).size).toBe(3)
    for (const start of starts) expect(start / starts[0]!).toBeCloseTo(1, 0)
    expect(sweeps.map(({ loss }) => Math.min(...loss)).every((least, r) => least < 0.95 * starts[r]!)).toBe(true)
  })

  it('evaluates once, at its last step, what was put back: the loss of a run that has not begun', async () => {
    const { points, metrics } = await swept(CNN, { steps: 30, repeats: 1 })
    const [evaluation] = points.evaluation!
    expect(points.evaluation).toHaveLength(1)
    expect(evaluation!.step).toBe(points.update!.at(-1)!.step)
    expect(metrics.evaluation).toEqual([METRIC.validationLoss, METRIC.validationAccuracy, METRIC.restoreDifference])
    // Updates without a rate leave everything but running statistics; those of the untrained network are put back too.
    const other = await swept(CNN, { steps: 30, repeats: 2, from: 1e-9, to: 1e-8 })
    expect(evaluation!.values).toEqual(other.points.evaluation![0]!.values)
    expect(evaluation!.values[2]).toBe(0)
  })

  it('records a loss that is not finite and finishes: a divergence is what it looks for', async () => {
    const layers = [
      { kind: 'dense', units: 16 },
      { kind: 'dense', units: 16 },
    ]
    const wild = await swept(
      { ...MLP, model: { layers }, loss: 'mean-squared-error' },
      { from: 1, to: 1e4, steps: 10, repeats: 2 },
    )
    expect(wild.status).toBe('finished')
    expect(wild.sweeps).toHaveLength(2)
    expect(wild.sweeps.every(({ ended }) => ended === 'diverged' || ended === 'non-finite')).toBe(true)
  })

  it('goes on where nothing has risen by its last rate, and no further than 100 times that', async () => {
    const { spec, sweeps } = await swept(MLP, { from: 1e-9, to: 1e-7, steps: 20, repeats: 1 })
    expect(sweeps[0]!.loss).toHaveLength(sweepStride(spec.rangeTest!))
    expect(sweeps[0]!.lr.at(-1)! / 1e-5).toBeCloseTo(1, 9)
    expect(sweeps[0]!.ended).toBe('end')
  })

  it('says where the data comes again within a sweep, and measures gradients whatever the spec records', async () => {
    const { notices, column } = await swept({ ...MLP, record: { gradientNorm: false } }, { steps: 20, repeats: 1 })
    expect(notices).toEqual([expect.stringMatching(/^An epoch has 7 batches, fewer than the 20 updates of a sweep/)])
    expect(column(METRIC.gradNorm).every((norm) => norm > 0)).toBe(true)
  })

  it('stops between two updates, without an evaluation', async () => {
    const { status, points, sweeps } = await swept(MLP, { steps: 20 }, 7)
    expect(status).toBe('stopped')
    expect(points.update).toHaveLength(7)
    expect(points.evaluation).toEqual([])
    expect(sweeps).toMatchObject([{ ended: null }])
  })

  it('gives the same bits for the same seed, others for another', async () => {
    const [a, b] = [await swept(CNN, { steps: 20, repeats: 2 }), await swept(CNN, { steps: 20, repeats: 2 })]
    expect(b.sweeps).toEqual(a.sweeps)
    const other = await swept({ ...CNN, seed: 4 }, { steps: 20, repeats: 2 })
    expect(other.sweeps[0]!.loss).not.toEqual(a.sweeps[0]!.loss)
  })
})
