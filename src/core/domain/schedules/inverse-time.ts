import * as v from 'valibot'
import { flag, positive, rate } from '../spec/fields'
import { formatRate } from '../format'
import type { Family } from './family'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const InverseTimeSpec = v.strictObject({
  kind: v.literal('inverse-time'),
  lr: rate(),
  rate: positive(),
  decaySteps: positive(),
  staircase: v.optional(flag(), false),
  ...warmup,
})
export type InverseTimeSpec = v.InferOutput<typeof InverseTimeSpec>

/** Inverse time decay as in Keras: lr / (1 + rate · t / decaySteps), of whole t / decaySteps only in stairs. */
export function inverseTime(spec: InverseTimeSpec, steps: number): Schedule {
  const passed = (t: number) => (spec.staircase ? Math.floor(t / spec.decaySteps) : t / spec.decaySteps)
  const lr = (t: number) => spec.lr / (1 + spec.rate * passed(t))
  if (!spec.staircase) return { lr, momentum: null, phases: [{ label: 'decay', from: 0, to: steps - 1 }] }
  function* stairs() {
    for (let stair = 0; ; stair++)
      yield { at: stair * spec.decaySteps, label: formatRate(spec.lr / (1 + spec.rate * stair)) }
  }
  return { lr, momentum: null, phases: phasesFrom(stairs(), steps) }
}

export const inverseTimeFamily: Family<InverseTimeSpec> = {
  kind: 'inverse-time',
  label: 'Inverse time',
  schema: InverseTimeSpec,
  create: inverseTime,
  describe: (spec, steps) =>
    `Inverse time: ${formatRate(spec.lr)} divided by 1 + ${spec.rate} · t / ${spec.decaySteps}${spec.staircase ? ' in stairs' : ''}, ${formatRate(inverseTime(spec, steps).lr(steps - 1))} at ${steps}`,
  // A tenth of it is left at the end.
  defaults: (peak, steps) => ({ kind: 'inverse-time', lr: peak, rate: 9, decaySteps: steps, staircase: false }),
}
