import * as v from 'valibot'
import { flag, positive, rate } from '../spec/fields'
import { formatRate } from '../format'
import type { Family } from './family'
import { decayFactor } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

/** Fields of an exponential decay: gamma for each update, or rate for every decaySteps updates. */
export const ExponentialSpec = v.pipe(
  v.strictObject({
    kind: v.literal('exponential'),
    lr: rate(),
    gamma: v.optional(decayFactor()),
    rate: v.optional(decayFactor()),
    decaySteps: v.optional(positive()),
    staircase: v.optional(flag(), false),
    ...warmup,
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const spec = dataset.value
    const wrong = misfit(spec)
    if (!wrong) return
    const [key, message] = wrong
    addIssue({
      message,
      input: spec[key],
      path: [{ type: 'object', origin: 'value', input: spec, key, value: spec[key] }],
    })
  }),
)
export type ExponentialSpec = v.InferOutput<typeof ExponentialSpec>

/** Which field contradicts the others, and what of it is allowed. */
function misfit({
  gamma,
  rate,
  decaySteps,
  staircase,
}: {
  gamma?: number
  rate?: number
  decaySteps?: number
  staircase: boolean
}): ['gamma' | 'rate' | 'decaySteps' | 'staircase', string] | null {
  if (gamma === undefined && rate === undefined && decaySteps === undefined)
    return ['gamma', 'must be given, or rate and decaySteps in its place']
  if (gamma !== undefined && rate !== undefined) return ['rate', 'must be left out where gamma is given']
  if (gamma !== undefined && decaySteps !== undefined) return ['decaySteps', 'must be left out where gamma is given']
  if (gamma !== undefined && staircase) return ['staircase', 'must be false where gamma is given']
  if (rate !== undefined && decaySteps === undefined) return ['decaySteps', 'must be given with rate']
  if (decaySteps !== undefined && rate === undefined && gamma === undefined)
    return ['rate', 'must be given with decaySteps']
  return null
}

/**
 * Exponential decay: lr · γ^t as PyTorch's ExponentialLR, or lr · rate^(t / decaySteps) as Keras's ExponentialDecay,
 * there with whole exponents only where `staircase` is set.
 */
export function exponential(spec: ExponentialSpec, steps: number): Schedule {
  const factor = spec.gamma ?? spec.rate!
  const every = spec.decaySteps ?? 1
  const exponent = (t: number) => (spec.staircase ? Math.floor(t / every) : t / every)
  const lr = (t: number) => spec.lr * factor ** exponent(t)
  if (!spec.staircase) return { lr, momentum: null, phases: [{ label: 'decay', from: 0, to: steps - 1 }] }
  function* stairs() {
    for (let stair = 0; ; stair++) yield { at: stair * every, label: formatRate(spec.lr * factor ** stair) }
  }
  return { lr, momentum: null, phases: phasesFrom(stairs(), steps) }
}

export const exponentialFamily: Family<ExponentialSpec> = {
  kind: 'exponential',
  label: 'Exponential',
  schema: ExponentialSpec,
  create: exponential,
  describe: (spec, steps) => {
    const how =
      spec.gamma === undefined
        ? `times ${spec.rate} every ${spec.decaySteps} updates${spec.staircase ? ' in stairs' : ''}`
        : `times ${spec.gamma} every update`
    return `Exponential: ${formatRate(spec.lr)}, ${how}, ${formatRate(exponential(spec, steps).lr(steps - 1))} at ${steps}`
  },
  // A hundredth of it is left at the end.
  defaults: (peak, steps) => ({
    kind: 'exponential',
    lr: peak,
    rate: 0.1,
    decaySteps: Math.max(1, Math.round(steps / 2)),
    staircase: false,
  }),
}
