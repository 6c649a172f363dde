import type { RunSpec } from '../../domain/spec/run-spec'
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
    return ops.upload(new Float32Array(size), tensor.shape)
  }
  let velocities = parameters.map(zeros)
  return {
    momentum: spec.momentum,
    update(gradients, { lr, momentum, gradientScale }) {
      const replaced: Tensor[] = []
      velocities = parameters.map((parameter, i) => {
        const velocity = velocities[i]!
        const weightDecay = parameter.decays ? spec.weightDecay : 0
        const options = { lr, momentum, nesterov: spec.nesterov, weightDecay, gradientScale }
        const next = ops.sgdUpdate(parameter.tensor, gradients[i]!, velocity, options)
        ops.dispose(velocity)
        replaced.push(parameter.tensor)
        parameter.tensor = ops.keep(next.weight)
        return ops.keep(next.velocity)
      })
      return replaced
    },
    dispose: () => velocities.forEach((velocity) => ops.dispose(velocity)),
  }
}
