import type { Layer, LayerContext } from './layer'

/** PyTorch's default. */
const EPSILON = 1e-5

/**
 * Normalises the channels (last axis) of each position on their own, then scales and shifts each channel; the same in
 * training and evaluation. @see Ba et al., arXiv 1607.06450
 */
export function layerNorm(context: LayerContext): Layer {
  const channels = context.shape.at(-1)!
  const scale = context.vector('scale', channels, 1)
  const shift = context.vector('shift', channels, 0)
  return {
    kind: 'layer-norm',
    shape: context.shape,
    parameters: [scale, shift],
    forward({ ops, tape }, x) {
      const { y, saved } = ops.layerNorm(x.tensor, scale.tensor, shift.tensor, EPSILON)
      return tape.record(y, [x, scale, shift], (dy) => {
        const { dx, dScale, dShift } = ops.layerNormGradient(dy, scale.tensor, saved)
        return [dx, dScale, dShift]
      })
    },
  }
}
