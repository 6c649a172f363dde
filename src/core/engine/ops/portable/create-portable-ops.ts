import type { Ops, Tensor } from '../ops'
import { batchNormGradient, batchNormInference, batchNormTraining } from './batch-norm'
import { convolution, convolutionFilterGradient, convolutionInputGradient } from './convolution'
import { binary, channelSums, product, transpose, withChannels } from './elementwise'
import { crossEntropy, type HostLabels, meanSquaredError } from './losses'
import { type KernelHost, Memory } from './memory'
import { globalAveragePool, globalAveragePoolGradient, maxPool, maxPoolGradient } from './pooling'
import { sgdUpdate, sumOfSquaredDifferences, sumOfSquares } from './update'

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
    matMul: (a, b, by = {}) => product(memory, flip(a, by.a), flip(b, by.b)),
    addBias: (x, bias) => withChannels(memory, 'Add', x, memory.view(bias).slice()),
    biasGradient: (dy) => memory.upload(channelSums(memory, dy), [dy.shape.at(-1)!]),

    relu: run('Relu'),
    reluGradient: (dy, y) => binary(memory, 'Multiply', dy, memory.run('Step', { x: y }, { alpha: 0 })),
    tanh: run('Tanh'),
    tanhGradient: (dy, y) => binary(memory, 'Sub', dy, binary(memory, 'Multiply', dy, memory.run('Square', { x: y }))),

    conv2d: (x, filter, g) => convolution(memory, x, filter, g),
    conv2dInputGradient: (dy, filter, g) => convolutionInputGradient(memory, dy, filter, g),
    conv2dFilterGradient: (dy, x, g) => convolutionFilterGradient(memory, dy, x, g),

    batchNormTraining: (x, scale, shift, running, options) =>
      batchNormTraining(memory, x, scale, shift, running, options),
    batchNormInference: (x, scale, shift, running, epsilon) =>
      batchNormInference(memory, x, scale, shift, running, epsilon),
    batchNormGradient: (dy, scale, saved) => batchNormGradient(memory, dy, scale, saved),

    maxPool: (x, g) => maxPool(memory, x, g),
    maxPoolGradient: (dy, x, y, g) => maxPoolGradient(memory, dy, x, y, g),
    globalAveragePool: (x) => globalAveragePool(memory, x),
    globalAveragePoolGradient: (dy, shape) => globalAveragePoolGradient(memory, dy, shape),

    crossEntropy: (outputs, labels, withGradient) => crossEntropy(memory, outputs, labels, withGradient),
    meanSquaredError: (outputs, labels, withGradient) => meanSquaredError(memory, outputs, labels, withGradient),

    sumOfSquares: (tensors) => sumOfSquares(memory, tensors),
    sumOfSquaredDifferences: (a, b) => sumOfSquaredDifferences(memory, a, b),
    sgdUpdate: (weight, gradient, velocity, options) => sgdUpdate(memory, weight, gradient, velocity, options),
  }
}
