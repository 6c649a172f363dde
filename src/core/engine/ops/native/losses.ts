import { type Attribute, DTYPE, type Handle } from '../../backends/native/runtime'
import type { Labels, LossResult, Tensor } from '../ops'
import type { Memory, NativeTensor } from './memory'

/** Labels on both sides: TensorFlow's loss wants them there, counting hits is cheaper here. */
export interface NativeLabels extends Labels {
  tensor: NativeTensor
  values: Int32Array
}

const SPARSE: Attribute[] = [
  { type: 'type', name: 'T', value: DTYPE.float32 },
  { type: 'type', name: 'Tlabels', value: DTYPE.int32 },
]
const ONE_HOT: Attribute[] = [
  { type: 'type', name: 'T', value: DTYPE.float32 },
  { type: 'type', name: 'TI', value: DTYPE.int32 },
  { type: 'int', name: 'axis', value: -1 },
]

const mean = (values: Float32Array): number => {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Samples whose largest output, the first of equals, is at their label; NaN is no answer. */
function hits(outputs: Float32Array, labels: Int32Array, classes: number): number {
  let correct = 0
  for (let n = 0; n < labels.length; n++) {
    const from = n * classes
    let best = 0
    for (let c = 1; c < classes; c++) if (outputs[from + c]! > outputs[from + best]!) best = c
    if (best === labels[n] && outputs[from + best]! > -Infinity) correct++
  }
  return correct
}

const DENSE: Attribute[] = [{ type: 'type', name: 'T', value: DTYPE.float32 }]

/** One row a sample: `on` at its label, `off` elsewhere. */
const oneHot = (memory: Memory, labels: NativeLabels, classes: number, on: number, off: number): NativeTensor =>
  memory.run(
    'OneHot',
    [labels.tensor.handle, memory.scalarInt(classes), memory.constantScalar(on), memory.constantScalar(off)],
    ONE_HOT,
    [labels.count, classes],
  )

export function crossEntropy(
  memory: Memory,
  outputs: Tensor,
  labels: NativeLabels,
  withGradient: boolean,
  smoothing: number,
): LossResult {
  const [samples, classes] = outputs.shape as [number, number]
  const { handle } = outputs as NativeTensor
  const everywhere = smoothing / classes
  const made =
    smoothing === 0
      ? memory.runtime.execute('SparseSoftmaxCrossEntropyWithLogits', [handle, labels.tensor.handle], SPARSE, 2)
      : memory.runtime.execute(
          'SoftmaxCrossEntropyWithLogits',
          [handle, oneHot(memory, labels, classes, 1 - smoothing + everywhere, everywhere).handle],
          DENSE,
          2,
        )
  const losses = memory.own(made[0]!, [samples])
  const backprop = memory.own(made[1]!, outputs.shape)
  return {
    loss: mean(memory.download(losses)),
    correct: hits(memory.download(outputs as NativeTensor), labels.values, classes),
    gradient: withGradient ? scaled(memory, backprop.handle, 1 / samples, outputs.shape) : null,
  }
}

/** Mean over batch and classes of (z − one-hot)². */
export function meanSquaredError(
  memory: Memory,
  outputs: Tensor,
  labels: NativeLabels,
  withGradient: boolean,
): LossResult {
  const [, classes] = outputs.shape as [number, number]
  const correct = hits(memory.download(outputs as NativeTensor), labels.values, classes)
  return { ...squaredError(memory, outputs, oneHot(memory, labels, classes, 1, 0), withGradient), correct }
}

/** Mean over all outputs of (z − target)². */
export function squaredError(
  memory: Memory,
  outputs: Tensor,
  targets: NativeTensor,
  withGradient: boolean,
): LossResult {
  const [samples, width] = outputs.shape as [number, number]
  const difference = memory.float('Sub', [(outputs as NativeTensor).handle, targets.handle], outputs.shape)
  const squares = memory.float('Square', [difference.handle], outputs.shape)
  return {
    loss: mean(memory.download(squares)),
    correct: 0,
    gradient: withGradient ? scaled(memory, difference.handle, 2 / (samples * width), outputs.shape) : null,
  }
}

const scaled = (memory: Memory, handle: Handle, factor: number, shape: readonly number[]): Tensor =>
  memory.float('Mul', [handle, memory.constantScalar(factor)], shape)
