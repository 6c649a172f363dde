import type { FakeSeries } from '../../../src/core/api/transports/fake'
import { METRIC } from '../../../src/core/domain/metrics'
import { createRng } from '../../../src/core/domain/rng'
import type { RunRow, RunStatus } from '../../../src/core/domain/run'
import { createSchedule } from '../../../src/core/domain/schedules/registry'
import { peakLr } from '../../../src/core/domain/schedules/schedule'
import { parseRunSpec, type RunSpecInput, totalSteps } from '../../../src/core/domain/spec/run-spec'

export interface Generated {
  row: RunRow
  series: FakeSeries[]
}

interface Recipe {
  id: string
  name: string
  schedule: RunSpecInput['schedule']
  status: RunStatus
  steps?: number
  budget?: number
  group?: string
  tags?: string[]
  batchSize?: number
  weightDecay?: number
  divergedAt?: number
  reason?: string
  createdAt: number
}

const EVERY = 67

/** A run with curves that look like training, by formula and seed: nothing was trained. */
export function generateRun(recipe: Recipe): Generated {
  const { id, name, schedule, status, createdAt, divergedAt = null } = recipe
  const spec = parseRunSpec({
    name,
    group: recipe.group ?? 'sweep-07',
    tags: recipe.tags ?? [],
    dataset: { kind: 'mnist' },
    model: { preset: 'cnn-small' },
    optimizer: { kind: 'sgd', weightDecay: recipe.weightDecay ?? 5e-4 },
    schedule,
    batchSize: recipe.batchSize ?? 128,
    budget: { steps: recipe.budget ?? 4690 },
    evaluate: { everySteps: EVERY },
    seed: 1,
  } satisfies RunSpecInput)
  const total = totalSteps(spec)
  const steps = divergedAt === null ? (recipe.steps ?? total) : divergedAt + 1
  const started = status === 'queued' ? null : createdAt + 1000
  const row: RunRow = {
    id,
    name,
    group: spec.group,
    tags: spec.tags,
    notes: '',
    status,
    reason: recipe.reason ?? null,
    spec,
    steps: status === 'queued' ? 0 : steps,
    totalSteps: total,
    peakLr: peakLr(createSchedule(spec.schedule, total), total),
    divergedAt,
    createdAt,
    startedAt: started,
    endedAt: started === null || status === 'running' ? null : started + steps * 80,
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
    metrics: {},
  }
  return { row, series: status === 'queued' ? [] : curves(row, steps) }
}

/** All metrics of a run's first updates. */
export function curves(row: RunRow, steps: number, from = 0): FakeSeries[] {
  const { spec, id, divergedAt } = row
  const rng = createRng(Number.parseInt(id.replace(/\D/g, '') || '1', 10) + from)
  const schedule = createSchedule(spec.schedule, row.totalSteps)
  const at = Array.from({ length: steps - from }, (_, i) => from + i)
  const fall = (t: number) => 0.02 + 2.3 / (1 + (t * row.peakLr) / 9)
  const blowUp = (t: number) => (divergedAt === null || t < divergedAt - 18 ? 1 : 1.24 ** (t - divergedAt + 18))
  const loss = at.map((t) => (t === divergedAt ? NaN : fall(t) * (0.7 + 0.6 * rng.next()) * blowUp(t)))
  const evaluations = at.filter((t) => (t + 1) % EVERY === 0)
  const accuracy = (t: number) => 1 - 0.2 * fall(t) - 0.003 + 0.001 * rng.next()
  const series = (metric: string, values: number[], ts = at): FakeSeries => ({ run: id, metric, steps: ts, values })
  return [
    series(METRIC.trainLoss, loss),
    series(METRIC.lr, at.map(schedule.lr)),
    series(METRIC.momentum, at.map(schedule.momentum ?? (() => spec.optimizer.momentum))),
    series(
      METRIC.gradNorm,
      at.map((t, i) => (t === divergedAt ? NaN : 2 * Math.sqrt(loss[i]!) * (0.6 + 0.8 * rng.next()))),
    ),
    series(
      METRIC.validationLoss,
      evaluations.map((t) => fall(t) * 1.04),
      evaluations,
    ),
    series(METRIC.validationAccuracy, evaluations.map(accuracy), evaluations),
  ]
}

const HOUR = 3_600_000

/** A workspace that looks like a morning of work, oldest first. */
export function generatedRuns(now: number): Generated[] {
  const cycle = (maxLr: number) => ({ kind: 'one-cycle', maxLr }) as const
  const recipes: Recipe[] = [
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
      createdAt: now - 4 * HOUR,
    },
    {
      id: 'run00006',
      name: 'step-0.40-b64',
      schedule: { kind: 'step', lr: 0.4, everySteps: 900, gamma: 0.3 },
      status: 'interrupted',
      steps: 2814,
      batchSize: 64,
      group: '',
      createdAt: now - 3.6 * HOUR,
      reason: 'Anneal ended while this run was training; every stored step is kept',
    },
    {
      id: 'run00007',
      name: 'onecycle-0.30',
      schedule: cycle(0.3),
      status: 'finished',
      createdAt: now - 3.3 * HOUR,
      tags: ['demo', 'best'],
    },
    {
      id: 'run00008',
      name: 'onecycle-bad-data',
      schedule: cycle(0.3),
      status: 'failed',
      steps: 12,
      createdAt: now - 3 * HOUR,
      reason: 'The file train-images-idx3-ubyte holds 59 999 of 60 000 images: it is cut short',
    },
    {
      id: 'run00009',
      name: 'onecycle-0.10-wd1e-3',
      schedule: cycle(0.1),
      status: 'running',
      steps: 3126,
      weightDecay: 1e-3,
      createdAt: now - 0.07 * HOUR,
    },
    {
      id: 'run00010',
      name: 'onecycle-0.012-long-name-of-a-run-that-does-not-fit-anywhere',
      schedule: cycle(0.012),
      status: 'queued',
      weightDecay: 1e-2,
      group: 'adamw',
      createdAt: now - 0.02 * HOUR,
    },
  ]
  return recipes.map(generateRun)
}

/** So many short runs that the table has to be virtual. */
export function manyRuns(count: number, now: number): Generated[] {
  const rng = createRng(7)
  return Array.from({ length: count }, (_, i) => {
    const row = generateRun({
      id: `run${String(i).padStart(5, '0')}`,
      name: `sweep-${i}`,
      schedule: { kind: 'constant', lr: Number((0.001 + rng.next()).toPrecision(3)) },
      status: 'finished',
      budget: 134,
      createdAt: now - (count - i) * 60_000,
    })
    return i >= count - 20
      ? row
      : { row: row.row, series: row.series.filter(({ metric }) => metric === METRIC.validationAccuracy) }
  })
}
