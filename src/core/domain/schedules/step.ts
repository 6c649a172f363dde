import * as v from 'valibot'
import { count, number, rate } from '../spec/fields'
import { formatRate } from '../format'
import type { Family } from './family'
import type { Phase, Schedule } from './schedule'

export const StepSpec = v.strictObject({
  kind: v.literal('step'),
  lr: rate(),
  everySteps: count(),
  gamma: v.optional(
    number('must be above 0 and at most 1', (x) => x > 0 && x <= 1),
    0.1,
  ),
})
export type StepSpec = v.InferOutput<typeof StepSpec>

/**
 * Step decay: lr · γ^⌊t / everySteps⌋, as PyTorch's StepLR has it when stepped at each update.
 *
 * @param steps number of updates in the run; only the phases depend on it
 */
export function step(spec: StepSpec, steps: number): Schedule {
  const lr = (t: number) => spec.lr * spec.gamma ** Math.floor(Math.min(Math.max(t, 0), steps - 1) / spec.everySteps)
  const phases: Phase[] = []
  for (let from = 0; from < steps && phases.length < 100; from += spec.everySteps) {
    phases.push({ label: formatRate(lr(from)), from, to: Math.min(from + spec.everySteps, steps) - 1 })
  }
  return { lr, momentum: null, phases }
}

export const stepFamily: Family<StepSpec> = {
  kind: 'step',
  label: 'Step',
  schema: StepSpec,
  create: step,
  describe: (spec, steps) =>
    `Step: ${formatRate(spec.lr)}, times ${spec.gamma} every ${spec.everySteps} updates, ${formatRate(step(spec, steps).lr(steps - 1))} at ${steps}`,
  defaults: (peak, steps) => ({ kind: 'step', lr: peak, everySteps: Math.max(1, Math.ceil(steps / 3)), gamma: 0.1 }),
}
