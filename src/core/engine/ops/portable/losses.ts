import type { Labels, LossResult, Tensor } from '../ops'
import type { Memory } from './memory'

/** Labels stay on this side: the losses are plain loops over a batch of outputs. */
export interface HostLabels extends Labels {
  values: Int32Array
}

/** Loss of one sample; `write` takes its derivative by the outputs, not yet divided by the batch size. */
type SampleLoss = (
  outputs: Float32Array,
  from: number,
  classes: number,
  label: number,
  write: Float32Array | null,
) => number

/**
 * −Σ t·log softmax(z) with the target t = 1 − smoothing at the label, plus smoothing spread over all classes. The
 * largest output is taken out, so that no exponential overflows.
 */
const crossEntropyOf =
  (smoothing: number): SampleLoss =>
  (outputs, from, classes, label, write) => {
    let largest = -Infinity
    let total = 0
    for (let c = 0; c < classes; c++) {
      largest = Math.max(largest, outputs[from + c]!)
      total += outputs[from + c]!
    }
    let sum = 0
    for (let c = 0; c < classes; c++) sum += Math.exp(outputs[from + c]! - largest)
    const everywhere = smoothing / classes
    if (write)
      for (let c = 0; c < classes; c++)
        write[from + c] = Math.exp(outputs[from + c]! - largest) / sum - everywhere - (c === label ? 1 - smoothing : 0)
    const plain = Math.log(sum) + largest - outputs[from + label]!
    return smoothing === 0 ? plain : plain + smoothing * outputs[from + label]! - everywhere * total
  }

/** Mean over classes of (z − one-hot)². */
const squaredErrorOf: SampleLoss = (outputs, from, classes, label, write) => {
  let sum = 0
  for (let c = 0; c < classes; c++) {
    const difference = outputs[from + c]! - (c === label ? 1 : 0)
    sum += difference * difference
    if (write) write[from + c] = (2 * difference) / classes
  }
  return sum / classes
}

function overBatch(memory: Memory, outputs: Tensor, labels: Labels, withGradient: boolean, of: SampleLoss): LossResult {
  const [samples, classes] = outputs.shape as [number, number]
  const gradient = withGradient ? memory.allocate(outputs.shape) : null
  const values = memory.view(outputs)
  const write = gradient && memory.view(gradient)
  const { values: wanted } = labels as HostLabels
  let total = 0
  let correct = 0
  for (let n = 0; n < samples; n++) {
    const from = n * classes
    const label = wanted[n]!
    total += of(values, from, classes, label, write)
    let best = 0
    for (let c = 1; c < classes; c++) if (values[from + c]! > values[from + best]!) best = c
    // An output that is not a number is no answer.
    if (best === label && values[from + label]! > -Infinity) correct++
  }
  if (write) for (let i = 0; i < write.length; i++) write[i]! /= samples
  return { loss: total / samples, correct, gradient }
}

export const crossEntropy = (
  memory: Memory,
  outputs: Tensor,
  labels: Labels,
  withGradient: boolean,
  smoothing: number,
) => overBatch(memory, outputs, labels, withGradient, crossEntropyOf(smoothing))

/** Mean over all outputs of (z − target)². */
export function squaredError(memory: Memory, outputs: Tensor, targets: Tensor, withGradient: boolean): LossResult {
  const gradient = withGradient ? memory.allocate(outputs.shape) : null
  const values = memory.view(outputs)
  const wanted = memory.view(targets)
  const write = gradient && memory.view(gradient)
  let total = 0
  for (let i = 0; i < values.length; i++) {
    const difference = values[i]! - wanted[i]!
    total += difference * difference
    if (write) write[i] = (2 * difference) / values.length
  }
  return { loss: total / values.length, correct: 0, gradient }
}

export const meanSquaredError = (memory: Memory, outputs: Tensor, labels: Labels, withGradient: boolean) =>
  overBatch(memory, outputs, labels, withGradient, squaredErrorOf)
