import type { BatchNormOptions, BatchNormSaved, RunningStatistics, Tensor } from '../ops'
import { binary, channelSums, withChannels } from './elementwise'
import { type Memory, sizeOf } from './memory'

/** Forward pass as the gradient needs it: inputs less their mean, and 1 / standard deviation of each channel. */
interface Saved extends BatchNormSaved {
  centered: Tensor
  inverse: Float64Array
}

export function batchNormTraining(
  memory: Memory,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  running: RunningStatistics,
  { epsilon, momentum }: BatchNormOptions,
): { y: Tensor; saved: Saved; running: RunningStatistics } {
  const channels = scale.shape[0]!
  const positions = sizeOf(x.shape) / channels
  const mean = channelSums(memory, x).map((sum) => sum / positions)
  const centered = withChannels(memory, 'Sub', x, mean)
  const squares = memory.run('Square', { x: centered })
  const variance = channelSums(memory, squares).map((sum) => sum / positions)
  memory.dispose(squares)
  const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon))
  const y = scaleAndShift(memory, centered, scale, shift, inverse)
  // One value a channel has no unbiased variance; PyTorch refuses such a batch, here it counts as it is.
  const unbiased = positions > 1 ? positions / (positions - 1) : 1
  const blend = (old: Tensor, now: Float64Array, factor: number) => {
    const values = memory.view(old).map((value, c) => value + momentum * (now[c]! * factor - value))
    return memory.upload(values, [channels])
  }
  return {
    y,
    saved: { input: x, centered, inverse },
    running: { mean: blend(running.mean, mean, 1), variance: blend(running.variance, variance, unbiased) },
  }
}

/** x · scale · inverse + shift, channel by channel. */
function scaleAndShift(memory: Memory, x: Tensor, scale: Tensor, shift: Tensor, inverse: Float64Array): Tensor {
  const factors = inverse.map((value, c) => value * memory.view(scale)[c]!)
  const scaled = withChannels(memory, 'Multiply', x, factors)
  const y = withChannels(memory, 'Add', scaled, memory.view(shift).slice())
  memory.dispose(scaled)
  return y
}

export function batchNormInference(
  memory: Memory,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  running: RunningStatistics,
  epsilon: number,
): Tensor {
  const inverse = Float64Array.from(memory.view(running.variance), (v) => 1 / Math.sqrt(v + epsilon))
  const centered = withChannels(memory, 'Sub', x, memory.view(running.mean).slice())
  const y = scaleAndShift(memory, centered, scale, shift, inverse)
  memory.dispose(centered)
  return y
}

/**
 * dx = scale · inverse · (dy − mean(dy) − x̂ · mean(dy · x̂)) with x̂ = centered · inverse
 * @see Ioffe & Szegedy, arXiv 1502.03167, section 3
 */
export function batchNormGradient(memory: Memory, dy: Tensor, scale: Tensor, saved: BatchNormSaved) {
  const { centered, inverse } = saved as Saved
  const channels = inverse.length
  const positions = sizeOf(dy.shape) / channels
  const shiftSums = channelSums(memory, dy)
  const products = binary(memory, 'Multiply', dy, centered)
  const scaleSums = channelSums(memory, products).map((sum, c) => sum * inverse[c]!)
  memory.dispose(products)
  const ofGradient = inverse.map((value, c) => value * memory.view(scale)[c]!)
  const ofInput = ofGradient.map((factor, c) => (factor * inverse[c]! * scaleSums[c]!) / positions)
  const constant = ofGradient.map((factor, c) => (factor * shiftSums[c]!) / positions)
  const first = withChannels(memory, 'Multiply', dy, ofGradient)
  const second = withChannels(memory, 'Multiply', centered, ofInput)
  const difference = binary(memory, 'Sub', first, second)
  return {
    dx: withChannels(memory, 'Sub', difference, constant),
    dScale: memory.upload(scaleSums, [channels]),
    dShift: memory.upload(shiftSums, [channels]),
  }
}
