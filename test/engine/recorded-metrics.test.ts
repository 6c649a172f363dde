import { describe, expect, it } from 'vitest'
import { METRIC, tracksOf } from '../../src/core/domain/metrics'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { train } from '../../src/core/engine/train/train'

const base: RunSpecInput = {
  dataset: { kind: 'spirals', train: 640, validation: 100 },
  model: { layers: [{ kind: 'dense', units: 16 }, { kind: 'relu' }] },
  schedule: { kind: 'constant', lr: 0.05 },
  batchSize: 32,
  budget: { steps: 25 },
  evaluate: { everySteps: 25 },
  seed: 1,
  engine: 'wasm',
}

/** Trains; the values of each metric, and the steps of each track. */
async function run(input: RunSpecInput) {
  const spec = parseRunSpec(input)
  const tracks = tracksOf(spec)
  const values: Record<string, number[]> = {}
  const steps: Record<string, number[]> = {}
  await train(spec, {
    recorder: {
      record(track, step, row) {
        expect(row.length).toBe(tracks[track].length)
        ;(steps[track] ??= []).push(step)
        row.forEach((value, i) => (values[tracks[track][i]!] ??= []).push(value))
      },
    },
    loading: () => {},
    notice: () => {},
    ready: () => {},
    shouldStop: () => false,
    pause: async () => {},
  })
  return { values, steps }
}

describe('what a run records', () => {
  it('is everything but the share that clipping left, where nothing clips', async () => {
    const { values, steps } = await run(base)
    expect(values[METRIC.gradNorm]).toHaveLength(25)
    expect(values[METRIC.clipScale]).toBeUndefined()
    expect(steps.ratio).toEqual([0, 10, 20])
  })

  it('has with a norm to clip to the factor on each gradient', async () => {
    const free = await run(base)
    const limit = 0.9 * Math.max(...free.values[METRIC.gradNorm]!)
    const { values } = await run({ ...base, clip: { norm: limit } })
    const shares = values[METRIC.clipScale]!
    expect(shares).toHaveLength(25)
    shares.forEach((share, t) => expect(share).toBeCloseTo(Math.min(1, limit / values[METRIC.gradNorm]![t]!), 5))
    expect(Math.min(...shares)).toBeLessThan(0.95)
    expect(Math.max(...shares)).toBe(1)
  })

  it('has with values to clip the share of the norm that is left', async () => {
    const wide = await run({ ...base, clip: { value: 1e3 } })
    expect(wide.values[METRIC.clipScale]!.every((share) => Math.abs(share - 1) < 1e-6)).toBe(true)
    const narrow = await run({ ...base, clip: { value: 0.01 } })
    // 16 · 2 + 16 + 16 · 3 + 3 values of at most 0.01.
    narrow.values[METRIC.clipScale]!.forEach((share, t) => {
      expect(share).toBeLessThan(1)
      expect(share * narrow.values[METRIC.gradNorm]![t]!).toBeLessThanOrEqual(0.01 * Math.sqrt(99) + 1e-6)
    })
  })

  it('leaves out what the spec does not want, and trains the same', async () => {
    const all = await run(base)
    const { values, steps } = await run({ ...base, record: { gradientNorm: false, updateRatioEvery: 0 } })
    expect(values[METRIC.gradNorm]).toBeUndefined()
    expect(steps.ratio).toBeUndefined()
    expect(values[METRIC.trainLoss]).toEqual(all.values[METRIC.trainLoss])
    const often = await run({ ...base, record: { updateRatioEvery: 5 } })
    expect(often.steps.ratio).toEqual([0, 5, 10, 15, 20])
    expect(often.values[METRIC.updateRatio]!.filter((_, i) => i % 2 === 0)).toEqual(all.values[METRIC.updateRatio])
  })

  it('has a momentum that is β1 for Adam', async () => {
    const { values } = await run({ ...base, optimizer: { kind: 'adam', beta1: 0.8 } })
    expect(new Set(values[METRIC.momentum])).toEqual(new Set([0.8]))
  })

  it('ends a run as diverged where the loss tells, with the norm not measured', async () => {
    const spec = parseRunSpec({
      ...base,
      schedule: { kind: 'constant', lr: 1e4 },
      loss: 'mean-squared-error',
      budget: { steps: 500 },
      record: { gradientNorm: false },
    })
    const result = await train(spec, {
      recorder: { record: () => {} },
      loading: () => {},
      notice: () => {},
      ready: () => {},
      shouldStop: () => false,
      pause: async () => {},
    })
    expect(result).toMatchObject({ status: 'diverged' })
  })
})
