import { type Padding, windowGeometry } from '../ops/geometry'
import type { Layer, LayerContext } from './layer'

const IMAGE = 'an image of height × width × channels'

/** Largest value of each window. */
export function maxPool(context: LayerContext, size: number, stride: number, padding: Padding): Layer {
  if (context.shape.length !== 3) context.refuse(IMAGE)
  const geometry = windowGeometry(context.shape, size, stride, padding)
  if (!geometry) context.refuse(`an image of at least ${size} × ${size}, or padding same`)
  return {
    kind: 'max-pool',
    shape: [geometry.outHeight, geometry.outWidth, geometry.channels],
    parameters: [],
    forward({ ops, tape }, x) {
      const y = ops.maxPool(x.tensor, geometry)
      return tape.record(y, [x], (dy) => [ops.maxPoolGradient(dy, x.tensor, y, geometry)])
    },
  }
}

/** Mean over height and width: an image to a vector of its channels. */
export function globalAveragePool(context: LayerContext): Layer {
  if (context.shape.length !== 3) context.refuse(IMAGE)
  return {
    kind: 'global-average-pool',
    shape: [context.shape[2]!],
    parameters: [],
    forward: ({ ops, tape }, x) =>
      tape.record(ops.globalAveragePool(x.tensor), [x], (dy) => [ops.globalAveragePoolGradient(dy, x.tensor.shape)]),
  }
}
