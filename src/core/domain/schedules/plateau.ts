import * as v from 'valibot'
import { AppError } from '../errors'
import { formatRate } from '../format'
import { METRIC } from '../metrics'
import { atLeastZero, choice, fraction, rate, rateOrZero } from '../spec/fields'
import type { Family } from './family'
import { notAbove, wholeOrZero } from './fields'
import type { Feedback, Schedule } from './schedule'
import { warmup } from './warmup'

const METRICS = [METRIC.validationLoss, METRIC.validationAccuracy, METRIC.trainLoss] as const

/** Fields of a plateau schedule; patience and cooldown count values of the metric, not updates. */
export const PlateauSpec = v.pipe(
  v.strictObject({
    kind: v.literal('plateau'),
    lr: rate(),
    factor: v.optional(fraction(), 0.1),
    patience: v.optional(wholeOrZero(), 10),
    threshold: v.optional(atLeastZero(), 1e-4),
    thresholdMode: v.optional(choice(['rel', 'abs'])),
    cooldown: v.optional(wholeOrZero(), 0),
    minLr: v.optional(rateOrZero(), 0),
    metric: v.optional(choice(METRICS), METRIC.validationLoss),
    mode: v.optional(choice(['min', 'max'])),
    convention: v.optional(choice(['pytorch', 'keras']), 'pytorch'),
    ...warmup,
  }),
  notAbove('minLr', 'lr'),
)
export type PlateauSpec = v.InferOutput<typeof PlateauSpec>

const State = v.strictObject({
  /** Best value so far; null before the first finite one. */
  best: v.nullable(v.number()),
  /** Values since the best one, or since the last cut. */
  bad: v.number(),
  /** Values of the cooldown that are left. */
  cooldown: v.number(),
  /** First update of each lower rate, and that rate. */
  cuts: v.array(v.strictTuple([v.number(), v.number()])),
})
type State = v.InferOutput<typeof State>

/** PyTorch leaves a rate alone that would change by less. */
const PYTORCH_EPS = 1e-8

/** Whether less or more of the metric is better. */
export const plateauMode = ({ mode, metric }: PlateauSpec): 'min' | 'max' =>
  mode ?? (metric === METRIC.validationAccuracy ? 'max' : 'min')

/** How a value must beat the best: by a share of it, or by an amount. The defaults of the two libraries differ. */
export const plateauThresholdMode = ({ thresholdMode, convention }: PlateauSpec): 'rel' | 'abs' =>
  thresholdMode ?? (convention === 'keras' ? 'abs' : 'rel')

/** Does a value beat the best? A share is one of the best's size: of a negative best PyTorch takes it to the wrong side. */
function isBetter(spec: PlateauSpec, value: number, best: number | null): boolean {
  if (!Number.isFinite(value)) return false
  if (best === null) return true
  const sign = plateauMode(spec) === 'min' ? -1 : 1
  const bar =
    plateauThresholdMode(spec) === 'abs'
      ? best + sign * spec.threshold
      : best * (1 + sign * spec.threshold * Math.sign(best))
  return sign < 0 ? value < bar : value > bar
}

/** PyTorch's ReduceLROnPlateau: cuts after patience + 1 bad values in a row; those of the cooldown do not count. */
function pytorchCuts(spec: PlateauSpec, state: State, better: boolean): boolean {
  state.bad = better ? 0 : state.bad + 1
  if (state.cooldown > 0) {
    state.cooldown--
    state.bad = 0
  }
  if (state.bad <= spec.patience) return false
  state.bad = 0
  state.cooldown = spec.cooldown
  return true
}

/** Keras's ReduceLROnPlateau: cuts after patience bad values in a row; the last one of the cooldown counts already. */
function kerasCuts(spec: PlateauSpec, state: State, better: boolean, rate: number): boolean {
  if (state.cooldown > 0) {
    state.cooldown--
    state.bad = 0
  }
  if (better) state.bad = 0
  else if (state.cooldown === 0) {
    state.bad++
    if (state.bad >= spec.patience && rate > spec.minLr) {
      state.bad = 0
      state.cooldown = spec.cooldown
      return true
    }
  }
  return false
}

/**
 * Cuts the rate by `factor` where the metric no longer gets better. The one schedule that follows the run: before
 * anything is observed its rate is `lr` throughout.
 */
export function plateau(spec: PlateauSpec, steps: number): Schedule {
  let state: State = { best: null, bad: 0, cooldown: 0, cuts: [] }
  const lr = (t: number) => state.cuts.findLast(([from]) => from <= t)?.[1] ?? spec.lr
  const feedback: Feedback = {
    metrics: [spec.metric],
    observe(metric, value, step) {
      if (metric !== spec.metric) return
      const rate = state.cuts.at(-1)?.[1] ?? spec.lr
      const better = isBetter(spec, value, state.best)
      if (better) state.best = value
      const cuts = spec.convention === 'keras' ? kerasCuts(spec, state, better, rate) : pytorchCuts(spec, state, better)
      if (!cuts) return
      const lower = Math.max(rate * spec.factor, spec.minLr)
      if (rate - lower > (spec.convention === 'keras' ? 0 : PYTORCH_EPS)) state.cuts.push([step + 1, lower])
    },
    state: () => copied(state),
    restore(given) {
      const { success, output } = v.safeParse(State, given)
      if (!success) throw new AppError('checkpoint.invalid', 'The checkpoint holds no state of a plateau schedule')
      state = copied(output)
    },
  }
  return { lr, momentum: null, phases: [{ label: `follows ${spec.metric}`, from: 0, to: steps - 1 }], feedback }
}

const copied = (state: State): State => ({ ...state, cuts: state.cuts.map(([t, lr]) => [t, lr]) })

export const plateauFamily: Family<PlateauSpec> = {
  kind: 'plateau',
  label: 'Plateau',
  schema: PlateauSpec,
  create: plateau,
  describe: (spec) => {
    const better = plateauMode(spec) === 'max' ? 'rises' : 'falls'
    const bad = spec.convention === 'keras' ? Math.max(1, spec.patience) : spec.patience + 1
    const times = `${bad} ${spec.metric === METRIC.trainLoss ? 'update' : 'evaluation'}${bad === 1 ? '' : 's'}`
    const floor = spec.minLr > 0 ? `, not below ${formatRate(spec.minLr)}` : ''
    return `Plateau: ${formatRate(spec.lr)}, times ${spec.factor} whenever ${spec.metric} no longer ${better} for ${times}${floor}`
  },
  defaults: (peak) => ({
    kind: 'plateau',
    lr: peak,
    factor: 0.1,
    // About twenty evaluations make a run that does not say how many.
    patience: 3,
    threshold: 1e-4,
    cooldown: 0,
    minLr: 0,
    metric: METRIC.validationLoss,
    convention: 'pytorch',
  }),
}
