import * as v from 'valibot'
import { choice, count, rate } from '../spec/fields'
import { formatRate } from '../format'
import type { Family } from './family'
import { ascending, decayFactor } from './fields'
import { passed } from './passed'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const MultiStepSpec = v.strictObject({
  kind: v.literal('multi-step'),
  lr: rate(),
  milestones: v.pipe(
    v.array(count()),
    v.minLength(1, 'must have at least one milestone'),
    v.maxLength(1000, 'must have at most 1000 milestones'),
    ascending((milestone) => milestone, 'milestone'),
  ),
  gamma: v.optional(decayFactor(), 0.1),
  convention: v.optional(choice(['pytorch', 'keras']), 'pytorch'),
  ...warmup,
})
export type MultiStepSpec = v.InferOutput<typeof MultiStepSpec>

/**
 * Falls by γ at each milestone. `pytorch`: update m is the first with the lower rate (MultiStepLR); `keras`: update m is
 * the last with the higher one (PiecewiseConstantDecay), so it falls one update later.
 */
export function multiStep(spec: MultiStepSpec, steps: number): Schedule {
  const late = spec.convention === 'keras' ? 1 : 0
  const falls = spec.milestones.map((milestone) => milestone + late)
  const lr = (t: number) => spec.lr * spec.gamma ** passed(falls.length, (i) => falls[i]!, t)
  const starts = [0, ...falls].map((at) => ({ at, label: formatRate(lr(at)) }))
  return { lr, momentum: null, phases: phasesFrom(starts, steps) }
}

const listed = (milestones: readonly number[]): string =>
  milestones.length > 5
    ? `${milestones.slice(0, 4).join(', ')} … ${milestones.at(-1)!} (${milestones.length} milestones)`
    : milestones.join(', ')

export const multiStepFamily: Family<MultiStepSpec> = {
  kind: 'multi-step',
  label: 'Multi-step',
  schema: MultiStepSpec,
  create: multiStep,
  describe: (spec, steps) =>
    `Multi-step: ${formatRate(spec.lr)}, times ${spec.gamma} ${spec.convention === 'keras' ? 'after' : 'at'} ${listed(spec.milestones)}, ${formatRate(multiStep(spec, steps).lr(steps - 1))} at ${steps}`,
  defaults: (peak, steps) => {
    const milestones = [0.5, 0.75].map((share) => Math.max(1, Math.round(share * steps)))
    return { kind: 'multi-step', lr: peak, milestones: [...new Set(milestones)], gamma: 0.1, convention: 'pytorch' }
  },
  warnings: ({ milestones, convention }, steps) => {
    const last = convention === 'keras' ? steps - 2 : steps - 1
    const beyond = milestones.filter((milestone) => milestone > last)
    if (beyond.length === 0) return []
    const which =
      beyond.length === 1 ? `Milestone ${beyond[0]} comes` : `${beyond.length} milestones (from ${beyond[0]}) come`
    return [{ field: 'milestones', message: `${which} after the end: the last update is ${steps - 1}` }]
  },
}
