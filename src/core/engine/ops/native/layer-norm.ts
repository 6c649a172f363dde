import type { LayerNormSaved, Tensor } from '../ops'
import { reduceOver } from './attributes'
import type { Memory, NativeTensor } from './memory'

/** Forward pass as the gradient needs it: normalised inputs, and 1 / standard deviation of each position. */
interface Saved extends LayerNormSaved {
  normalized: NativeTensor
  inverse: NativeTensor
}

const native = (tensor: Tensor) => tensor as NativeTensor

const MEAN = reduceOver(true)

/** Mean over the channels, kept as an axis of size 1. */
const channelMean = (memory: Memory, x: NativeTensor): NativeTensor =>
  memory.run('Mean', [x.handle, memory.ints([x.shape.length - 1])], MEAN, [...x.shape.slice(0, -1), 1])

/** An operation on two tensors, of which the second may have one value a channel or a position. */
const pair = (memory: Memory, op: string, a: Tensor, b: Tensor): NativeTensor =>
  memory.float(op, [native(a).handle, native(b).handle], a.shape)

export function layerNorm(memory: Memory, x: Tensor, scale: Tensor, shift: Tensor, epsilon: number) {
  const centered = pair(memory, 'Sub', x, channelMean(memory, native(x)))
  const variance = channelMean(memory, memory.float('Square', [centered.handle], x.shape))
  const padded = memory.float('AddV2', [variance.handle, memory.constantScalar(epsilon)], variance.shape)
  const inverse = memory.float('Rsqrt', [padded.handle], variance.shape)
  const normalized = pair(memory, 'Mul', centered, inverse)
  const y: Tensor = pair(memory, 'AddV2', pair(memory, 'Mul', normalized, scale), shift)
  const saved: Saved = { normalized, inverse }
  return { y, saved: saved as LayerNormSaved }
}

/** dx = inverse · (g − mean(g) − x̂ · mean(g · x̂)) with g = scale · dy and x̂ the normalised input, means over channels */
export function layerNormGradient(
  memory: Memory,
  dy: Tensor,
  scale: Tensor,
  saved: LayerNormSaved,
  channelSums: (x: Tensor) => Tensor,
) {
  const { normalized, inverse } = saved as Saved
  const g = pair(memory, 'Mul', dy, scale)
  const along = channelMean(memory, pair(memory, 'Mul', g, normalized))
  const withoutMean = pair(memory, 'Sub', g, channelMean(memory, g))
  const difference = pair(memory, 'Sub', withoutMean, pair(memory, 'Mul', normalized, along))
  return {
    dx: pair(memory, 'Mul', difference, inverse) as Tensor,
    dScale: channelSums(pair(memory, 'Mul', dy, normalized)),
    dShift: channelSums(dy),
  }
}
