import { type Attribute, DTYPE, type Handle, type Runtime } from '../../backends/native/runtime'
import type { Labels, Ops, Tensor } from '../ops'
import { batchNormGradient, batchNormInference, batchNormTraining } from './batch-norm'
import { crossEntropy, meanSquaredError, type NativeLabels } from './losses'
import { Memory, type NativeTensor } from './memory'
import { sgdUpdate, sumOfSquaredDifferences, sumOfSquares } from './update'
import { conv2d, conv2dFilterGradient, conv2dInputGradient, maxPool, maxPoolGradient } from './windows'

const native = (tensor: Tensor) => tensor as NativeTensor
const handle = (tensor: Tensor): Handle => native(tensor).handle

const REDUCE: Attribute[] = [
  { type: 'type', name: 'T', value: DTYPE.float32 },
  { type: 'type', name: 'Tidx', value: DTYPE.int32 },
  { type: 'bool', name: 'keep_dims', value: false },
]
const SHAPED = (name: string): Attribute[] => [
  { type: 'type', name: 'T', value: DTYPE.float32 },
  { type: 'type', name, value: DTYPE.int32 },
]
const RESHAPE = SHAPED('Tshape')
const BROADCAST = SHAPED('Tidx')
const CHANNELS_LAST: Attribute[] = [
  { type: 'type', name: 'T', value: DTYPE.float32 },
  { type: 'string', name: 'data_format', value: 'NHWC' },
]

/** The operations straight on TensorFlow's own, fused where it has them. */
export function createNativeOps(runtime: Runtime): Ops {
  const memory = new Memory(runtime)
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
    biasGradient: (dy) => memory.run('BiasAddGrad', [handle(dy)], CHANNELS_LAST, [dy.shape.at(-1)!]),

    relu: unary('Relu'),
    reluGradient: (dy, y) => memory.float('ReluGrad', [handle(dy), handle(y)], y.shape),
    tanh: unary('Tanh'),
    tanhGradient: (dy, y) => memory.float('TanhGrad', [handle(y), handle(dy)], y.shape),

    conv2d: (x, filter, g) => conv2d(memory, x, filter, g),
    conv2dInputGradient: (dy, filter, g) => conv2dInputGradient(memory, dy, filter, g),
    conv2dFilterGradient: (dy, x, g) => conv2dFilterGradient(memory, dy, x, g),

    batchNormTraining: (x, scale, shift, running, options) =>
      batchNormTraining(memory, x, scale, shift, running, options),
    batchNormInference: (x, scale, shift, running, epsilon) =>
      batchNormInference(memory, x, scale, shift, running, epsilon),
    batchNormGradient: (dy, scale, saved) => batchNormGradient(memory, dy, scale, saved),

    maxPool: (x, g) => maxPool(memory, x, g),
    maxPoolGradient: (dy, x, y, g) => maxPoolGradient(memory, dy, x, y, g),
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

    crossEntropy: (outputs, labels, withGradient) =>
      crossEntropy(memory, outputs, labels as NativeLabels & Labels, withGradient),
    meanSquaredError: (outputs, labels, withGradient) =>
      meanSquaredError(memory, outputs, labels as NativeLabels & Labels, withGradient),

    sumOfSquares: (tensors) => sumOfSquares(memory, tensors),
    sumOfSquaredDifferences: (a, b) => sumOfSquaredDifferences(memory, a, b),
    sgdUpdate: (weight, gradient, velocity, options) => sgdUpdate(memory, weight, gradient, velocity, options),
  }
}
