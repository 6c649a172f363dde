import type { ExportSubject } from '../../../src/core/domain/export/subject'
import type { ScheduleInput } from '../../../src/core/domain/schedules/registry'
import { parseRunSpec, type RunSpecInput } from '../../../src/core/domain/spec/run-spec'

/** One run whose code is written for every library. */
export interface ExportCase {
  id: string
  subject: ExportSubject
}

const OPTIMIZERS = {
  sgd: { kind: 'sgd', momentum: 0.9 },
  plain: { kind: 'sgd', momentum: 0 },
  nesterov: { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.0005 },
  adam: { kind: 'adam' },
  decayed: { kind: 'adam', weightDecay: 0.01, beta1: 0.8 },
  adamw: { kind: 'adamw', weightDecay: 0.05 },
  rmsprop: { kind: 'rmsprop' },
  heavy: { kind: 'rmsprop', momentum: 0.5, weightDecay: 0.001, decayAll: true },
} as const satisfies Record<string, RunSpecInput['optimizer']>

/** A subject of a schedule over `steps` updates: ten classes, eight inputs, as the parity test trains it. */
export function subjectOf(
  schedule: ScheduleInput,
  steps: number,
  optimizer: keyof typeof OPTIMIZERS = 'sgd',
  more: Partial<RunSpecInput> = {},
): ExportSubject {
  const spec = parseRunSpec({
    dataset: { kind: 'mnist', train: 640, validation: 100 },
    model: { preset: 'mlp' },
    optimizer: OPTIMIZERS[optimizer],
    schedule,
    budget: { steps },
    evaluate: { everySteps: 5 },
    ...more,
  })
  return { spec, steps, stepsPerEpoch: 10 }
}

type Row = [
  id: string,
  schedule: ScheduleInput,
  steps: number,
  ...rest: [optimizer?: keyof typeof OPTIMIZERS, more?: Partial<RunSpecInput>],
]

const ROWS: Row[] = [
  ['constant', { kind: 'constant', lr: 0.05 }, 20],
  ['constant, nesterov, clipped', { kind: 'constant', lr: 0.05 }, 20, 'nesterov', { clip: { norm: 1 } }],
  ['constant, warm-up anneal', { kind: 'constant', lr: 0.1, warmup: { steps: 8 } }, 30, 'adamw'],
  [
    'constant, warm-up pytorch',
    { kind: 'constant', lr: 0.1, warmup: { steps: 8, from: 0.01, convention: 'pytorch' } },
    30,
    'adam',
  ],
  [
    'constant, warm-up exponential',
    { kind: 'constant', lr: 0.1, warmup: { steps: 8, from: 1e-4, shape: 'exponential' } },
    30,
    'plain',
  ],
  ['step', { kind: 'step', lr: 0.3, everySteps: 7, gamma: 0.4 }, 40],
  ['step, many', { kind: 'step', lr: 0.3, everySteps: 1, gamma: 0.9 }, 80, 'rmsprop'],
  ['step, never', { kind: 'step', lr: 0.3, everySteps: 100 }, 40, 'adamw'],
  ['multi-step pytorch', { kind: 'multi-step', lr: 0.4, milestones: [3, 11, 25], gamma: 0.3 }, 40, 'adam'],
  [
    'multi-step keras',
    { kind: 'multi-step', lr: 0.4, milestones: [3, 11, 25], gamma: 0.3, convention: 'keras' },
    40,
    'heavy',
  ],
  ['exponential gamma', { kind: 'exponential', lr: 0.2, gamma: 0.93 }, 50],
  ['exponential gamma, long', { kind: 'exponential', lr: 0.2, gamma: 0.9931 }, 400, 'plain'],
  ['exponential rate', { kind: 'exponential', lr: 0.2, rate: 0.5, decaySteps: 12 }, 50, 'adam'],
  [
    'exponential staircase',
    { kind: 'exponential', lr: 0.2, rate: 0.5, decaySteps: 12, staircase: true },
    50,
    'decayed',
  ],
  [
    'exponential fractional staircase',
    { kind: 'exponential', lr: 0.2, rate: 0.5, decaySteps: 12.5, staircase: true },
    50,
  ],
  ['inverse-time', { kind: 'inverse-time', lr: 0.1, rate: 0.7, decaySteps: 8 }, 40],
  ['inverse-time staircase', { kind: 'inverse-time', lr: 0.1, rate: 0.7, decaySteps: 8, staircase: true }, 40, 'adamw'],
  ['polynomial', { kind: 'polynomial', lr: 0.02, power: 2.5 }, 40, 'plain'],
  ['polynomial, short', { kind: 'polynomial', lr: 0.02, power: 1, steps: 25 }, 40],
  ['polynomial to an end', { kind: 'polynomial', lr: 0.1, endLr: 0.001, power: 2, steps: 30 }, 40, 'adam'],
  ['polynomial cycles', { kind: 'polynomial', lr: 0.08, endLr: 0.002, power: 2, steps: 7, cycle: true }, 40],
  ['cosine', { kind: 'cosine', lr: 0.1 }, 60, 'nesterov'],
  ['cosine to a floor, clamped', { kind: 'cosine', lr: 0.1, minLr: 0.001, steps: 20 }, 50],
  ['cosine, rising', { kind: 'cosine', lr: 0.05, minLr: 0.002, steps: 10, afterEnd: 'rise' }, 45, 'adam'],
  ['cosine, warm-up', { kind: 'cosine', lr: 0.1, warmup: { steps: 10 } }, 60, 'adamw', { labelSmoothing: 0.1 }],
  ['warm restarts', { kind: 'warm-restarts', lr: 0.2, minLr: 1e-4, cycleSteps: 1, cycleMult: 3 }, 130],
  ['warm restarts, equal', { kind: 'warm-restarts', lr: 0.2, minLr: 0.01, cycleSteps: 6, cycleMult: 1 }, 40, 'adam'],
  ['warm restarts, fractional', { kind: 'warm-restarts', lr: 0.2, cycleSteps: 10, cycleMult: 1.1 }, 70],
  [
    'warm restarts keras',
    { kind: 'warm-restarts', lr: 0.1, minLr: 0.01, cycleSteps: 2, cycleMult: 2, peakMult: 0.5, convention: 'keras' },
    40,
  ],
  [
    'warm restarts keras, equal',
    { kind: 'warm-restarts', lr: 0.05, cycleSteps: 5, cycleMult: 1, peakMult: 0.9, convention: 'keras' },
    40,
    'rmsprop',
  ],
  ['warm restarts, lower peaks', { kind: 'warm-restarts', lr: 0.1, minLr: 0.03, cycleSteps: 5, peakMult: 0.5 }, 40],
  ['triangular', { kind: 'triangular', minLr: 0.001, maxLr: 0.006, stepsUp: 4, momentum: {} }, 40],
  [
    'triangular2, uneven',
    {
      kind: 'triangular',
      minLr: 1e-4,
      maxLr: 0.01,
      stepsUp: 7,
      stepsDown: 3,
      mode: 'triangular2',
      momentum: { base: 0.85, max: 0.95 },
    },
    60,
    'adam',
  ],
  [
    'triangular exp-range',
    { kind: 'triangular', minLr: 0.001, maxLr: 0.006, stepsUp: 4, mode: 'exp-range', gamma: 0.95 },
    40,
    'plain',
  ],
  [
    'triangular, warm-up',
    { kind: 'triangular', minLr: 0.001, maxLr: 0.006, stepsUp: 4, momentum: {}, warmup: { steps: 5 } },
    40,
  ],
  ['sawtooth', { kind: 'sawtooth', maxLr: 0.1, minLr: 0.01, cycleSteps: 8 }, 40],
  [
    'sawtooth exponential, growing',
    { kind: 'sawtooth', maxLr: 0.1, minLr: 0.001, cycleSteps: 3, cycleMult: 2, shape: 'exponential' },
    40,
    'adamw',
  ],
  ['1cycle', { kind: 'one-cycle', maxLr: 0.4 }, 100],
  [
    '1cycle linear, odd length',
    { kind: 'one-cycle', maxLr: 0.05, pctStart: 0.23, anneal: 'linear', div: 10, finalDiv: 1000 },
    97,
    'adam',
  ],
  [
    '1cycle three-phase',
    { kind: 'one-cycle', maxLr: 3, pctStart: 0.45, div: 30, finalDiv: 100, threePhase: true },
    80,
    'nesterov',
  ],
  ['1cycle fastai', { kind: 'one-cycle', maxLr: 0.3, convention: 'fastai' }, 100, 'adamw'],
  ['1cycle fastai, rmsprop', { kind: 'one-cycle', maxLr: 0.01, convention: 'fastai', finalDiv: 100 }, 50, 'heavy'],
  ['1cycle, momentum alone', { kind: 'one-cycle', maxLr: 0.1, momentum: null }, 50],
  ['1cycle, no climb', { kind: 'one-cycle', maxLr: 0.1, pctStart: 0.1 }, 10],
  ['1cycle, shorter than the run', { kind: 'one-cycle', maxLr: 0.1, steps: 30 }, 50, 'adam'],
  ['wsd linear', { kind: 'wsd', lr: 0.1, warmupSteps: 4, decaySteps: 10 }, 40],
  ['wsd cosine', { kind: 'wsd', lr: 0.1, warmupSteps: 0, decaySteps: 10, endLr: 0.001, decay: 'cosine' }, 40, 'adam'],
  [
    'wsd one-minus-sqrt',
    { kind: 'wsd', lr: 0.1, warmupSteps: 5, decaySteps: 20, decay: 'one-minus-sqrt' },
    40,
    'adamw',
  ],
  [
    'piecewise',
    {
      kind: 'piecewise',
      points: [
        [2, 0.1],
        [9, 0.02],
        [25, 0.004],
      ],
    },
    40,
  ],
  [
    'piecewise linear',
    {
      kind: 'piecewise',
      points: [
        [0, 0],
        [9, 0.2],
        [25, 0.004],
      ],
      interpolate: 'linear',
    },
    40,
    'adam',
  ],
  [
    'piecewise log',
    {
      kind: 'piecewise',
      points: [
        [3, 0.001],
        [9, 0.2],
        [35, 0.004],
      ],
      interpolate: 'log',
    },
    40,
  ],
  [
    'piecewise cosine',
    {
      kind: 'piecewise',
      points: [
        [0, 0.001],
        [9, 0.2],
        [50, 0.004],
      ],
      interpolate: 'cosine',
    },
    40,
  ],
  [
    'sequence',
    {
      kind: 'sequence',
      parts: [
        { steps: 12, schedule: { kind: 'one-cycle', maxLr: 0.2 } },
        { steps: 10, schedule: { kind: 'constant', lr: 0.05, warmup: { steps: 4 } } },
        { steps: 10, schedule: { kind: 'cosine', lr: 0.05, minLr: 0.001 } },
      ],
    },
    40,
  ],
  ['warm-up longer than the run', { kind: 'cosine', lr: 0.1, warmup: { steps: 50 } }, 20, 'adam'],
  ['wsd, warm-up into decay', { kind: 'wsd', lr: 0.1, warmupSteps: 20, decaySteps: 20 }, 30],
  [
    'sequence that moves the momentum late, warm-up, sequence inside',
    {
      kind: 'sequence',
      warmup: { steps: 5, from: 0.001, convention: 'pytorch' },
      parts: [
        { steps: 8, schedule: { kind: 'exponential', lr: 0.1, gamma: 0.9 } },
        {
          steps: 20,
          schedule: {
            kind: 'sequence',
            parts: [
              { steps: 4, schedule: { kind: 'sawtooth', maxLr: 0.1, minLr: 0.01, cycleSteps: 3 } },
              { steps: 10, schedule: { kind: 'triangular', minLr: 0.01, maxLr: 0.1, stepsUp: 3, momentum: {} } },
            ],
          },
        },
        { steps: 50, schedule: { kind: 'inverse-time', lr: 0.1, rate: 1, decaySteps: 5 } },
      ],
    },
    50,
    'adam',
  ],
  ['plateau pytorch', { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 1 }, 80],
  [
    'plateau pytorch, accuracy',
    { kind: 'plateau', lr: 0.1, factor: 0.3, patience: 1, cooldown: 1, minLr: 0.004, metric: 'validation/accuracy' },
    80,
    'adam',
  ],
  ['plateau keras', { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 2, cooldown: 2, convention: 'keras' }, 80],
  [
    'plateau keras, relative',
    { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 2, threshold: 0.01, thresholdMode: 'rel', convention: 'keras' },
    80,
    'adamw',
  ],
  ['plateau, warm-up', { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 1, warmup: { steps: 12 } }, 80],
  ['plateau of the training loss', { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 4, metric: 'train/loss' }, 60],
  [
    'plateau in a sequence',
    {
      kind: 'sequence',
      parts: [
        { steps: 20, schedule: { kind: 'one-cycle', maxLr: 0.2 } },
        { steps: 60, schedule: { kind: 'plateau', lr: 0.1, factor: 0.5, patience: 1 } },
      ],
    },
    80,
  ],
]

export const CASES: ExportCase[] = ROWS.map(([id, schedule, steps, optimizer, more]) => ({
  id,
  subject: subjectOf(schedule, steps, optimizer, more),
}))

/** Values of a validation metric as a run might measure them, one an evaluation: they get better, stay, get worse. */
export const MEASURED = [1, 0.8, 0.8, 0.79999, 0.9, 0.7, 0.7, 0.7, 0.7, 0.7, 0.69, 0.69, 0.69, 0.69, 0.5, 0.5]
