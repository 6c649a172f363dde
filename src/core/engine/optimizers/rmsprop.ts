import type { Ops } from '../ops/ops'
import type { Parameter } from '../tape'
import type { Optimizer, SpecOf } from './optimizer'
import { createSlots, decayOf } from './slots'

/** RMSprop, exactly as PyTorch's: ε outside of the root, weight decay coupled, momentum on the divided gradients. */
export function createRmsprop(ops: Ops, spec: SpecOf<'rmsprop'>, parameters: readonly Parameter[]): Optimizer {
  const slots = createSlots(ops, parameters, ['square', 'velocity'])
  const { alpha, epsilon } = spec
  return {
    ...slots,
    update(gradients, rates) {
      parameters.forEach((parameter, i) => {
        const options = { ...rates, alpha, epsilon, weightDecay: decayOf(spec, parameter) }
        ops.rmspropUpdate(parameter, gradients[i]!, slots.of[i]!.square, slots.of[i]!.velocity, options)
      })
    },
  }
}
