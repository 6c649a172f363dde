import type { SgdOptions, Tensor } from '../ops'
import type { Memory } from './memory'

/** One pass over memory in place of half a dozen kernels; the result is a new tensor, as kernels keep packed weights. */
export function sgdUpdate(
  memory: Memory,
  weight: Tensor,
  gradient: Tensor,
  velocity: Tensor,
  { lr, momentum, nesterov, weightDecay, gradientScale }: SgdOptions,
): { weight: Tensor; velocity: Tensor } {
  const newWeight = memory.allocate(weight.shape)
  const newVelocity = memory.allocate(weight.shape)
  const w = memory.view(weight)
  const g = memory.view(gradient)
  const v = memory.view(velocity)
  const wOut = memory.view(newWeight)
  const vOut = memory.view(newVelocity)
  const ofGradient = nesterov ? 1 : 0
  const ofVelocity = nesterov ? momentum : 1
  for (let i = 0; i < w.length; i++) {
    const slope = gradientScale * g[i]! + weightDecay * w[i]!
    const speed = momentum * v[i]! + slope
    vOut[i] = speed
    wOut[i] = w[i]! - lr * (ofGradient * slope + ofVelocity * speed)
  }
  return { weight: newWeight, velocity: newVelocity }
}

/** Four partial sums, because one sum is a chain of additions that each wait for the one before. */
export function sumOfSquares(memory: Memory, tensors: readonly Tensor[]): number {
  let total = 0
  for (const tensor of tensors) {
    const x = memory.view(tensor)
    const even = x.length - (x.length % 4)
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let i = 0; i < even; i += 4) {
      a += x[i]! * x[i]!
      b += x[i + 1]! * x[i + 1]!
      c += x[i + 2]! * x[i + 2]!
      d += x[i + 3]! * x[i + 3]!
    }
    for (let i = even; i < x.length; i++) a += x[i]! * x[i]!
    total += a + b + (c + d)
  }
  return total
}

export function sumOfSquaredDifferences(memory: Memory, a: readonly Tensor[], b: readonly Tensor[]): number {
  let total = 0
  a.forEach((tensor, k) => {
    const x = memory.view(tensor)
    const y = memory.view(b[k]!)
    for (let i = 0; i < x.length; i++) total += (x[i]! - y[i]!) ** 2
  })
  return total
}
