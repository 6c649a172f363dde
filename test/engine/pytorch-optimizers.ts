import type { OptimizerSpec } from '../../src/core/domain/spec/optimizers'

export interface Rates {
  lr: number
  momentum: number
}

/**
 * torch.optim's SGD, Adam, AdamW and RMSprop by their documented algorithms, in float64, plain and slow.
 * @returns the weights after all updates
 */
export function pytorchUpdates(
  spec: OptimizerSpec,
  start: Float32Array,
  gradients: readonly Float32Array[],
  rates: readonly Rates[],
  decay = spec.weightDecay,
): Float64Array {
  const theta = Float64Array.from(start)
  const first = new Float64Array(start.length)
  const second = new Float64Array(start.length)
  gradients.forEach((gradient, t) => {
    const { lr, momentum } = rates[t]!
    theta.forEach((before, i) => {
      const weight = spec.kind === 'adamw' ? before - lr * decay * before : before
      const g = gradient[i]! + (spec.kind === 'adamw' ? 0 : decay * before)
      theta[i] = weight - lr * step(g, i, t + 1, momentum)
    })
  })
  return theta

  function step(g: number, i: number, t: number, momentum: number): number {
    if (spec.kind === 'sgd') {
      first[i] = momentum * first[i]! + g
      return spec.nesterov ? g + momentum * first[i] : first[i]
    }
    if (spec.kind === 'rmsprop') {
      second[i] = spec.alpha * second[i]! + (1 - spec.alpha) * g * g
      first[i] = momentum * first[i]! + g / (Math.sqrt(second[i]) + spec.epsilon)
      return first[i]
    }
    first[i] = momentum * first[i]! + (1 - momentum) * g
    second[i] = spec.beta2 * second[i]! + (1 - spec.beta2) * g * g
    const mean = first[i] / (1 - momentum ** t)
    return mean / (Math.sqrt(second[i] / (1 - spec.beta2 ** t)) + spec.epsilon)
  }
}
