import * as v from 'valibot'
import { choice, rate, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import { annealCosine, annealLinear } from './anneal'
import type { Family } from './family'
import { notAbove, wholeOrZero } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const WsdSpec = v.pipe(
  v.strictObject({
    kind: v.literal('wsd'),
    lr: rate(),
    warmupSteps: wholeOrZero(),
    decaySteps: wholeOrZero(),
    endLr: v.optional(rateOrZero(), 0),
    decay: v.optional(choice(['linear', 'cosine', 'one-minus-sqrt']), 'linear'),
    ...warmup,
  }),
  notAbove('endLr', 'lr'),
)
export type WsdSpec = v.InferOutput<typeof WsdSpec>

const DECAYS = {
  linear: annealLinear,
  cosine: annealCosine,
  'one-minus-sqrt': (a: number, b: number, u: number) => b + (a - b) * (1 - Math.sqrt(u)),
}

/**
 * Warm-up, stable, decay over a run of N updates: W = warmupSteps from lr/W to lr by (t + 1)/W, level, then D = decaySteps
 * down by u = (t − (N − D) + 1)/D, so that the last update has endLr. Where W + D is above N, both climb and fall keep
 * their places and the lower of them holds.
 *
 * @see Hu et al., arXiv 2404.06395; Hägele et al., arXiv 2405.18392
 */
export function wsd(spec: WsdSpec, steps: number): Schedule {
  const { warmupSteps: climb, decaySteps: fall } = spec
  const stableTo = steps - fall
  const shape = DECAYS[spec.decay]
  const climbing = (t: number) => (t + 1 < climb ? (spec.lr * (t + 1)) / climb : spec.lr)
  const falling = (t: number) =>
    t + 1 <= stableTo ? spec.lr : shape(spec.lr, spec.endLr, Math.min(1, (t - stableTo + 1) / fall))
  const decayFrom = Math.max(0, stableTo)
  const starts = [
    { at: 0, label: 'warm-up' },
    { at: Math.min(climb, decayFrom), label: 'stable' },
    { at: decayFrom, label: 'decay' },
  ]
  return { lr: (t) => Math.min(climbing(t), falling(t)), momentum: null, phases: phasesFrom(starts, steps) }
}

export const wsdFamily: Family<WsdSpec> = {
  kind: 'wsd',
  label: 'WSD',
  schema: WsdSpec,
  create: wsd,
  describe: (spec, steps) => {
    const stable = Math.max(0, steps - spec.warmupSteps - spec.decaySteps)
    return `WSD: up to ${formatRate(spec.lr)} in ${spec.warmupSteps} updates, level for ${stable}, down to ${formatRate(spec.endLr)} in ${spec.decaySteps} (${spec.decay})`
  },
  defaults: (peak, steps) => ({
    kind: 'wsd',
    lr: peak,
    warmupSteps: Math.floor(steps / 20),
    // At least one update has the peak.
    decaySteps: Math.min(Math.round(steps / 5), steps - 1 - Math.floor(steps / 20)),
    endLr: 0,
    decay: 'linear',
  }),
  warnings: ({ warmupSteps, decaySteps, lr }, steps) =>
    warmupSteps + decaySteps > steps
      ? [
          {
            field: decaySteps >= steps ? 'decaySteps' : 'warmupSteps',
            message: `Warm-up (${warmupSteps}) and decay (${decaySteps}) are ${warmupSteps + decaySteps} updates, the run has ${steps}: ${formatRate(lr)} is not reached`,
          },
        ]
      : [],
}
