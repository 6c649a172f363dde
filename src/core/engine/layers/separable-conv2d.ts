import type { LayerSpec } from '../../domain/spec/layers'
import { conv2d } from './conv2d'
import { depthwiseConv2d } from './depthwise-conv2d'
import type { Layer, LayerContext } from './layer'

/**
 * A filter for each channel, then a mix of the channels at each position; the bias comes at the end.
 * @see Chollet, arXiv 1610.02357
 */
export function separableConv2d(context: LayerContext, spec: Extract<LayerSpec, { kind: 'separable-conv2d' }>): Layer {
  const { filters, kernel, stride, padding, bias, initializer } = spec
  const named = (prefix: string, shape: readonly number[]): LayerContext => ({
    ...context,
    shape,
    shapes: [shape],
    weights: (_name, ...rest) => context.weights(`${prefix}-filter`, ...rest),
  })
  const depthwise = depthwiseConv2d(named('depthwise', context.shape), {
    kind: 'depthwise-conv2d',
    multiplier: 1,
    kernel,
    stride,
    padding,
    bias: false,
    // Only the mix of channels follows it, no activation: its outputs keep the size of its inputs.
    initializer: initializer ?? 'lecun-normal',
  })
  const pointwise = conv2d(named('pointwise', depthwise.shape), {
    kind: 'conv2d',
    filters,
    kernel: 1,
    stride: 1,
    padding: 'same',
    bias,
    initializer,
  })
  return {
    kind: 'separable-conv2d',
    shape: pointwise.shape,
    parameters: [...depthwise.parameters, ...pointwise.parameters],
    forward: (pass, x) => pointwise.forward(pass, depthwise.forward(pass, x)),
  }
}
