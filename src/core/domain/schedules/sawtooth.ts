import * as v from 'valibot'
import { choice, count, rate, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import { annealLinear } from './anneal'
import { cutShort, cycles, cyclesInWords, cycleStarts } from './cycles'
import type { Family } from './family'
import { across, atLeastOne, notAbove } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const SawtoothSpec = v.pipe(
  v.strictObject({
    kind: v.literal('sawtooth'),
    maxLr: rate(),
    minLr: rateOrZero(),
    cycleSteps: count(),
    cycleMult: v.optional(atLeastOne(), 1),
    shape: v.optional(choice(['linear', 'exponential']), 'linear'),
    ...warmup,
  }),
  notAbove('minLr', 'maxLr'),
  across('minLr', ({ shape, minLr }) =>
    shape === 'exponential' && minLr === 0 ? 'must be above 0 for an exponential fall' : null,
  ),
)
export type SawtoothSpec = v.InferOutput<typeof SawtoothSpec>

/**
 * Falls from maxLr to minLr and jumps back: the first update of a cycle has maxLr, its last minLr (a cycle of one update
 * has maxLr). Cycle i has cycleSteps · cycleMult^i updates.
 */
export function sawtooth(spec: SawtoothSpec, steps: number): Schedule {
  const { maxLr, minLr } = spec
  const cycleAt = cycles(spec.cycleSteps, spec.cycleMult)
  const lr = (t: number) => {
    const { from, length } = cycleAt(t)
    const share = length > 1 ? Math.min(1, (t - from) / (length - 1)) : 0
    return spec.shape === 'linear' ? annealLinear(maxLr, minLr, share) : maxLr * (minLr / maxLr) ** share
  }
  return { lr, momentum: null, phases: phasesFrom(cycleStarts(cycleAt), steps) }
}

export const sawtoothFamily: Family<SawtoothSpec> = {
  kind: 'sawtooth',
  label: 'Sawtooth',
  schema: SawtoothSpec,
  create: sawtooth,
  describe: (spec, steps) => {
    const all = cyclesInWords(spec.cycleSteps, spec.cycleMult, steps)
    const how = spec.shape === 'exponential' ? ' exponentially' : ''
    return `Sawtooth: ${formatRate(spec.maxLr)} down to ${formatRate(spec.minLr)}${how} in ${all}`
  },
  defaults: (peak, steps) => ({
    kind: 'sawtooth',
    maxLr: peak,
    minLr: peak / 10,
    cycleSteps: Math.max(1, Math.ceil(steps / 4)),
    cycleMult: 1,
    shape: 'linear',
  }),
  warnings: (spec, steps) =>
    cutShort(cycles(spec.cycleSteps, spec.cycleMult), steps, 'cycleSteps', sawtooth(spec, steps).lr),
}
