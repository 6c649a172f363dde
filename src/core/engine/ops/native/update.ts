import { type Attribute, DTYPE } from '../../backends/native/runtime'
import type { SgdOptions, Tensor } from '../ops'
import { type Memory, type NativeTensor } from './memory'

const handle = (tensor: Tensor) => (tensor as NativeTensor).handle

const addN = (memory: Memory, n: number): Attribute[] =>
  memory.list(`AddN ${n}`, () => [
    { type: 'int', name: 'N', value: n },
    { type: 'type', name: 'T', value: DTYPE.float32 },
  ])

/** TensorFlow's L2Loss is half the sum of squares; summed there, so that one number is read, not one a tensor. */
export function sumOfSquares(memory: Memory, tensors: readonly Tensor[]): number {
  if (tensors.length === 0) return 0
  return memory.scope(() => {
    const halves = tensors.map((tensor) => memory.float('L2Loss', [handle(tensor)], []).handle)
    const sum = memory.run('AddN', halves, addN(memory, halves.length), [])
    return 2 * memory.download(sum)[0]!
  })
}

export function sumOfSquaredDifferences(memory: Memory, a: readonly Tensor[], b: readonly Tensor[]): number {
  return memory.scope(() =>
    sumOfSquares(
      memory,
      a.map((tensor, i) => memory.float('Sub', [handle(tensor), handle(b[i]!)], tensor.shape)),
    ),
  )
}

/** PyTorch's form of SGD, operation by operation. */
export function sgdUpdate(memory: Memory, weight: Tensor, gradient: Tensor, velocity: Tensor, options: SgdOptions) {
  const { lr, momentum, nesterov, weightDecay, gradientScale } = options
  const { shape } = weight
  const times = (x: Tensor, factor: number) => memory.float('Mul', [handle(x), memory.scalar(factor)], shape)
  const plus = (a: Tensor, b: Tensor) => memory.float('AddV2', [handle(a), handle(b)], shape)
  let g = gradientScale === 1 ? gradient : times(gradient, gradientScale)
  if (weightDecay !== 0) g = plus(g, times(weight, weightDecay))
  const v = momentum === 0 ? g : plus(times(velocity, momentum), g)
  const step = nesterov ? plus(g, times(v, momentum)) : v
  const next = memory.float('Sub', [handle(weight), handle(times(step, lr))], shape)
  return { weight: next as Tensor, velocity: (v === gradient ? plus(v, times(v, 0)) : v) as Tensor }
}
