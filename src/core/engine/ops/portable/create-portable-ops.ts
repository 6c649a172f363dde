import type { Ops, Tensor } from '../ops'
import { eluGradient, gelu, geluGradient, leakyReluGradient, sigmoidGradient } from './activations'
import { batchNormGradient, batchNormInference, batchNormTraining } from './batch-norm'
import { concat, split } from './channels'
import { convolution, convolutionFilterGradient, convolutionInputGradient } from './convolution'
import { depthwiseConvolution, depthwiseFilterGradient, depthwiseInputGradient } from './depthwise'
import { dropoutMask } from './dropout'
import { binary, channelSums, product, transpose, withChannels } from './elementwise'
import { layerNorm, layerNormGradient } from './layer-norm'
import { crossEntropy, type HostLabels, meanSquaredError, squaredError } from './losses'
import { type KernelHost, Memory } from './memory'
import {
  averagePool,
  averagePoolGradient,
  globalAveragePool,
  globalAveragePoolGradient,
  maxPool,
  maxPoolGradient,
} from './pooling'
import { adamUpdate, clip, copy, rmspropUpdate, sgdUpdate, sumOfSquaredDifferences, sumOfSquares } from './update'

/**
 * The operations on the kernels of a TensorFlow.js backend, plus loops over its memory where it has none or wrong ones.
 * Never tfjs's own gradients: max pool's is wrong on wasm, several are slow.
 */
export function createPortableOps(host: KernelHost): Ops {
  const memory = new Memory(host)
  const run = (name: string) => (x: Tensor) => memory.run(name, { x })
  const flip = (x: Tensor, really: boolean | undefined) => (really ? transpose(memory, x, [1, 0]) : x)
  return {
    upload: (values, shape) => memory.upload(values, shape),
    uploadLabels: (values) => ({ count: values.length, values: values.slice() }) as HostLabels,
    download: (tensor) => memory.view(tensor).slice(),
    dispose: (tensor) => memory.dispose(tensor),
    scope: (work) => memory.scope(work),
    keep: (tensor) => memory.keep(tensor),
    tensorCount: () => memory.count(),

    reshape: (x, shape) => memory.reshape(x, shape),
    add: (a, b) => binary(memory, 'Add', a, b),
    multiply: (a, b) => binary(memory, 'Multiply', a, b),
    concat: (tensors) => concat(memory, tensors),
    split: (x, sizes) => split(memory, x, sizes),
    matMul: (a, b, by = {}) => product(memory, flip(a, by.a), flip(b, by.b)),
    addBias: (x, bias) => withChannels(memory, 'Add', x, memory.view(bias).slice()),
    biasGradient: (dy) => memory.upload(channelSums(memory, dy), [dy.shape.at(-1)!]),

    relu: run('Relu'),
    reluGradient: (dy, y) => binary(memory, 'Multiply', dy, memory.run('Step', { x: y }, { alpha: 0 })),
    leakyRelu: (x, slope) => memory.run('LeakyRelu', { x }, { alpha: slope }),
    leakyReluGradient: (dy, x, slope) => leakyReluGradient(memory, dy, x, slope),
    elu: run('Elu'),
    eluGradient: (dy, y) => eluGradient(memory, dy, y),
    gelu: (x) => gelu(memory, x),
    geluGradient: (dy, x) => geluGradient(memory, dy, x),
    sigmoid: run('Sigmoid'),
    sigmoidGradient: (dy, y) => sigmoidGradient(memory, dy, y),
    tanh: run('Tanh'),
    tanhGradient: (dy, y) => binary(memory, 'Sub', dy, binary(memory, 'Multiply', dy, memory.run('Square', { x: y }))),

    conv2d: (x, filter, g) => convolution(memory, x, filter, g),
    conv2dInputGradient: (dy, filter, g) => convolutionInputGradient(memory, dy, filter, g),
    conv2dFilterGradient: (dy, x, g) => convolutionFilterGradient(memory, dy, x, g),
    depthwiseConv2d: (x, filter, g) => depthwiseConvolution(memory, x, filter, g),
    depthwiseConv2dInputGradient: (dy, filter, g) => depthwiseInputGradient(memory, dy, filter, g),
    depthwiseConv2dFilterGradient: (dy, x, g) => depthwiseFilterGradient(memory, dy, x, g),

    batchNormTraining: (x, scale, shift, running, options) =>
      batchNormTraining(memory, x, scale, shift, running, options),
    batchNormInference: (x, scale, shift, running, epsilon) =>
      batchNormInference(memory, x, scale, shift, running, epsilon),
    batchNormGradient: (dy, scale, saved) => batchNormGradient(memory, dy, scale, saved),

    layerNorm: (x, scale, shift, epsilon) => layerNorm(memory, x, scale, shift, epsilon),
    layerNormGradient: (dy, scale, saved) => layerNormGradient(memory, dy, scale, saved),

    dropoutMask: (shape, rate, seed) => dropoutMask(memory, shape, rate, seed),

    maxPool: (x, g) => maxPool(memory, x, g),
    maxPoolGradient: (dy, x, y, g) => maxPoolGradient(memory, dy, x, y, g),
    averagePool: (x, g) => averagePool(memory, x, g),
    averagePoolGradient: (dy, g) => averagePoolGradient(memory, dy, g),
    globalAveragePool: (x) => globalAveragePool(memory, x),
    globalAveragePoolGradient: (dy, shape) => globalAveragePoolGradient(memory, dy, shape),

    crossEntropy: (outputs, labels, withGradient, smoothing = 0) =>
      crossEntropy(memory, outputs, labels, withGradient, smoothing),
    meanSquaredError: (outputs, labels, withGradient) => meanSquaredError(memory, outputs, labels, withGradient),
    squaredError: (outputs, targets, withGradient) => squaredError(memory, outputs, targets, withGradient),

    sumOfSquares: (tensors) => sumOfSquares(memory, tensors),
    sumOfSquaredDifferences: (a, b) => sumOfSquaredDifferences(memory, a, b),
    clip: (x, limit) => clip(memory, x, limit),
    snapshot: (x) => copy(memory, x),
    sgdUpdate: (...of) => sgdUpdate(memory, ...of),
    adamUpdate: (...of) => adamUpdate(memory, ...of),
    rmspropUpdate: (...of) => rmspropUpdate(memory, ...of),
  }
}
