import * as v from 'valibot'
import { ScheduleSpec } from '../../../src/core/domain/schedules/registry'
import recorded from '../../fixtures/schedules.vectors.json'

/** A schedule as one library computes it: its own class and argument names, values recorded from that library. */
export interface Vector {
  id: string
  schedule: string
  params: Record<string, unknown>
  convention: string
  what: string
  steps: number[]
  values: (number | null)[]
  note: string
}

export interface Case {
  id: string
  what: 'lr' | 'momentum'
  spec: ScheduleSpec
  /** Updates in the run. */
  n: number
  steps: number[]
  values: number[]
  /** Largest allowed difference, relative: fastai computes positions in float32. */
  tolerance: number
  /** Values of the metric that the schedule is told, one after each update. */
  metrics: number[] | undefined
}

const pytorchOneCycle = (p: Record<string, unknown>) => ({
  kind: 'one-cycle',
  maxLr: p.max_lr,
  pctStart: p.pct_start,
  anneal: p.anneal_strategy === 'linear' ? 'linear' : 'cosine',
  div: p.div_factor,
  finalDiv: p.final_div_factor,
  threePhase: p.three_phase,
  momentum: { base: p.base_momentum, max: p.max_momentum },
})

const fastaiOneCycle = (p: Record<string, unknown>) => ({
  kind: 'one-cycle',
  convention: 'fastai',
  maxLr: p.lr_max,
  pctStart: p.pct_start,
  div: p.div,
  finalDiv: p.div_final,
})

const pytorchPlateau = (p: Record<string, unknown>) => ({
  kind: 'plateau',
  lr: p.lr,
  mode: p.mode,
  factor: p.factor,
  patience: p.patience,
  threshold: p.threshold,
  thresholdMode: p.threshold_mode,
  cooldown: p.cooldown,
  minLr: p.min_lr,
})

const cosineAnnealing = (p: Record<string, unknown>) => ({
  kind: 'cosine',
  lr: p.lr,
  minLr: p.eta_min,
  steps: p.T_max,
  afterEnd: 'rise',
})

const linearLR = (p: Record<string, unknown>) => ({
  kind: 'constant',
  lr: p.lr,
  warmup: {
    steps: p.total_iters ?? 5,
    from: Number(p.lr) * Number(p.start_factor ?? 1 / 3),
    convention: 'pytorch',
  },
})

const PART: Record<string, (p: Record<string, unknown>) => object> = {
  LinearLR: linearLR,
  CosineAnnealingLR: cosineAnnealing,
}

function sequentialLR(p: Record<string, unknown>, last: number) {
  const starts = [0, ...(p.milestones as number[])]
  const parts = (p.parts as [string, Record<string, unknown>][]).map(([name, params], i) => ({
    steps: (starts[i + 1] ?? last + 1) - starts[i]!,
    schedule: PART[name]!({ ...params, lr: p.lr }),
  }))
  return { kind: 'sequence', parts }
}

const kerasCosine = (p: Record<string, unknown>) => {
  const peak = Number(p.warmup_target ?? p.initial_learning_rate)
  const warmup = { steps: p.warmup_steps, from: p.initial_learning_rate, convention: 'pytorch' }
  return {
    kind: 'cosine',
    lr: peak,
    minLr: Number(p.alpha ?? 0) * peak,
    steps: p.decay_steps,
    ...('warmup_target' in p && { warmup }),
  }
}

/** The wsd schedule of others begins to fall with the update after ours: one more of them is level. */
const flatThenDown = (lr: unknown, endLr: number, decaySteps: unknown, decay: string, warmupSteps?: unknown) => ({
  kind: 'wsd',
  lr,
  endLr,
  warmupSteps: 0,
  decaySteps,
  decay,
  ...(warmupSteps !== undefined && { warmup: { steps: warmupSteps, from: endLr, convention: 'pytorch' } }),
})

const WARMUP_FORMS: Record<string, (w: number) => object> = {
  't/W': (steps) => ({ steps, convention: 'pytorch' }),
  '(t+1)/W': (steps) => ({ steps }),
  '(t+1)/(W+1)': (w) => ({ steps: w + 1 }),
}

/** Each library's function with its own arguments as a spec of ours; `last` is the last recorded update. */
const TRANSLATE: Record<string, (p: Record<string, unknown>, last: number) => object> = {
  OneCycleLR: pytorchOneCycle,
  fit_one_cycle: fastaiOneCycle,
  StepLR: (p) => ({ kind: 'step', lr: p.lr, everySteps: p.step_size, gamma: p.gamma }),
  MultiStepLR: (p) => ({ kind: 'multi-step', lr: p.lr, milestones: p.milestones, gamma: p.gamma }),
  PiecewiseConstantDecay: (p) => {
    const [first, second] = p.values as [number, number]
    const gamma = second / first
    return { kind: 'multi-step', convention: 'keras', lr: first, milestones: p.boundaries, gamma }
  },
  ExponentialLR: (p) => ({ kind: 'exponential', lr: p.lr, gamma: p.gamma }),
  ExponentialDecay: (p) => ({
    kind: 'exponential',
    lr: p.initial_learning_rate,
    rate: p.decay_rate,
    decaySteps: p.decay_steps,
    staircase: p.staircase,
  }),
  InverseTimeDecay: (p) => ({
    kind: 'inverse-time',
    lr: p.initial_learning_rate,
    rate: p.decay_rate,
    decaySteps: p.decay_steps,
    staircase: p.staircase,
  }),
  PolynomialLR: (p) => ({ kind: 'polynomial', lr: p.lr, power: p.power, steps: p.total_iters }),
  PolynomialDecay: (p) => ({
    kind: 'polynomial',
    lr: p.initial_learning_rate,
    endLr: p.end_learning_rate,
    power: p.power,
    steps: p.decay_steps,
    cycle: p.cycle,
  }),
  CosineAnnealingLR: cosineAnnealing,
  CosineDecay: kerasCosine,
  CosineAnnealingWarmRestarts: (p) => ({
    kind: 'warm-restarts',
    lr: p.lr,
    minLr: p.eta_min,
    cycleSteps: p.T_0,
    cycleMult: p.T_mult,
  }),
  CosineDecayRestarts: (p) => ({
    kind: 'warm-restarts',
    convention: 'keras',
    lr: p.initial_learning_rate,
    minLr: Number(p.alpha) * Number(p.initial_learning_rate),
    cycleSteps: p.first_decay_steps,
    cycleMult: p.t_mul,
    peakMult: p.m_mul,
  }),
  fit_sgdr: (p) => ({ kind: 'warm-restarts', lr: p.lr_max, cycleSteps: p.cycle_len, cycleMult: p.cycle_mult }),
  CyclicLR: (p) => ({
    kind: 'triangular',
    minLr: p.base_lr,
    maxLr: p.max_lr,
    stepsUp: p.step_size_up,
    stepsDown: p.step_size_down,
    mode: String(p.mode).replace('_', '-'),
    gamma: p.gamma,
    momentum: { base: p.base_momentum, max: p.max_momentum },
  }),
  LinearLR: linearLR,
  ConstantLR: (p) => ({
    kind: 'piecewise',
    points: [
      [0, Number(p.lr) / 3],
      [5, p.lr],
    ],
  }),
  SequentialLR: sequentialLR,
  wsd: (p) => ({
    kind: 'wsd',
    lr: p.peak,
    warmupSteps: p.warmup,
    decaySteps: p.decay,
    decay: p.shape === 'sqrt' ? 'one-minus-sqrt' : p.shape,
  }),
  warmup: (p) => ({ kind: 'constant', lr: p.peak, warmup: WARMUP_FORMS[String(p.form)]!(Number(p.warmup)) }),
  get_wsd_schedule: (p) =>
    flatThenDown(
      p.lr,
      Number(p.min_lr_ratio ?? 0) * Number(p.lr),
      p.num_decay_steps,
      p.decay_type === '1-sqrt' ? 'one-minus-sqrt' : 'cosine',
      p.num_warmup_steps,
    ),
  get_cosine_schedule_with_warmup: (p) => ({
    kind: 'cosine',
    lr: p.lr,
    steps: Number(p.num_training_steps) - Number(p.num_warmup_steps),
    warmup: { steps: p.num_warmup_steps, convention: 'pytorch' },
  }),
  fit_flat_cos: (p) => flatThenDown(p.lr, Number(p.lr) / 1e5, Number(p.n) / 4, 'cosine'),
  ReduceLROnPlateau: (p) => pytorchPlateau(p),
}

/** Updates in the run where that is not one more than the last recorded one. */
const LENGTHS: Record<string, (p: Record<string, unknown>) => number> = {
  wsd: (p) => Number(p.warmup) + Number(p.stable) + Number(p.decay),
  get_wsd_schedule: (p) => Number(p.num_warmup_steps) + Number(p.num_stable_steps) + 1 + Number(p.num_decay_steps),
  fit_flat_cos: (p) => Number(p.n) + 1,
}

/** Functions whose recorded values are met; each has vectors. */
export const LIBRARY_FUNCTIONS = Object.keys(TRANSLATE)

const withoutUndefined = (value: object): object => JSON.parse(JSON.stringify(value)) as object

/** Why a vector is none of ours; null for those that are. */
export function whyNot({ schedule, what, params, note }: Vector): string | null {
  if (note.startsWith('QUIRK')) return 'quirk'
  if (what === 'momentum' && 'moms' in params) return 'momentum that ends at a third value'
  if (schedule === 'range_test' || schedule === 'lr_find') return 'range test'
  return schedule in TRANSLATE ? null : 'no family'
}

export const allVectors = recorded as unknown as Vector[]

/** The recorded vectors of one library function, as specs of ours. */
export function vectors(schedule: string): Case[] {
  const ours = allVectors.filter((vector) => vector.schedule === schedule && whyNot(vector) === null)
  return ours.map(({ id, what, params, steps, values, convention }) => {
    const last = Math.ceil(steps.at(-1)!)
    const spec = { ...TRANSLATE[schedule]!(params, last), ...(params.metrics ? { convention } : {}) }
    return {
      id,
      what: what as Case['what'],
      spec: v.parse(ScheduleSpec, withoutUndefined(spec)),
      n: LENGTHS[schedule]?.(params) ?? Number(params.total_steps ?? params.n ?? last + 1),
      steps,
      values: values as number[],
      tolerance: convention === 'fastai' ? 1e-6 : 1e-9,
      metrics: (params.metrics as (number | null)[] | undefined)?.map((value) => value ?? NaN),
    }
  })
}

/** |a − b| ≤ tolerance · (|b| + 0.001 · max|b|) for every value. */
export function largestExcess(ours: number[], { values, tolerance }: Case): number {
  const scale = 0.001 * Math.max(...values.map(Math.abs))
  return Math.max(...values.map((b, i) => Math.abs(ours[i]! - b) / (tolerance * (Math.abs(b) + scale))))
}
