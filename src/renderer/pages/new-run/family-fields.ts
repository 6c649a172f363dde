import { formatCount, formatRate } from '../../../core/domain/format'
import { METRIC } from '../../../core/domain/metrics'
import { createSchedule, familyOf, type ScheduleKind, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { FamilyField, Look } from './family-field'
import { fieldsOfSchema } from './schema-fields'

const words = (...names: string[]) =>
  names.map((value) => ({ value, label: value[0]!.toUpperCase() + value.slice(1).replaceAll('-', ' ') }))
const choice = (path: string, label: string, ...values: string[]): FamilyField => ({
  ...{ path, label, control: 'choice', options: words(...values), optional: values[0]! },
})

const lr = (label = 'Peak LR'): FamilyField => ({ path: 'lr', label, control: 'rate' })
const maxLr: FamilyField = { path: 'maxLr', label: 'Peak LR', control: 'rate' }
const lowest = (optional?: number): FamilyField => ({ path: 'minLr', label: 'Lowest LR', control: 'rate', optional })
const endLr: FamilyField = { path: 'endLr', label: 'End LR', control: 'rate', optional: 0 }
const updates = (path: string, label: string, hint = 'updates', optional?: number): FamilyField => ({
  ...{ path, label, control: 'count', optional, hint: () => hint },
})
const gamma: FamilyField = { path: 'gamma', label: 'Times', control: 'number', optional: 0.1 }
/** What decays by `rate` in each `decaySteps`. */
const decay = (rate: string): FamilyField[] => [
  { path: 'rate', label: rate, control: 'number' },
  updates('decaySteps', 'In'),
  { path: 'staircase', label: 'In steps', control: 'toggle', optional: false },
]
const cycle = (mult: number): FamilyField[] => [
  updates('cycleSteps', 'First cycle'),
  { path: 'cycleMult', label: 'Next, times', control: 'number', optional: mult },
]
/** How long a decay takes where it is not the whole run. */
const over = (label = 'Over'): FamilyField => ({
  ...{ path: 'steps', label, control: 'count' },
  hint: (spec, n) => ('steps' in spec && spec.steps ? 'updates' : `all ${formatCount(n)}`),
})

const final = (label: string, optional: number): FamilyField => ({
  ...{ path: 'finalDiv', label, control: 'number', optional },
  hint: (spec, n) => rateAt(spec, n, n - 1),
})
const peakAt = (optional: number): FamilyField => ({
  ...{ path: 'pctStart', label: 'Peak at', control: 'percent', optional, hint: peakStep },
})

/** Momentum that mirrors the rate; `usual` where it does so without being asked. */
const momentum = (base: number, max: number, usual: boolean): FamilyField[] => {
  const moves = (at: Look) => (at('momentum') === undefined ? usual : at('momentum') !== null)
  return [
    { path: 'momentum', label: 'Momentum', control: 'part', on: { base, max }, off: null, optional: usual },
    { path: 'momentum.max', label: 'at low LR', control: 'momentum', optional: max, when: moves },
    { path: 'momentum.base', label: 'at the peak', control: 'momentum', optional: base, when: moves },
  ]
}
const byUpdate = (at: Look): boolean => at('gamma') !== undefined
const isKeras = (at: Look): boolean => at('convention') === 'keras'
const isFastai = (at: Look): boolean => at('convention') === 'fastai'
const isExact = (kind: string) => (at: Look) => at('mode') === kind

/** Fields of the families in the order in which they are shown; a family that is not here shows those of its schema. */
const FIELDS: Partial<Record<string, FamilyField[]>> = {
  constant: [lr('LR')],
  step: [lr(), updates('everySteps', 'Every'), gamma],
  'multi-step': [lr(), { path: 'milestones', label: 'At updates', control: 'counts' }, gamma],
  'inverse-time': [lr(), ...decay('Falls by')],
  polynomial: [
    lr(),
    endLr,
    { path: 'power', label: 'Power', control: 'number', optional: 1 },
    over(),
    { path: 'cycle', label: 'Starts again', control: 'toggle', optional: false },
  ],
  cosine: [lr(), lowest(0), over(), choice('afterEnd', 'After it', 'clamp', 'rise')],
  'warm-restarts': [
    lr(),
    lowest(0),
    ...cycle(2),
    { path: 'peakMult', label: 'Next peak, times', control: 'number', optional: 1 },
  ],
  triangular: [
    maxLr,
    lowest(),
    updates('stepsUp', 'Up'),
    { path: 'stepsDown', label: 'Down', control: 'count', hint: (spec) => ('stepsDown' in spec ? 'updates' : 'as up') },
    choice('mode', 'Peaks', 'triangular', 'triangular2', 'exp-range'),
    { ...gamma, optional: 1, when: isExact('exp-range') },
    ...momentum(0.8, 0.9, false),
  ],
  sawtooth: [maxLr, lowest(), ...cycle(1), choice('shape', 'Fall', 'linear', 'exponential')],
  'one-cycle': [
    maxLr,
    { path: 'div', label: 'Initial, peak /', control: 'number', optional: 25, hint: (spec, n) => rateAt(spec, n, 0) },
    { ...final('Final, initial /', 1e4), when: (at) => !isFastai(at) },
    { ...final('Final, peak /', 1e5), when: isFastai },
    { ...peakAt(0.3), when: (at) => !isFastai(at) },
    { ...peakAt(0.25), when: isFastai },
    choice('anneal', 'Anneal', 'cosine', 'linear'),
    ...momentum(0.85, 0.95, true),
  ],
  wsd: [
    lr(),
    endLr,
    updates('warmupSteps', 'Climb'),
    updates('decaySteps', 'Decay'),
    choice('decay', 'Shape', 'linear', 'cosine', 'one-minus-sqrt'),
  ],
  exponential: [
    lr(),
    { path: 'gamma', label: 'Times each update', control: 'number', when: byUpdate },
    ...decay('Times').map((field) => ({ ...field, when: (at: Look) => !byUpdate(at) })),
  ],
  plateau: [
    lr(),
    { path: 'factor', label: 'Times', control: 'number', optional: 0.1 },
    {
      ...{ path: 'metric', label: 'Follows', control: 'choice', optional: METRIC.validationLoss },
      options: [
        { value: METRIC.validationLoss, label: 'val loss' },
        { value: METRIC.validationAccuracy, label: 'val acc' },
        { value: METRIC.trainLoss, label: 'train loss' },
      ],
    },
    updates('patience', 'Patience', 'values', 10),
    { path: 'threshold', label: 'Better by', control: 'number', optional: 1e-4 },
    { ...choice('thresholdMode', 'Measured', 'rel', 'abs'), when: (at) => !isKeras(at) },
    { ...choice('thresholdMode', 'Measured', 'abs', 'rel'), when: isKeras },
    updates('cooldown', 'Cooldown', 'values', 0),
    lowest(0),
  ],
  piecewise: [
    {
      ...{ path: 'interpolate', label: 'Between points', control: 'choice', optional: 'none' },
      options: [{ value: 'none', label: 'Steps' }, ...words('linear', 'log', 'cosine')],
    },
    { path: 'points', label: 'Points', control: 'points' },
  ],
  sequence: [{ path: 'parts', label: 'Parts', control: 'parts' }],
}

/** A warm-up in front of any family. */
export const warmupFields = (steps: number): FamilyField[] => [
  {
    ...{ path: 'warmup', label: 'Warm-up', control: 'part', off: undefined, optional: false },
    on: { steps: Math.max(1, Math.round(steps / 20)) },
  },
  { ...updates('warmup.steps', 'Climbs for'), when: warms },
  { path: 'warmup.from', label: 'From LR', control: 'rate', optional: 0, when: warms },
  { ...choice('warmup.shape', 'Shape', 'linear', 'exponential'), when: warms },
  {
    ...{ path: 'warmup.convention', label: 'First update', control: 'choice', optional: 'anneal', when: warms },
    options: [
      { value: 'anneal', label: '1/W' },
      { value: 'pytorch', label: '0, as PyTorch' },
    ],
  },
]
const warms = (at: Look): boolean => at('warmup') !== undefined

/** Families that climb by themselves: a warm-up in front of them would be a second one. */
const CLIMB = ['one-cycle', 'wsd', 'triangular', 'sequence', 'piecewise']

export function fieldsOf(kind: ScheduleKind, steps = 1000): FamilyField[] {
  const own = FIELDS[kind] ?? fieldsOfSchema(familyOf(kind).schema)
  const isListed = kind in FIELDS
  const rest = isListed ? own : own.filter(({ path }) => path !== 'convention' && !path.startsWith('warmup'))
  return [...rest, ...(CLIMB.includes(kind) ? [] : warmupFields(steps))]
}

function rateAt(spec: ScheduleSpec, steps: number, t: number): string {
  return formatRate(createSchedule(spec, steps).lr(t))
}

function peakStep(spec: ScheduleSpec, steps: number): string {
  const peak = createSchedule(spec, steps).phases[0]
  return peak ? `step ${formatCount(peak.to)}` : ''
}
