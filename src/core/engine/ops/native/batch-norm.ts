import { type Attribute, DTYPE } from '../../backends/native/runtime'
import type { BatchNormOptions, BatchNormSaved, RunningStatistics, Tensor } from '../ops'
import { type Memory, type NativeTensor, sizeOf } from './memory'

/** What FusedBatchNormGradV3 wants back from the forward operation. */
interface Saved extends BatchNormSaved {
  input: NativeTensor
  reserves: NativeTensor[]
  epsilon: number
}

const native = (tensor: Tensor) => tensor as NativeTensor

const attributes = (
  memory: Memory,
  epsilon: number,
  factor: number,
  training: boolean,
  gradient = false,
): Attribute[] =>
  memory.list(`batch norm ${epsilon} ${factor} ${training} ${gradient}`, () => [
    { type: 'type', name: 'T', value: DTYPE.float32 },
    { type: 'type', name: 'U', value: DTYPE.float32 },
    { type: 'float', name: 'epsilon', value: epsilon },
    { type: 'string', name: 'data_format', value: 'NHWC' },
    { type: 'bool', name: 'is_training', value: training },
    ...(gradient ? [] : [{ type: 'float', name: 'exponential_avg_factor', value: factor } as Attribute]),
  ])

/** The fused operation takes images only: a matrix becomes images of one cell. */
const asImages = ({ shape }: Tensor): number[] =>
  shape.length === 4 ? [...shape] : [sizeOf(shape) / shape.at(-1)!, 1, 1, shape.at(-1)!]

function reshaped(memory: Memory, x: Tensor, shape: readonly number[]): NativeTensor {
  if (shape.length === x.shape.length) return native(x)
  return memory.run('Reshape', [native(x).handle, memory.ints(shape)], RESHAPE, shape)
}

const RESHAPE: Attribute[] = [
  { type: 'type', name: 'T', value: DTYPE.float32 },
  { type: 'type', name: 'Tshape', value: DTYPE.int32 },
]

export function batchNormTraining(
  memory: Memory,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  running: RunningStatistics,
  { epsilon, momentum }: BatchNormOptions,
) {
  const shape = asImages(x)
  const input = reshaped(memory, x, shape)
  const inputs = [input, scale, shift, running.mean, running.variance].map((tensor) => native(tensor).handle)
  const outputs = memory.runtime.execute('FusedBatchNormV3', inputs, attributes(memory, epsilon, momentum, true), 6)
  const channels = [shape[3]!]
  const [y, mean, variance, ...reserves] = outputs.map((handle, i) => memory.own(handle, i === 0 ? shape : channels))
  const saved: Saved = { input, reserves, epsilon }
  return {
    y: reshaped(memory, y!, x.shape) as Tensor,
    saved: saved as BatchNormSaved,
    running: { mean: mean!, variance: variance! },
  }
}

export function batchNormInference(
  memory: Memory,
  x: Tensor,
  scale: Tensor,
  shift: Tensor,
  running: RunningStatistics,
  epsilon: number,
): Tensor {
  const shape = asImages(x)
  const inputs = [reshaped(memory, x, shape), scale, shift, running.mean, running.variance].map((t) => native(t).handle)
  const [y, ...rest] = memory.runtime.execute('FusedBatchNormV3', inputs, attributes(memory, epsilon, 1, false), 6)
  for (const handle of rest) memory.runtime.delete(handle)
  return reshaped(memory, memory.own(y!, shape), x.shape)
}

export function batchNormGradient(memory: Memory, dy: Tensor, scale: Tensor, saved: BatchNormSaved) {
  const { input, reserves, epsilon } = saved as Saved
  const shape = input.shape
  const inputs = [reshaped(memory, dy, shape), input, scale, ...reserves].map((tensor) => native(tensor).handle)
  const outputs = memory.runtime.execute('FusedBatchNormGradV3', inputs, attributes(memory, epsilon, 1, true, true), 5)
  const [dx, dScale, dShift, ...rest] = outputs
  for (const handle of rest) memory.runtime.delete(handle)
  const channels = [shape[3]!]
  return {
    dx: reshaped(memory, memory.own(dx!, shape), dy.shape) as Tensor,
    dScale: memory.own(dScale!, channels) as Tensor,
    dShift: memory.own(dShift!, channels) as Tensor,
  }
}
