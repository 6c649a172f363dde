import type { LayerSpec } from '../../domain/spec/layers'
import type { Layer, LayerContext } from './layer'
import { IMAGE, windowOver } from './window'

type PoolSpec = Pick<Extract<LayerSpec, { kind: 'max-pool' }>, 'size' | 'stride' | 'padding'>

/** Windows lie side by side where no stride is given. */
const poolOver = (context: LayerContext, { size, stride, padding }: PoolSpec) => {
  const geometry = windowOver(context, size, stride ?? size, padding)
  return { geometry, shape: [geometry.outHeight, geometry.outWidth, geometry.channels] }
}

/** Largest value of each window. */
export function maxPool(context: LayerContext, spec: PoolSpec): Layer {
  const { geometry, shape } = poolOver(context, spec)
  return {
    kind: 'max-pool',
    shape,
    parameters: [],
    forward({ ops, tape }, x) {
      const y = ops.maxPool(x.tensor, geometry)
      return tape.record(y, [x], (dy) => [ops.maxPoolGradient(dy, x.tensor, y, geometry)])
    },
  }
}

/** Mean of each window, over the cells that lie inside of the image. */
export function averagePool(context: LayerContext, spec: PoolSpec): Layer {
  const { geometry, shape } = poolOver(context, spec)
  return {
    kind: 'average-pool',
    shape,
    parameters: [],
    forward: ({ ops, tape }, x) =>
      tape.record(ops.averagePool(x.tensor, geometry), [x], (dy) => [ops.averagePoolGradient(dy, geometry)]),
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
