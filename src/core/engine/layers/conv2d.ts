import type { LayerSpec } from '../../domain/spec/layers'
import type { Layer, LayerContext } from './layer'
import { windowOver } from './window'

/** Convolution over height and width, square kernel, channels last. */
export function conv2d(context: LayerContext, spec: Extract<LayerSpec, { kind: 'conv2d' }>): Layer {
  const { filters, kernel, stride, padding, initializer } = spec
  const geometry = windowOver(context, kernel, stride, padding)
  const cells = kernel * kernel
  const shape = [kernel, kernel, geometry.channels, filters]
  const filter = context.weights('filter', shape, cells * geometry.channels, cells * filters, initializer)
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
