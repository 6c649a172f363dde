import * as v from 'valibot'
import { count, flag, positive, rate, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import type { Family } from './family'
import { notAbove } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

/** Fields of a polynomial decay; its length is the run's unless `steps` is given. */
export const PolynomialSpec = v.pipe(
  v.strictObject({
    kind: v.literal('polynomial'),
    lr: rate(),
    endLr: v.optional(rateOrZero(), 0),
    power: v.optional(positive(), 1),
    steps: v.optional(count()),
    cycle: v.optional(flag(), false),
    ...warmup,
  }),
  notAbove('endLr', 'lr'),
)
export type PolynomialSpec = v.InferOutput<typeof PolynomialSpec>

/**
 * Polynomial decay: (lr − endLr) · (1 − t/T)^power + endLr, as PyTorch's PolynomialLR (endLr 0) and Keras's
 * PolynomialDecay. endLr is reached at update T = `steps`, which a run of T updates ends one short of. With `cycle` the
 * length grows to the next whole multiple of T instead, so that the rate jumps up, lower each time.
 */
export function polynomial(spec: PolynomialSpec, steps: number): Schedule {
  const length = spec.steps ?? steps
  const lengthAt = (t: number) => (spec.cycle ? length * Math.max(1, Math.ceil(t / length)) : length)
  const lr = (t: number) => {
    const left = 1 - Math.min(1, t / lengthAt(t))
    return (spec.lr - spec.endLr) * left ** spec.power + spec.endLr
  }
  function* starts() {
    yield { at: 0, label: spec.cycle ? 'cycle 1' : 'decay' }
    // Update T ends a cycle, and T + 1 begins the next.
    if (spec.cycle) for (let i = 1; ; i++) yield { at: i * length + 1, label: `cycle ${i + 1}` }
    yield { at: length, label: 'end rate' }
  }
  return { lr, momentum: null, phases: phasesFrom(starts(), steps) }
}

export const polynomialFamily: Family<PolynomialSpec> = {
  kind: 'polynomial',
  label: 'Polynomial',
  schema: PolynomialSpec,
  create: polynomial,
  describe: (spec, steps) => {
    const length = spec.steps ?? steps
    const again = spec.cycle ? `, up again after each ${length}` : ''
    const power = spec.power === 1 ? 'in a line' : `with power ${spec.power}`
    return `Polynomial: ${formatRate(spec.lr)} down to ${formatRate(spec.endLr)} over ${length} updates ${power}${again}`
  },
  defaults: (peak) => ({ kind: 'polynomial', lr: peak, endLr: 0, power: 1, cycle: false }),
}
