import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { evaluationInterval } from '../../src/core/domain/evaluation-interval'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { parseRunSpec, type RunSpecInput, stepsPerEpoch, totalSteps } from '../../src/core/domain/spec/run-spec'
import { shuffledBatches } from '../../src/core/engine/train/batches'
import { train } from '../../src/core/engine/train/train'
import type { Recorder } from '../../src/core/engine/types'
import { ENGINES } from './engines'

type Point = { step: number; values: number[] }
type Tracks = Record<Parameters<Recorder['record']>[0], Point[]>
const [LOSS, , LR, MOMENTUM, NORM, TIME] = [0, 1, 2, 3, 4, 5]

const base: RunSpecInput = {
  dataset: { kind: 'spirals', train: 640, validation: 200 },
  model: { layers: [{ kind: 'dense', units: 32 }, { kind: 'relu' }] },
  schedule: { kind: 'constant', lr: 0.05 },
  batchSize: 32,
  budget: { steps: 40 },
  seed: 1,
}

/** Trains and keeps all that is recorded. `stopAt` asks to stop once that many updates were recorded. */
async function run(spec: RunSpecInput, stopAt = Infinity) {
  const tracks: Tracks = { update: [], ratio: [], evaluation: [] }
  const said: string[] = []
  let ready: unknown
  let pauses = 0
  const result = await train(parseRunSpec(spec), {
    recorder: { record: (track, step, values) => tracks[track].push({ step, values: [...values] }) },
    loading: (what) => said.push(what),
    ready: (info) => (ready = info),
    notice: () => {},
    shouldStop: () => tracks.update.length >= stopAt,
    pause: async () => void pauses++,
  })
  return { result, tracks, said, ready, pauses }
}
const column = (points: Point[], i: number) => points.map(({ values }) => values[i]!)
const steps = (points: Point[]) => points.map(({ step }) => step)
const last = (points: Point[]) => points.at(-1)!

describe('training', () => {
  it('records every update, the ratio at every tenth, and evaluates at its interval and at the end', async () => {
    const { result, tracks, ready, said, pauses } = await run({
      ...base,
      budget: { steps: 25 },
      evaluate: { everySteps: 10 },
    })
    expect(result).toEqual({ status: 'finished' })
    expect(steps(tracks.update)).toEqual(Array.from({ length: 25 }, (_, t) => t))
    expect(steps(tracks.ratio)).toEqual([0, 10, 20])
    expect(steps(tracks.evaluation)).toEqual([9, 19, 24])
    for (const { values } of tracks.update) expect(values.every(Number.isFinite) && values.length === 6).toBe(true)
    expect(Math.min(...column(tracks.update, TIME!))).toBeGreaterThan(0)
    for (const { values } of tracks.ratio) expect(values[0]).toBeGreaterThan(0)
    expect(ready).toMatchObject({ parameters: 2 * 32 + 32 + 32 * 3 + 3, totalSteps: 25, dataset: { train: 640 } })
    expect(said.length).toBeGreaterThan(0)
    expect(pauses).toBeGreaterThanOrEqual(25)
  })

  it('uses the rate and momentum of the schedule at each update', async () => {
    const schedule = { kind: 'one-cycle', maxLr: 0.2 } as const
    const spec = parseRunSpec({ ...base, schedule })
    const { tracks } = await run({ ...base, schedule })
    const { lr, momentum } = createSchedule(spec.schedule, 40)
    expect(column(tracks.update, LR!)).toEqual(Array.from({ length: 40 }, (_, t) => lr(t)))
    expect(column(tracks.update, MOMENTUM!)).toEqual(Array.from({ length: 40 }, (_, t) => momentum!(t)))
    const constant = await run({ ...base, optimizer: { kind: 'sgd', momentum: 0.7 } })
    expect(new Set(column(constant.tracks.update, MOMENTUM!))).toEqual(new Set([0.7]))
  })

  it('lets the rate at work be the rate recorded: the first update is rate times gradient', async () => {
    const at = async (lr: number) => {
      const { tracks } = await run({ ...base, schedule: { kind: 'constant', lr }, budget: { steps: 1 } })
      return { norm: tracks.update[0]!.values[NORM!]!, ratio: tracks.ratio[0]!.values[0]! }
    }
    const [small, large] = [await at(0.01), await at(0.1)]
    expect(large.norm).toBe(small.norm)
    expect(large.ratio / small.ratio).toBeCloseTo(10, 3)
  })

  it('clips the update, not the norm it records', async () => {
    const spec = { ...base, budget: { steps: 1 } }
    const free = await run(spec)
    const norm = free.tracks.update[0]!.values[NORM!]!
    const clipped = await run({ ...spec, clip: { norm: norm / 4 } })
    expect(clipped.tracks.update[0]!.values[NORM!]).toBe(norm)
    expect(free.tracks.ratio[0]!.values[0]! / clipped.tracks.ratio[0]!.values[0]!).toBeCloseTo(4, 3)
  })

  it.each([
    [
      'spirals with a net of two layers',
      { ...base, model: { preset: 'mlp' }, budget: { steps: 400 }, schedule: { kind: 'one-cycle', maxLr: 0.5 } },
      0.9,
    ],
    [
      'glyphs with a small CNN',
      {
        ...base,
        dataset: { kind: 'glyphs', train: 4000, validation: 500 },
        model: { preset: 'cnn-small' },
        budget: { steps: 150 },
        schedule: { kind: 'one-cycle', maxLr: 0.2 },
      },
      0.9,
    ],
    [
      'spirals by squared error',
      {
        ...base,
        model: { preset: 'mlp' },
        loss: 'mean-squared-error',
        budget: { steps: 400 },
        schedule: { kind: 'constant', lr: 0.1 },
      },
      0.85,
    ],
  ] as [string, RunSpecInput, number][])('learns %s', async (_, spec, accuracy) => {
    const { tracks } = await run(spec)
    expect(last(tracks.evaluation).values[1]).toBeGreaterThan(accuracy)
    expect(last(tracks.update).values[LOSS!]).toBeLessThan(tracks.update[0]!.values[LOSS!]!)
  })

  const untimed = (tracks: Tracks) => ({
    ...tracks,
    update: tracks.update.map(({ step, values }) => ({ step, values: values.slice(0, TIME) })),
  })
  it.each(['wasm', 'cpu'] as const)(
    'gives the same bits for the same seed on %s, others for another',
    async (engine) => {
      const spec: RunSpecInput = {
        ...base,
        dataset: { kind: 'glyphs', train: 200, validation: 50 },
        model: { preset: 'cnn-small' },
        budget: { steps: 8 },
        engine,
      }
      const [a, b, c] = [await run(spec), await run(spec), await run({ ...spec, seed: 2 })]
      expect(untimed(a.tracks)).toEqual(untimed(b.tracks))
      expect(column(c.tracks.update, LOSS!)).not.toEqual(column(a.tracks.update, LOSS!))
    },
  )

  it('gives nearly the same losses on wasm and in pure JavaScript', async () => {
    const spec: RunSpecInput = {
      ...base,
      dataset: { kind: 'glyphs', train: 200, validation: 50 },
      model: { preset: 'cnn-small' },
      budget: { steps: 8 },
    }
    const [wasm, cpu] = [await run({ ...spec, engine: 'wasm' }), await run({ ...spec, engine: 'cpu' })]
    column(wasm.tracks.update, LOSS!).forEach((loss, t) =>
      expect(loss).toBeCloseTo(cpu.tracks.update[t]!.values[LOSS!]!, 3),
    )
  })

  it.each(['wasm', 'cpu'] as const)('ends as diverged with its step where the loss explodes on %s', async (engine) => {
    const spec: RunSpecInput = {
      ...base,
      loss: 'mean-squared-error',
      schedule: { kind: 'constant', lr: 1e4 },
      budget: { steps: 200 },
      engine,
    }
    const { result, tracks } = await run(spec)
    expect(result).toEqual({ status: 'diverged', step: last(tracks.update).step })
    const { step, values } = last(tracks.update)
    expect(step).toBeLessThan(100)
    expect(Number.isFinite(values[LOSS!]) && Number.isFinite(values[NORM!])).toBe(false)
    expect(tracks.update.slice(0, -1).every((point) => point.values.every(Number.isFinite))).toBe(true)
    expect(tracks.evaluation.every((point) => point.step < step)).toBe(true)
  })

  it('stops between two updates and keeps what is recorded', async () => {
    const { result, tracks } = await run(base, 7)
    expect(result).toEqual({ status: 'stopped' })
    expect(tracks.update).toHaveLength(7)
    const inEvaluation = await run({ ...base, evaluate: { everySteps: 5 } }, 5)
    expect(inEvaluation).toMatchObject({ result: { status: 'stopped' }, tracks: { evaluation: [] } })
  })

  it.each(['mlp', 'cnn-small'] as const)('holds no more tensors after many steps of %s than before', async (preset) => {
    const { ops } = ENGINES.wasm
    const counts = new Set<number>()
    const before = ops.tensorCount()
    await train(
      parseRunSpec({
        ...base,
        dataset: { kind: 'glyphs', train: 100, validation: 30 },
        batchSize: 30,
        model: { preset },
        budget: { steps: 24 },
      }),
      {
        recorder: { record: () => {} },
        loading: () => {},
        ready: () => {},
        notice: () => {},
        shouldStop: () => false,
        pause: async () => void counts.add(ops.tensorCount()),
      },
    )
    expect(counts.size).toBe(1)
    expect(ops.tensorCount()).toBe(before)
  })

  it.each([
    [{ engine: 'native' }, 'engine.unavailable'],
    [{ dataset: { kind: 'idx', images: '/nowhere/images', labels: '/nowhere/labels' } }, 'dataset.missing'],
    [{ model: { layers: [{ kind: 'max-pool' }] } }, 'spec.invalid'],
  ] as [Partial<RunSpecInput>, string][])('refuses %j and records nothing', async (part, code) => {
    // Whatever this machine has: there is no TensorFlow.
    vi.stubEnv('ANNEAL_LIBTENSORFLOW', '/nowhere')
    onTestFinished(() => void vi.unstubAllEnvs())
    const before = ENGINES.wasm.ops.tensorCount()
    await expect(run({ ...base, ...part })).rejects.toMatchObject({ code })
    expect(ENGINES.wasm.ops.tensorCount()).toBe(before)
  })
})

describe('batches', () => {
  it('take every sample once an epoch, in an order of its own', () => {
    const batches = shuffledBatches(10, 4, 3)
    const epoch = () => [0, 1, 2].map(() => [...batches.next().value])
    const [first, second] = [epoch(), epoch()]
    for (const each of [first, second]) {
      expect(each.map((batch) => batch.length)).toEqual([4, 4, 2])
      expect(each.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
    expect(first).not.toEqual(second)
    expect([...shuffledBatches(10, 4, 3).next().value]).toEqual(first[0])
    expect([...shuffledBatches(10, 4, 4).next().value]).not.toEqual(first[0])
  })

  it.each([
    [{ steps: 1000 }, undefined, 20],
    [{ steps: 10 }, undefined, 1],
    [{ epochs: 100 }, undefined, 20],
    [{ steps: 1000 }, { everySteps: 300 }, 300],
  ])('with the budget %j and evaluate %j are evaluated every %d updates', (budget, evaluate, expected) => {
    const spec = parseRunSpec({ ...base, budget: budget as { steps: number }, evaluate })
    expect(evaluationInterval(spec, totalSteps(spec, 640), stepsPerEpoch(640, spec.batchSize))).toBe(expected)
  })
})
