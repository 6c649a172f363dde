import { type Attribute, DTYPE, type Handle, type Runtime } from '../../backends/native/runtime'
import type { Labels, Ops, Tensor } from '../ops'
import { BROADCAST, FLOAT, reduceOver, RESHAPE } from './attributes'
import { batchNormGradient, batchNormInference, batchNormTraining } from './batch-norm'
import { concat, split } from './channels'
import { dropoutMask } from './dropout'
import { gelu, geluGradient } from './gelu'
import { layerNorm, layerNormGradient } from './layer-norm'
import { crossEntropy, meanSquaredError, type NativeLabels, squaredError } from './losses'
import { Memory, type NativeTensor } from './memory'
import { adamUpdate, clip, rmspropUpdate, sgdUpdate, sumOfSquaredDifferences, sumOfSquares } from './update'
import { Variable } from './variable'
import * as windows from './windows'

const native = (tensor: Tensor) => tensor as NativeTensor
const handle = (tensor: Tensor): Handle => native(tensor).handle

const REDUCE = reduceOver(false)
const CHANNELS_LAST: Attribute[] = [FLOAT, { type: 'string', name: 'data_format', value: 'NHWC' }]

/** The operations straight on TensorFlow's own, fused where it has them. */
export function createNativeOps(runtime: Runtime): Ops {
  const memory = new Memory(runtime)
  const channelSums = (x: Tensor) => memory.run('BiasAddGrad', [handle(x)], CHANNELS_LAST, [x.shape.at(-1)!])
  const slope = (alpha: number) =>
    memory.list(`LeakyRelu ${alpha}`, () => [FLOAT, { type: 'float', name: 'alpha', value: alpha }])
  const unary = (op: string) => (x: Tensor) => memory.float(op, [handle(x)], x.shape)
  return {
    upload: (values, shape) => memory.upload(values, shape),
    uploadLabels: (values): NativeLabels => {
      const tensor = memory.own(runtime.upload(values, [values.length], DTYPE.int32), [values.length])
      return { count: values.length, tensor, values: values.slice() }
    },
    download: (tensor) => memory.download(native(tensor)),
    dispose: (tensor) => memory.dispose(native(tensor)),
    scope: (work) => memory.scope(work),
    keep: (tensor) => memory.keep(native(tensor)) as unknown as typeof tensor,
    tensorCount: () => memory.count(),

    reshape: (x, shape) => memory.run('Reshape', [handle(x), memory.ints(shape)], RESHAPE, shape),
    add: (a, b) => memory.float('AddV2', [handle(a), handle(b)], a.shape),
    multiply: (a, b) => memory.float('Mul', [handle(a), handle(b)], a.shape),
    concat: (tensors) => concat(memory, tensors),
    split: (x, sizes) => split(memory, x, sizes),
    matMul(a, b, { a: flipA = false, b: flipB = false } = {}) {
      const attributes = memory.list(`MatMul ${flipA} ${flipB}`, () => [
        { type: 'type', name: 'T', value: DTYPE.float32 },
        { type: 'bool', name: 'transpose_a', value: flipA },
        { type: 'bool', name: 'transpose_b', value: flipB },
      ])
      const shape = [a.shape[flipA ? 1 : 0]!, b.shape[flipB ? 0 : 1]!]
      return memory.run('MatMul', [handle(a), handle(b)], attributes, shape)
    },
    addBias: (x, bias) => memory.run('BiasAdd', [handle(x), handle(bias)], CHANNELS_LAST, x.shape),
    biasGradient: channelSums,

    relu: unary('Relu'),
    reluGradient: (dy, y) => memory.float('ReluGrad', [handle(dy), handle(y)], y.shape),
    leakyRelu: (x, alpha) => memory.run('LeakyRelu', [handle(x)], slope(alpha), x.shape),
    leakyReluGradient: (dy, x, alpha) => memory.run('LeakyReluGrad', [handle(dy), handle(x)], slope(alpha), x.shape),
    elu: unary('Elu'),
    eluGradient: (dy, y) => memory.float('EluGrad', [handle(dy), handle(y)], y.shape),
    gelu: (x) => gelu(memory, x),
    geluGradient: (dy, x) => geluGradient(memory, dy, x),
    sigmoid: unary('Sigmoid'),
    sigmoidGradient: (dy, y) => memory.float('SigmoidGrad', [handle(y), handle(dy)], y.shape),
    tanh: unary('Tanh'),
    tanhGradient: (dy, y) => memory.float('TanhGrad', [handle(y), handle(dy)], y.shape),

    conv2d: (...of) => windows.conv2d(memory, ...of),
    conv2dInputGradient: (...of) => windows.conv2dInputGradient(memory, ...of),
    conv2dFilterGradient: (...of) => windows.conv2dFilterGradient(memory, ...of),
    depthwiseConv2d: (...of) => windows.depthwiseConv2d(memory, ...of),
    depthwiseConv2dInputGradient: (...of) => windows.depthwiseConv2dInputGradient(memory, ...of),
    depthwiseConv2dFilterGradient: (...of) => windows.depthwiseConv2dFilterGradient(memory, ...of),

    batchNormTraining: (x, scale, shift, running, options) =>
      batchNormTraining(memory, x, scale, shift, running, options),
    batchNormInference: (x, scale, shift, running, epsilon) =>
      batchNormInference(memory, x, scale, shift, running, epsilon),
    batchNormGradient: (dy, scale, saved) => batchNormGradient(memory, dy, scale, saved),

    layerNorm: (...of) => layerNorm(memory, ...of),
    layerNormGradient: (dy, scale, saved) => layerNormGradient(memory, dy, scale, saved, channelSums),

    dropoutMask: (...of) => dropoutMask(memory, ...of),

    maxPool: (...of) => windows.maxPool(memory, ...of),
    maxPoolGradient: (...of) => windows.maxPoolGradient(memory, ...of),
    averagePool: (...of) => windows.averagePool(memory, ...of),
    averagePoolGradient: (...of) => windows.averagePoolGradient(memory, ...of),
    globalAveragePool: (x) => memory.run('Mean', [handle(x), memory.ints([1, 2])], REDUCE, [x.shape[0]!, x.shape[3]!]),
    globalAveragePoolGradient(dy, shape) {
      const [batch, height, width, channels] = shape as [number, number, number, number]
      const cell = memory.float('Mul', [handle(dy), memory.constantScalar(1 / (height * width))], dy.shape)
      const spread = memory.run('Reshape', [cell.handle, memory.ints([batch, 1, 1, channels])], RESHAPE, [
        batch,
        1,
        1,
        channels,
      ])
      return memory.run('BroadcastTo', [spread.handle, memory.ints(shape)], BROADCAST, shape)
    },

    crossEntropy: (outputs, labels, withGradient, smoothing = 0) =>
      crossEntropy(memory, outputs, labels as NativeLabels & Labels, withGradient, smoothing),
    meanSquaredError: (outputs, labels, withGradient) =>
      meanSquaredError(memory, outputs, labels as NativeLabels & Labels, withGradient),
    squaredError: (outputs, targets, withGradient) =>
      squaredError(memory, outputs, targets as NativeTensor, withGradient),

    sumOfSquares: (tensors) => sumOfSquares(memory, tensors),
    sumOfSquaredDifferences: (a, b) => sumOfSquaredDifferences(memory, a, b),
    clip: (x, limit) => clip(memory, x, limit),
    snapshot: (x) =>
      x instanceof Variable ? memory.own(x.read(), x.shape) : memory.float('Identity', [handle(x)], x.shape),
    sgdUpdate: (...of) => sgdUpdate(memory, ...of),
    adamUpdate: (...of) => adamUpdate(memory, ...of),
    rmspropUpdate: (...of) => rmspropUpdate(memory, ...of),
  }
}
