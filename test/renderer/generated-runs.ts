import { type Frame, TRACK } from '../../src/core/domain/metrics'
import { createRng } from '../../src/core/domain/rng'
import type { RunStatus } from '../../src/core/domain/run'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { peakLr } from '../../src/core/domain/schedules/schedule'
import { momentumOf } from '../../src/core/domain/spec/optimizers'
import { parseRunSpec, type RunSpec, type RunSpecInput, totalSteps } from '../../src/core/domain/spec/run-spec'
import type { RunPatch, Storage } from '../../src/core/storage/types'

/** A run as a test describes it; what is absent is usual. */
export interface RunStory {
  id: string
  name: string
  schedule: RunSpecInput['schedule']
  status: RunStatus
  /** Updates done; all of them where absent. */
  steps?: number
  budget?: number
  group?: string
  tags?: string[]
  seed?: number
  batchSize?: number
  weightDecay?: number
  divergedAt?: number
  reason?: string
  createdAt?: number
}

export const EVERY = 67

export const specOf = (story: Omit<RunStory, 'id' | 'status'>): RunSpec =>
  parseRunSpec({
    name: story.name,
    group: story.group ?? '',
    tags: story.tags ?? [],
    dataset: { kind: 'mnist' },
    model: { preset: 'cnn-small' },
    optimizer: { kind: 'sgd', weightDecay: story.weightDecay ?? 5e-4 },
    schedule: story.schedule,
    batchSize: story.batchSize ?? 128,
    budget: { steps: story.budget ?? 4690 },
    evaluate: { everySteps: EVERY },
    seed: story.seed ?? 1,
  } satisfies RunSpecInput)

/**
 * Points of updates `from` to `to` (exclusive) that look like training, by formula and seed: nothing was trained.
 * The last one before `divergedAt` is large, the one at it is NaN.
 */
export function framesOf(spec: RunSpec, from: number, to: number, divergedAt = Infinity, startedAt = 0): Frame[] {
  const steps = totalSteps(spec)
  const schedule = createSchedule(spec.schedule, steps)
  const peak = peakLr(schedule, steps)
  const rng = createRng(spec.seed, `${spec.name} ${from}`)
  const fall = (t: number) => 0.02 + 2.3 / (1 + (t * peak) / 9)
  const rise = (t: number) => (t < divergedAt - 18 ? 1 : 1.24 ** (t - divergedAt + 18))
  const pack = (track: 'update' | 'evaluation', at: number[], row: (t: number) => number[]): Frame => {
    const rows = at.map(row)
    const columns = [at, at.map((t) => startedAt + 80 * t), ...TRACK[track].map((_, i) => rows.map((one) => one[i]!))]
    return { track, metrics: TRACK[track], n: at.length, data: Float64Array.from(columns.flat()) }
  }
  const updates = Array.from({ length: to - from }, (_, i) => from + i)
  const evaluations = updates.filter((t) => (t + 1) % EVERY === 0)
  const frames = [
    pack('update', updates, (t) => {
      const loss = t === divergedAt ? NaN : fall(t) * (0.7 + 0.6 * rng.next()) * rise(t)
      const momentum = schedule.momentum?.(t) ?? momentumOf(spec.optimizer)
      return [loss, 0.9, schedule.lr(t), momentum, 2 * Math.sqrt(loss) * (0.6 + 0.8 * rng.next()), 80]
    }),
  ]
  if (evaluations.length) frames.push(pack('evaluation', evaluations, (t) => [1.04 * fall(t), 0.997 - 0.2 * fall(t)]))
  return frames
}

/** Writes a run with all its points into a workspace, as if it had been trained. A live one belongs to nobody. */
export function storeRun(storage: Storage, story: RunStory): void {
  const { id, name, status, divergedAt, createdAt = 1.7e12 } = story
  const spec = specOf(story)
  const total = totalSteps(spec)
  const schedule = createSchedule(spec.schedule, total)
  storage.runs.create({ id, name, spec, totalSteps: total, peakLr: peakLr(schedule, total), createdAt })
  if (status === 'queued') return
  const startedAt = createdAt + 1000
  storage.runs.setStatus(id, 'running', { startedAt, ...FACTS })
  const steps = divergedAt === undefined ? (story.steps ?? total) : divergedAt + 1
  if (steps) storage.metrics.append(id, framesOf(spec, 0, steps, divergedAt, startedAt), steps)
  if (status === 'running') return
  storage.metrics.seal(id)
  storage.runs.setStatus(id, status, {
    endedAt: startedAt + 80 * steps,
    ...(story.reason && { reason: story.reason }),
    ...(divergedAt !== undefined && { divergedAt }),
  })
}

const FACTS: RunPatch = {
  engine: { kind: 'wasm', label: 'wasm (SIMD)', version: '4.22.0', threads: 1, whyNotFaster: null },
  dataset: {
    kind: 'mnist',
    label: 'MNIST',
    train: 60_000,
    validation: 10_000,
    shape: [28, 28, 1],
    classes: 10,
    mean: 0.1307,
    std: 0.3081,
    sha256: '5f1c0f0e2d3b4a59687786951423324150607080e09a',
  },
  environment: { anneal: '0.1.0', node: '24.21.0', platform: 'linux x64', cpu: 'A processor', cores: 2, memoryGb: 8 },
  parameters: 20_490,
}

const HOUR = 3_600_000
const cycle = (maxLr: number) => ({ kind: 'one-cycle', maxLr }) as const

/** A morning of work, oldest first: one run for each way in which a run can end. */
export const morning = (now: number): RunStory[] => [
  {
    id: 'run00001',
    name: 'const-0.10-seed4',
    schedule: { kind: 'constant', lr: 0.1 },
    status: 'stopped',
    steps: 1340,
    weightDecay: 0,
    group: 'baseline',
    createdAt: now - 50 * HOUR,
    reason: 'Stopped by the user',
  },
  {
    id: 'run00002',
    name: 'const-0.05',
    schedule: { kind: 'constant', lr: 0.05 },
    status: 'finished',
    group: 'baseline',
    createdAt: now - 6 * HOUR,
  },
  {
    id: 'run00003',
    name: 'const-0.80',
    schedule: { kind: 'constant', lr: 0.8 },
    status: 'diverged',
    divergedAt: 137,
    group: 'ceiling',
    createdAt: now - 5 * HOUR,
  },
  {
    id: 'run00004',
    name: 'step-0.20',
    schedule: { kind: 'step', lr: 0.2, everySteps: 1500 },
    status: 'finished',
    group: 'anytime',
    tags: ['demo'],
    createdAt: now - 4.5 * HOUR,
  },
  {
    id: 'run00005',
    name: 'onecycle-0.20-b512',
    schedule: cycle(0.2),
    status: 'finished',
    batchSize: 512,
    budget: 1172,
    group: 'sweep-07',
    createdAt: now - 4 * HOUR,
  },
  {
    id: 'run00006',
    name: 'step-0.40-b64',
    schedule: { kind: 'step', lr: 0.4, everySteps: 900, gamma: 0.3 },
    status: 'interrupted',
    steps: 2814,
    batchSize: 64,
    createdAt: now - 3.6 * HOUR,
    reason: 'Anneal ended while this run was training; every stored step is kept',
  },
  {
    id: 'run00007',
    name: 'onecycle-0.30',
    schedule: cycle(0.3),
    status: 'finished',
    group: 'sweep-07',
    createdAt: now - 3.3 * HOUR,
    tags: ['demo', 'best'],
  },
  {
    id: 'run00008',
    name: 'onecycle-bad-data',
    schedule: cycle(0.3),
    status: 'failed',
    steps: 12,
    group: 'sweep-07',
    createdAt: now - 3 * HOUR,
    reason: 'The file train-images-idx3-ubyte holds 59 999 of 60 000 images: it is cut short',
  },
]
