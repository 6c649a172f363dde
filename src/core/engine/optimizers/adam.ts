import type { StateEntry } from '../checkpoints/state'
import type { Ops } from '../ops/ops'
import type { Parameter } from '../tape'
import type { Optimizer, SpecOf } from './optimizer'
import { createSlots, decayOf } from './slots'

/**
 * Adam (weight decay coupled: it enters the gradient) and AdamW (decoupled), exactly as PyTorch's. A schedule's momentum
 * is β1; both corrections use the β1 of the update at hand, as PyTorch does where OneCycleLR moves it.
 * @see Kingma & Ba, arXiv 1412.6980; Loshchilov & Hutter, arXiv 1711.05101
 */
export function createAdam(ops: Ops, spec: SpecOf<'adam' | 'adamw'>, parameters: readonly Parameter[]): Optimizer {
  const slots = createSlots(ops, parameters, ['first', 'second'])
  let updates = 0
  const { beta2, epsilon } = spec
  const decoupled = spec.kind === 'adamw'
  const counter: StateEntry = {
    name: `${spec.kind}/updates`,
    type: 'float64',
    shape: [1],
    read: () => Float64Array.of(updates),
    write: (values) => void (updates = values[0]!),
  }
  return {
    update(gradients, { lr, momentum, gradientScale }) {
      updates++
      const rule = { lr, beta1: momentum, beta2, epsilon, step: updates, decoupled, gradientScale }
      parameters.forEach((parameter, i) => {
        const { first, second } = slots.of[i]!
        const options = { ...rule, weightDecay: decayOf(spec, parameter) }
        ops.adamUpdate(parameter, gradients[i]!, [first, second], options)
      })
    },
    state: () => [counter, ...slots.state()],
    dispose: slots.dispose,
  }
}
