import * as v from 'valibot'
import { choice, count, rate, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import { annealCosine } from './anneal'
import { cutShort, cycles, cyclesInWords, cycleStarts } from './cycles'
import type { Family } from './family'
import { atLeastOne, decayFactor, notAbove } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const WarmRestartsSpec = v.pipe(
  v.strictObject({
    kind: v.literal('warm-restarts'),
    lr: rate(),
    minLr: v.optional(rateOrZero(), 0),
    cycleSteps: count(),
    cycleMult: v.optional(atLeastOne(), 2),
    peakMult: v.optional(decayFactor(), 1),
    convention: v.optional(choice(['pytorch', 'keras']), 'pytorch'),
    ...warmup,
  }),
  notAbove('minLr', 'lr'),
)
export type WarmRestartsSpec = v.InferOutput<typeof WarmRestartsSpec>

/**
 * SGDR: half a cosine from lr to minLr in each cycle, cycle i having cycleSteps · cycleMult^i updates. The last update of
 * a cycle is one short of minLr, as in PyTorch's CosineAnnealingWarmRestarts and Keras's CosineDecayRestarts.
 * The peak of cycle i is lr · peakMult^i, but at least minLr (`pytorch`), or minLr + (lr − minLr) · peakMult^i (`keras`).
 *
 * @see Loshchilov & Hutter, arXiv 1608.03983
 */
export function warmRestarts(spec: WarmRestartsSpec, steps: number): Schedule {
  const cycleAt = cycles(spec.cycleSteps, spec.cycleMult)
  const peak = (index: number) => {
    const share = spec.peakMult ** index
    return spec.convention === 'keras'
      ? spec.minLr + (spec.lr - spec.minLr) * share
      : Math.max(spec.lr * share, spec.minLr)
  }
  const lr = (t: number) => {
    const { index, from, length } = cycleAt(t)
    return annealCosine(peak(index), spec.minLr, (t - from) / length)
  }
  return { lr, momentum: null, phases: phasesFrom(cycleStarts(cycleAt), steps) }
}

export const warmRestartsFamily: Family<WarmRestartsSpec> = {
  kind: 'warm-restarts',
  label: 'Warm restarts',
  schema: WarmRestartsSpec,
  create: warmRestarts,
  describe: (spec, steps) => {
    const all = cyclesInWords(spec.cycleSteps, spec.cycleMult, steps)
    const fade = spec.peakMult === 1 ? '' : `, each peak ${spec.peakMult} times the one before`
    return `Warm restarts: ${formatRate(spec.lr)} down to ${formatRate(spec.minLr)} in ${all}${fade}`
  },
  defaults: (peak, steps) => ({
    kind: 'warm-restarts',
    lr: peak,
    minLr: 0,
    // Three cycles, 1 + 2 + 4 parts of the run; two where parts of a short run would leave the last one unfinished.
    cycleSteps: Math.max(1, Math.ceil(steps / (steps < 200 ? 3 : 7))),
    cycleMult: 2,
    peakMult: 1,
    convention: 'pytorch',
  }),
  warnings: (spec, steps) =>
    cutShort(cycles(spec.cycleSteps, spec.cycleMult), steps, 'cycleSteps', warmRestarts(spec, steps).lr),
}
