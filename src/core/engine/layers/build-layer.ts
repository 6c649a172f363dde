import type { LayerSpec } from '../../domain/spec/layers'
import { elu, gelu, leakyRelu, relu, sigmoid, tanh } from './activations'
import { batchNorm } from './batch-norm'
import { conv2d } from './conv2d'
import { dense } from './dense'
import { depthwiseConv2d } from './depthwise-conv2d'
import { dropout } from './dropout'
import type { Layer, LayerContext } from './layer'
import { layerNorm } from './layer-norm'
import { add, concat } from './merge'
import { averagePool, globalAveragePool, maxPool } from './pooling'
import { separableConv2d } from './separable-conv2d'
import { flatten, reshape } from './shapes'

/** Builds a layer of any kind. @throws AppError `spec.invalid` where it does not fit the shapes that reach it */
export function buildLayer(context: LayerContext, spec: LayerSpec): Layer {
  switch (spec.kind) {
    case 'dense':
      return dense(context, spec)
    case 'conv2d':
      return conv2d(context, spec)
    case 'depthwise-conv2d':
      return depthwiseConv2d(context, spec)
    case 'separable-conv2d':
      return separableConv2d(context, spec)
    case 'batch-norm':
      return batchNorm(context)
    case 'layer-norm':
      return layerNorm(context)
    case 'relu':
      return relu(context)
    case 'leaky-relu':
      return leakyRelu(context, spec.slope)
    case 'elu':
      return elu(context)
    case 'gelu':
      return gelu(context)
    case 'sigmoid':
      return sigmoid(context)
    case 'tanh':
      return tanh(context)
    case 'max-pool':
      return maxPool(context, spec)
    case 'average-pool':
      return averagePool(context, spec)
    case 'global-average-pool':
      return globalAveragePool(context)
    case 'dropout':
      return dropout(context, spec.rate)
    case 'flatten':
      return flatten(context)
    case 'reshape':
      return reshape(context, spec.shape)
    case 'add':
      return add(context)
    case 'concat':
      return concat(context)
  }
}
