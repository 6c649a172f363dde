import * as v from 'valibot'
import { choice, count, rate, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import { annealCosine } from './anneal'
import type { Family } from './family'
import { notAbove } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

/** Fields of a cosine decay; its length is the run's unless `steps` is given. */
export const CosineSpec = v.pipe(
  v.strictObject({
    kind: v.literal('cosine'),
    lr: rate(),
    minLr: v.optional(rateOrZero(), 0),
    steps: v.optional(count()),
    afterEnd: v.optional(choice(['clamp', 'rise']), 'clamp'),
    ...warmup,
  }),
  notAbove('minLr', 'lr'),
)
export type CosineSpec = v.InferOutput<typeof CosineSpec>

/**
 * Half a cosine from lr at update 0 to minLr at update T = `steps`, which a run of T updates ends one short of. After T
 * the rate stays (`clamp`, as Keras's CosineDecay) or goes up again by the same curve (`rise`, as PyTorch's
 * CosineAnnealingLR).
 */
export function cosine(spec: CosineSpec, steps: number): Schedule {
  const length = spec.steps ?? steps
  const rises = spec.afterEnd === 'rise'
  const lr = (t: number) => annealCosine(spec.lr, spec.minLr, (rises ? t : Math.min(t, length)) / length)
  function* starts() {
    yield { at: 0, label: 'anneal' }
    if (!rises) yield { at: length, label: 'least rate' }
    else for (let i = 1; ; i++) yield { at: i * length, label: i % 2 ? 'rise' : 'anneal' }
  }
  return { lr, momentum: null, phases: phasesFrom(starts(), steps) }
}

export const cosineFamily: Family<CosineSpec> = {
  kind: 'cosine',
  label: 'Cosine',
  schema: CosineSpec,
  create: cosine,
  describe: (spec, steps) => {
    const length = spec.steps ?? steps
    const after = length >= steps ? '' : spec.afterEnd === 'rise' ? ', then up again and down' : ', then level'
    return `Cosine: ${formatRate(spec.lr)} down to ${formatRate(spec.minLr)} over ${length} updates${after}`
  },
  defaults: (peak) => ({ kind: 'cosine', lr: peak, minLr: 0, afterEnd: 'clamp' }),
  warnings: (spec, steps) =>
    spec.afterEnd === 'rise' && spec.steps !== undefined && spec.steps < steps - 1
      ? [
          {
            field: 'afterEnd',
            message: `The rate rises again after update ${spec.steps}: it ends at ${formatRate(cosine(spec, steps).lr(steps - 1))}`,
          },
        ]
      : [],
}
