import type { RunSpec } from '../../domain/spec/run-spec'
import { tensorState } from '../checkpoints/state'
import type { Ops, Tensor } from '../ops/ops'
import type { Parameter } from '../tape'
import type { Optimizer } from './optimizer'

/**
 * SGD with momentum, plain or Nesterov, exactly as PyTorch's: weight decay enters the gradient and spares biases and
 * normalisation, and the rate is outside of the velocity, so that a change of rate acts at once.
 */
export function createSgd(ops: Ops, spec: RunSpec['optimizer'], parameters: readonly Parameter[]): Optimizer {
  const zeros = ({ tensor }: Parameter) => {
    const size = tensor.shape.reduce((product, n) => product * n, 1)
    return { tensor: ops.upload(new Float32Array(size), tensor.shape) }
  }
  const velocities = parameters.map(zeros)
  return {
    momentum: spec.momentum,
    update(gradients, { lr, momentum, gradientScale }) {
      const replaced: Tensor[] = []
      parameters.forEach((parameter, i) => {
        const velocity = velocities[i]!
        const weightDecay = parameter.decays ? spec.weightDecay : 0
        const options = { lr, momentum, nesterov: spec.nesterov, weightDecay, gradientScale }
        const next = ops.sgdUpdate(parameter.tensor, gradients[i]!, velocity.tensor, options)
        ops.dispose(velocity.tensor)
        replaced.push(parameter.tensor)
        parameter.tensor = ops.keep(next.weight)
        velocity.tensor = ops.keep(next.velocity)
      })
      return replaced
    },
    state: () => velocities.map((velocity, i) => tensorState(ops, `${parameters[i]!.name}/velocity`, velocity)),
    dispose: () => velocities.forEach(({ tensor }) => ops.dispose(tensor)),
  }
}
