import * as v from 'valibot'
import { count, rate } from '../spec/fields'
import { formatRate } from '../format'
import type { Family } from './family'
import { decayFactor } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const StepSpec = v.strictObject({
  kind: v.literal('step'),
  lr: rate(),
  everySteps: count(),
  gamma: v.optional(decayFactor(), 0.1),
  ...warmup,
})
export type StepSpec = v.InferOutput<typeof StepSpec>

/** Step decay: lr · γ^⌊t / everySteps⌋, as PyTorch's StepLR has it when stepped at each update. */
export function step(spec: StepSpec, steps: number): Schedule {
  const lr = (t: number) => spec.lr * spec.gamma ** Math.floor(t / spec.everySteps)
  function* stairs() {
    for (let at = 0; ; at += spec.everySteps) yield { at, label: formatRate(lr(at)) }
  }
  return { lr, momentum: null, phases: phasesFrom(stairs(), steps) }
}

export const stepFamily: Family<StepSpec> = {
  kind: 'step',
  label: 'Step',
  schema: StepSpec,
  create: step,
  describe: (spec, steps) =>
    `Step: ${formatRate(spec.lr)}, times ${spec.gamma} every ${spec.everySteps} updates, ${formatRate(step(spec, steps).lr(steps - 1))} at ${steps}`,
  defaults: (peak, steps) => ({ kind: 'step', lr: peak, everySteps: Math.max(1, Math.ceil(steps / 3)), gamma: 0.1 }),
  warnings: (spec, steps) =>
    spec.everySteps < steps
      ? []
      : [
          {
            field: 'everySteps',
            message: `The rate never falls: its first fall is at update ${spec.everySteps}, the last update is ${steps - 1}`,
          },
        ],
}
