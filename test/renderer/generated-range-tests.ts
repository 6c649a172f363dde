import { type Frame, METRIC, TRACK } from '../../src/core/domain/metrics'
import { sweepLr, sweepSteps, sweepStride } from '../../src/core/domain/range-test/sweep'
import { watchSweep } from '../../src/core/domain/range-test/watch-sweep'
import { createRng } from '../../src/core/domain/rng'
import { parseRunSpec, type RunSpec } from '../../src/core/domain/spec/run-spec'
import type { Storage } from '../../src/core/storage/types'

/** A range test as a test describes it; nothing was trained, its losses follow a formula. */
export interface RangeTestStory {
  id: string
  name: string
  batchSize?: number
  weightDecay?: number
  preset?: 'mlp' | 'cnn-small' | 'resnet-small'
  optimizer?: 'sgd' | 'adamw'
  /** Moves the whole course by so many decades. */
  shift?: number
  /** Standard deviation of one loss; 0.05 where absent. */
  noise?: number
  /** A network that cannot learn: its loss stays where it is. */
  flat?: boolean
  /** A loss that never rises, whatever the rate. */
  bounded?: false
  repeats?: number
  createdAt?: number
}

/** Loss at log10 of the rate: flat, a fall about 1e-2, a rise from about 0.4 on. */
const fall = (x: number): number => 0.5 + 1.8 / (1 + Math.exp(4 * (x + 2)))
const rise = (x: number): number => Math.exp(6 * (x + 0.4))

function lossAt(story: RangeTestStory, lr: number): number {
  if (story.flat) return 2.3
  const x = Math.log10(lr) - (story.shift ?? 0)
  return fall(x) + (story.bounded === false ? 0 : rise(x))
}

export const rangeTestSpecOf = (story: RangeTestStory): RunSpec =>
  parseRunSpec({
    name: story.name,
    dataset: { kind: 'mnist' },
    model: { preset: story.preset ?? 'cnn-small' },
    optimizer: { kind: story.optimizer ?? 'sgd', weightDecay: story.weightDecay ?? 5e-4 },
    schedule: { kind: 'constant', lr: 10 },
    rangeTest: { repeats: story.repeats ?? 3 },
    batchSize: story.batchSize ?? 128,
    budget: { steps: 300 },
    seed: 14,
  })

export function rangeTestFrames(story: RangeTestStory, spec: RunSpec): Frame[] {
  const test = spec.rangeTest!
  const stride = sweepStride(test)
  const rng = createRng(spec.seed, story.id)
  const rows: number[][] = []
  for (let repeat = 0; repeat < test.repeats; repeat++) {
    const watch = watchSweep(test.steps, stride)
    for (let k = 0; k < stride; k++) {
      const lr = sweepLr(test, k)
      const noise = (story.noise ?? 0.05) * (rng.next() + rng.next() + rng.next() - 1.5) * 2
      const loss = lossAt(story, lr) + noise
      rows.push([repeat * stride + k, 80 * rows.length, loss, 0.5, lr, 0.9, 1, 70])
      if (watch(loss, 1) !== null) break
    }
  }
  const columns = rows[0]!.map((_, i) => rows.map((row) => row[i]!))
  const last = rows.at(-1)!
  return [
    { track: 'update', metrics: TRACK.update, n: rows.length, data: Float64Array.from(columns.flat()) },
    {
      track: 'evaluation',
      metrics: [METRIC.validationLoss, METRIC.validationAccuracy, METRIC.restoreDifference],
      n: 1,
      data: Float64Array.from([last[0]!, last[1]!, 2.31, 0.11, 0]),
    },
  ]
}

/** Writes a range test with all its points into a workspace, as if it had been recorded. */
export function storeRangeTest(storage: Storage, story: RangeTestStory): void {
  const spec = rangeTestSpecOf(story)
  const totalSteps = sweepSteps(spec.rangeTest!)
  const createdAt = story.createdAt ?? 1.7e12
  storage.runs.create({ id: story.id, name: story.name, spec, totalSteps, peakLr: 10, createdAt })
  storage.runs.setStatus(story.id, 'running', { startedAt: createdAt })
  storage.metrics.append(story.id, rangeTestFrames(story, spec), totalSteps)
  storage.metrics.seal(story.id)
  storage.runs.setStatus(story.id, 'finished', { endedAt: createdAt + 21_000 })
}

/** A few tests that say different things, oldest first. */
export const rangeTests = (now: number): RangeTestStory[] => [
  { id: 'rt000000', name: 'rt-single', repeats: 1, createdAt: now - 10 * 3_600_000 },
  { id: 'rt000001', name: 'rt-frozen', flat: true, createdAt: now - 9 * 3_600_000 },
  { id: 'rt000002', name: 'rt-mlp', preset: 'mlp', weightDecay: 0, shift: -0.4, createdAt: now - 8 * 3_600_000 },
  {
    id: 'rt000003',
    name: 'rt-adamw',
    optimizer: 'adamw',
    weightDecay: 0.01,
    shift: -2,
    createdAt: now - 7 * 3_600_000,
  },
  { id: 'rt000004', name: 'rt-noisy', noise: 0.6, batchSize: 8, createdAt: now - 6 * 3_600_000 },
  { id: 'rt000005', name: 'rt-b512', batchSize: 512, shift: 0.32, noise: 0.03, createdAt: now - 5 * 3_600_000 },
  { id: 'rt000006', name: 'rt-b128', createdAt: now - 4 * 3_600_000 },
]
