import type { LayerSpec } from '../../domain/spec/layers'
import type { Layer, LayerContext } from './layer'
import { windowOver } from './window'

/** Each channel has filters of its own, `multiplier` of them; its outputs lie side by side. */
export function depthwiseConv2d(context: LayerContext, spec: Extract<LayerSpec, { kind: 'depthwise-conv2d' }>): Layer {
  const { multiplier, kernel, stride, padding, initializer } = spec
  const geometry = windowOver(context, kernel, stride, padding)
  const { channels } = geometry
  const cells = kernel * kernel
  const filter = context.weights(
    'filter',
    [kernel, kernel, channels, multiplier],
    cells,
    cells * multiplier,
    initializer,
  )
  const bias = spec.bias ? context.vector('bias', channels * multiplier, 0) : null
  return {
    kind: 'depthwise-conv2d',
    shape: [geometry.outHeight, geometry.outWidth, channels * multiplier],
    parameters: bias ? [filter, bias] : [filter],
    forward({ ops, tape }, x) {
      const convolved = ops.depthwiseConv2d(x.tensor, filter.tensor, geometry)
      const y = bias ? ops.addBias(convolved, bias.tensor) : convolved
      return tape.record(y, bias ? [x, filter, bias] : [x, filter], (dy) => [
        x.needsGradient ? ops.depthwiseConv2dInputGradient(dy, filter.tensor, geometry) : null,
        ops.depthwiseConv2dFilterGradient(dy, x.tensor, geometry),
        bias && ops.biasGradient(dy),
      ])
    },
  }
}
