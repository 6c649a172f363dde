import { type Attribute, DTYPE } from '../../backends/native/runtime'
import type { Geometry } from '../geometry'
import type { Tensor } from '../ops'
import type { Memory, NativeTensor } from './memory'

const native = (tensor: Tensor) => tensor as NativeTensor

/** TensorFlow pads by rule, not by cells: only `valid` has no padding and drops what does not fill a window. */
function paddingOf(g: Geometry): string {
  const padded = g.top + g.bottom + g.left + g.right > 0
  const whole = (size: number) => Math.floor((size - g.kernel) / g.stride) + 1
  return !padded && g.outHeight === whole(g.height) && g.outWidth === whole(g.width) ? 'VALID' : 'SAME'
}

const attributes = (memory: Memory, op: string, g: Geometry, more: () => Attribute[]): Attribute[] =>
  memory.list(`${op} ${g.kernel} ${g.stride} ${paddingOf(g)}`, () => [
    { type: 'type', name: 'T', value: DTYPE.float32 },
    { type: 'ints', name: 'strides', value: [1, g.stride, g.stride, 1] },
    { type: 'string', name: 'padding', value: paddingOf(g) },
    { type: 'string', name: 'data_format', value: 'NHWC' },
    ...more(),
  ])

const convolution = (memory: Memory, op: string, g: Geometry) =>
  attributes(memory, op, g, () => [
    { type: 'ints', name: 'dilations', value: [1, 1, 1, 1] },
    { type: 'bool', name: 'use_cudnn_on_gpu', value: true },
  ])

const depthwise = (memory: Memory, op: string, g: Geometry) =>
  attributes(memory, op, g, () => [{ type: 'ints', name: 'dilations', value: [1, 1, 1, 1] }])

const pool = (memory: Memory, op: string, g: Geometry) =>
  attributes(memory, op, g, () => [{ type: 'ints', name: 'ksize', value: [1, g.kernel, g.kernel, 1] }])

const imageShape = (batch: number, g: Geometry) => [batch, g.height, g.width, g.channels]

export function conv2d(memory: Memory, x: Tensor, filter: Tensor, g: Geometry): Tensor {
  const shape = [x.shape[0]!, g.outHeight, g.outWidth, filter.shape[3]!]
  return memory.run('Conv2D', [native(x).handle, native(filter).handle], convolution(memory, 'Conv2D', g), shape)
}

export function conv2dInputGradient(memory: Memory, dy: Tensor, filter: Tensor, g: Geometry): Tensor {
  const shape = imageShape(dy.shape[0]!, g)
  const inputs = [memory.ints(shape), native(filter).handle, native(dy).handle]
  return memory.run('Conv2DBackpropInput', inputs, convolution(memory, 'Conv2DBackpropInput', g), shape)
}

export function conv2dFilterGradient(memory: Memory, dy: Tensor, x: Tensor, g: Geometry): Tensor {
  const shape = [g.kernel, g.kernel, g.channels, dy.shape[3]!]
  const inputs = [native(x).handle, memory.ints(shape), native(dy).handle]
  return memory.run('Conv2DBackpropFilter', inputs, convolution(memory, 'Conv2DBackpropFilter', g), shape)
}

export function depthwiseConv2d(memory: Memory, x: Tensor, filter: Tensor, g: Geometry): Tensor {
  const op = 'DepthwiseConv2dNative'
  const shape = [x.shape[0]!, g.outHeight, g.outWidth, g.channels * filter.shape[3]!]
  return memory.run(op, [native(x).handle, native(filter).handle], depthwise(memory, op, g), shape)
}

export function depthwiseConv2dInputGradient(memory: Memory, dy: Tensor, filter: Tensor, g: Geometry): Tensor {
  const op = 'DepthwiseConv2dNativeBackpropInput'
  const shape = imageShape(dy.shape[0]!, g)
  const inputs = [memory.ints(shape), native(filter).handle, native(dy).handle]
  return memory.run(op, inputs, depthwise(memory, op, g), shape)
}

export function depthwiseConv2dFilterGradient(memory: Memory, dy: Tensor, x: Tensor, g: Geometry): Tensor {
  const op = 'DepthwiseConv2dNativeBackpropFilter'
  const shape = [g.kernel, g.kernel, g.channels, dy.shape[3]! / g.channels]
  const inputs = [native(x).handle, memory.ints(shape), native(dy).handle]
  return memory.run(op, inputs, depthwise(memory, op, g), shape)
}

export function maxPool(memory: Memory, x: Tensor, g: Geometry): Tensor {
  const shape = [x.shape[0]!, g.outHeight, g.outWidth, g.channels]
  return memory.run('MaxPool', [native(x).handle], pool(memory, 'MaxPool', g), shape)
}

export function maxPoolGradient(memory: Memory, dy: Tensor, x: Tensor, y: Tensor, g: Geometry): Tensor {
  const inputs = [native(x).handle, native(y).handle, native(dy).handle]
  return memory.run('MaxPoolGrad', inputs, pool(memory, 'MaxPoolGrad', g), x.shape)
}

export function averagePool(memory: Memory, x: Tensor, g: Geometry): Tensor {
  const shape = [x.shape[0]!, g.outHeight, g.outWidth, g.channels]
  return memory.run('AvgPool', [native(x).handle], pool(memory, 'AvgPool', g), shape)
}

export function averagePoolGradient(memory: Memory, dy: Tensor, g: Geometry): Tensor {
  const shape = imageShape(dy.shape[0]!, g)
  return memory.run('AvgPoolGrad', [memory.ints(shape), native(dy).handle], pool(memory, 'AvgPoolGrad', g), shape)
}
