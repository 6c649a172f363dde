import type { Ops } from '../ops/ops'
import type { Parameter } from '../tape'
import type { Optimizer, SpecOf } from './optimizer'
import { createSlots, decayOf } from './slots'

/**
 * SGD with momentum, plain or Nesterov, exactly as PyTorch's: weight decay enters the gradient, and the rate is outside
 * of the velocity, so that a change of rate acts at once.
 */
export function createSgd(ops: Ops, spec: SpecOf<'sgd'>, parameters: readonly Parameter[]): Optimizer {
  const slots = createSlots(ops, parameters, ['velocity'])
  return {
    ...slots,
    update(gradients, rates) {
      parameters.forEach((parameter, i) => {
        const options = { ...rates, nesterov: spec.nesterov, weightDecay: decayOf(spec, parameter) }
        ops.sgdUpdate(parameter, gradients[i]!, slots.of[i]!.velocity, options)
      })
    },
  }
}
