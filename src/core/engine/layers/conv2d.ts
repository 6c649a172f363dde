import { type Padding, windowGeometry } from '../ops/geometry'
import type { Layer, LayerContext } from './layer'

/** Convolution over height and width, square kernel, channels last. */
export function conv2d(
  context: LayerContext,
  spec: { filters: number; kernel: number; stride: number; padding: Padding; bias: boolean },
): Layer {
  const { filters, kernel, stride, padding } = spec
  if (context.shape.length !== 3) context.refuse('an image of height × width × channels')
  const geometry = windowGeometry(context.shape, kernel, stride, padding)
  if (!geometry) context.refuse(`an image of at least ${kernel} × ${kernel}, or padding same`)
  const shape = [kernel, kernel, geometry.channels, filters]
  const fanIn = kernel * kernel * geometry.channels
  const filter = context.weights('filter', shape, fanIn, kernel * kernel * filters)
  const bias = spec.bias ? context.vector('bias', filters, 0) : null
  return {
    kind: 'conv2d',
    shape: [geometry.outHeight, geometry.outWidth, filters],
    parameters: bias ? [filter, bias] : [filter],
    forward({ ops, tape }, x) {
      const convolved = ops.conv2d(x.tensor, filter.tensor, geometry)
      const y = bias ? ops.addBias(convolved, bias.tensor) : convolved
      return tape.record(y, bias ? [x, filter, bias] : [x, filter], (dy) => [
        x.needsGradient ? ops.conv2dInputGradient(dy, filter.tensor, geometry) : null,
        ops.conv2dFilterGradient(dy, x.tensor, geometry),
        bias && ops.biasGradient(dy),
      ])
    },
  }
}
