import { METRIC, tracksOf } from '../src/core/domain/metrics'
import { formatRate } from '../src/core/domain/format'
import { analyseRangeTest } from '../src/core/domain/range-test/analyse'
import { fastaiRates, lightningRates, lrFinderRate } from '../src/core/domain/range-test/libraries'
import { sweepsOf } from '../src/core/domain/range-test/sweep'
import type { Sweep } from '../src/core/domain/range-test/types'
import { parseRunSpec, type RunSpec, type RunSpecInput } from '../src/core/domain/spec/run-spec'
import { train } from '../src/core/engine/train/train'
import { table } from './measure'

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]
const RANGE_TEST = { steps: 300, repeats: 3 }

/** A suggestion within this factor of the best rate is a hit. */
const FACTOR = 3

/** Quantile of Student's t for 95 % and one less than the seeds. */
const T = 2.365

interface Task {
  label: string
  spec: Pick<RunSpecInput, 'dataset' | 'model'>
  /** Updates of each 1cycle run. */
  steps: number
  /** Greatest rates of the 1cycle runs, a factor of two apart. */
  grid: readonly number[]
}

const grid = (from: number, to: number, factor: number): number[] => {
  const count = Math.round(Math.log(to / from) / Math.log(factor)) + 1
  return Array.from({ length: count }, (_, i) => from * factor ** i)
}

const TASKS: readonly Task[] = [
  {
    label: 'glyphs, mlp',
    spec: { dataset: { kind: 'glyphs' }, model: { preset: 'mlp' } },
    steps: 400,
    grid: grid(0.0125, 1.6, Math.SQRT2),
  },
  {
    label: 'MNIST, cnn-small',
    spec: { dataset: { kind: 'mnist' }, model: { preset: 'cnn-small' } },
    steps: 300,
    grid: grid(0.00625, 1.6, 2),
  },
  {
    label: 'spirals, mlp',
    spec: { dataset: { kind: 'spirals' }, model: { preset: 'mlp' } },
    steps: 400,
    grid: grid(0.0125, 1.6, Math.SQRT2),
  },
]

/**
 * How far a suggested maximum lies from the best one: for each seed a range test, and 1cycle runs with the same seed over
 * a grid of maxima. Everything is trained here, by the engine that `auto` takes.
 */
export async function run(): Promise<void> {
  for (const task of TASKS) {
    console.log(
      `\n${task.label}: SGD with momentum 0.9, batch 64; range tests of 3 × 300 updates, 1cycle of ${task.steps}`,
    )
    const measured: Measured[] = []
    for (const seed of SEEDS) measured.push(await measure(task, seed))
    report(task, measured)
  }
}

/** The range test of one seed, and the loss at the end of its 1cycle runs over the grid. */
interface Measured {
  sweeps: Sweep[]
  losses: number[]
}

async function measure({ spec, grid, steps }: Task, seed: number): Promise<Measured> {
  const base = { ...spec, seed, checkpoint: null, threads: 1 }
  const sweeps = await sweepsFor(base)
  const losses: number[] = []
  for (const maxLr of grid) losses.push(await finalLoss(base, maxLr, steps))
  return { sweeps, losses }
}

type Base = Omit<RunSpecInput, 'schedule' | 'budget'>

/** What a run records: the values of each metric, with the steps of the updates. */
async function recordsOf(spec: RunSpec): Promise<{ steps: number[]; values: (metric: string) => number[] }> {
  const tracks = tracksOf(spec)
  const points = { update: [], ratio: [], evaluation: [] } as Record<keyof typeof tracks, (readonly number[])[]>
  const steps: number[] = []
  await train(spec, {
    recorder: {
      record(track, step, values) {
        points[track].push([...values])
        if (track === 'update') steps.push(step)
      },
    },
    loading: () => {},
    ready: () => {},
    notice: () => {},
    shouldStop: () => false,
    pause: async () => {},
  })
  return {
    steps,
    values: (metric) =>
      (Object.keys(points) as (keyof typeof tracks)[]).flatMap((track) => {
        const at = tracks[track].indexOf(metric)
        return at < 0 ? [] : points[track].map((values) => values[at]!)
      }),
  }
}

async function sweepsFor(base: Base): Promise<Sweep[]> {
  const rate = { kind: 'constant', lr: 1 } as const
  const spec = parseRunSpec({ ...base, schedule: rate, budget: { steps: 1 }, rangeTest: RANGE_TEST })
  const { steps, values } = await recordsOf(spec)
  const lr = values(METRIC.lr)
  return sweepsOf(spec.rangeTest!, { steps, lr, loss: values(METRIC.trainLoss), gradientNorm: values(METRIC.gradNorm) })
}

/** Validation loss at the end of a 1cycle run; infinite where it diverged. */
async function finalLoss(base: Base, maxLr: number, steps: number): Promise<number> {
  const spec = parseRunSpec({
    ...base,
    schedule: { kind: 'one-cycle', maxLr },
    budget: { steps },
    evaluate: { everySteps: steps },
    record: { gradientNorm: false, updateRatioEvery: 0 },
  })
  const [loss = Infinity] = (await recordsOf(spec)).values(METRIC.validationLoss)
  return Number.isFinite(loss) ? loss : Infinity
}

function report({ grid }: Task, measured: readonly Measured[]): void {
  const losses = measured.map((one) => one.losses)
  const means = grid.map((_, i) => Math.exp(mean(losses.map((row) => Math.log(row[i]!)))))
  const best = means.indexOf(Math.min(...means))
  const tied = grid.filter((_, i) => i === best || isTied(losses.map((row) => Math.log(row[i]! / row[best]!))))
  console.log(
    '\nValidation loss at the end of 1cycle by its maximum; * cannot be told from the best (paired t of its logarithm, 95 %)',
  )
  table([
    ['seed', ...grid.map((lr) => formatRate(lr) + (tied.includes(lr) ? '*' : ''))],
    ...losses.map((row, s) => [SEEDS[s]!, ...row.map(shown)]),
    ['geometric mean', ...means.map(shown)],
  ])
  console.log(`best ${formatRate(grid[best]!)}; within the noise of it: ${tied.map(formatRate).join(', ')}`)
  const own = losses.map((row) => grid[row.indexOf(Math.min(...row))]!)
  console.log(`best of each seed alone: ${own.map(formatRate).join(', ')}\n`)
  const rows = Object.entries(rulesOf(measured.map(({ sweeps }) => sweeps))).map(([name, rates]) =>
    rowOf(name, rates, grid[best]!, tied, own),
  )
  table([
    ['rule', 'suggested', `within ×${FACTOR} of best`, `of its seed's best`, 'in tie band', 'mean', 'from', 'to'],
    ...rows,
  ])
}

/** Rates that every rule suggests; a row of its own for each test, or each sweep, of each seed. */
function rulesOf(tests: readonly Sweep[][]): Record<string, { seed: number; lr: number | null }[]> {
  const spec = parseRunSpec({
    dataset: { kind: 'glyphs' },
    model: { preset: 'mlp' },
    schedule: { kind: 'constant', lr: 1 },
    budget: { steps: 1 },
    rangeTest: RANGE_TEST,
  }).rangeTest!
  const eachTest = (rate: (sweeps: Sweep[]) => number | null) =>
    tests.map((sweeps, seed) => ({ seed, lr: rate(sweeps) }))
  const eachSweep = (rate: (sweep: Sweep) => number | null) =>
    tests.flatMap((sweeps, seed) => sweeps.map((sweep) => ({ seed, lr: rate(sweep) })))
  const fastai = (rule: string) => eachSweep((sweep) => fastaiRates(sweep, spec.steps)[rule] ?? null)
  return {
    'Anneal, maximum': eachTest((sweeps) => analyseRangeTest(sweeps, spec).max),
    'Anneal, maximum of one sweep': eachSweep((sweep) => analyseRangeTest([sweep], spec).max),
    'Anneal, where the loss is least': eachTest((sweeps) => analyseRangeTest(sweeps, spec).minimumAt),
    'fastai valley (default)': fastai('valley'),
    'fastai slide': fastai('slide'),
    'fastai steep': fastai('steep'),
    'fastai minimum': fastai('minimum'),
    'torch-lr-finder': eachSweep(lrFinderRate),
    'Lightning before 2.5.3': eachSweep((sweep) => lightningRates(sweep).old),
    'Lightning since 2.5.3': eachSweep((sweep) => lightningRates(sweep).new),
  }
}

function rowOf(
  name: string,
  rates: { seed: number; lr: number | null }[],
  best: number,
  tied: readonly number[],
  own: readonly number[],
): (string | number)[] {
  const found = rates.flatMap(({ lr }) => (lr === null ? [] : [lr]))
  const share = (hit: (lr: number, seed: number) => boolean) => {
    const hits = rates.filter(({ lr, seed }) => lr !== null && hit(lr, seed)).length
    return `${hits} of ${rates.length}`
  }
  const within = (lr: number, of: number) => Math.abs(Math.log(lr / of)) <= Math.log(FACTOR)
  // Half a step of the grid belongs to each of its rates.
  const [low, high] = [Math.min(...tied) / Math.SQRT2, Math.max(...tied) * Math.SQRT2]
  return [
    name,
    `${found.length} of ${rates.length}`,
    share((lr) => within(lr, best)),
    share((lr, seed) => within(lr, own[seed]!)),
    share((lr) => lr >= low && lr <= high),
    ...(found.length
      ? [Math.exp(mean(found.map(Math.log))), Math.min(...found), Math.max(...found)].map(formatRate)
      : ['', '', '']),
  ]
}

/** May paired differences have the mean 0? One that is infinite is a difference. */
function isTied(differences: readonly number[]): boolean {
  if (!differences.every(Number.isFinite)) return false
  const m = mean(differences)
  const variance = differences.reduce((sum, d) => sum + (d - m) ** 2, 0) / (differences.length - 1)
  return Math.abs(m) <= T * Math.sqrt(variance / differences.length)
}

const shown = (loss: number): string => (Number.isFinite(loss) ? loss.toFixed(3) : 'none')
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
