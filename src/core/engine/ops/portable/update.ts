import type { AdamOptions, RmspropOptions, SgdOptions, Tensor, TensorHolder } from '../ops'
import type { Memory } from './memory'

/**
 * Updates are one pass over memory in place of half a dozen kernels. Weights go into new memory, as kernels keep packed
 * copies of those they know; slots, which only updates read, are changed where they lie.
 */
function replaceWeight(memory: Memory, weight: TensorHolder, pass: (from: Float32Array, to: Float32Array) => void) {
  const before = weight.tensor
  const after = memory.keep(memory.allocate(before.shape))
  pass(memory.view(before), memory.view(after))
  memory.dispose(before)
  weight.tensor = after
}

export function sgdUpdate(
  memory: Memory,
  weight: TensorHolder,
  gradient: Tensor,
  velocity: TensorHolder,
  { lr, momentum, nesterov, weightDecay, gradientScale }: SgdOptions,
): void {
  const ofGradient = nesterov ? 1 : 0
  const ofVelocity = nesterov ? momentum : 1
  replaceWeight(memory, weight, (from, to) => {
    const g = memory.view(gradient)
    const v = memory.view(velocity.tensor)
    for (let i = 0; i < from.length; i++) {
      const slope = gradientScale * g[i]! + weightDecay * from[i]!
      const speed = momentum * v[i]! + slope
      v[i] = speed
      to[i] = from[i]! - lr * (ofGradient * slope + ofVelocity * speed)
    }
  })
}

export function adamUpdate(
  memory: Memory,
  weight: TensorHolder,
  gradient: Tensor,
  moments: readonly [TensorHolder, TensorHolder],
  { lr, beta1, beta2, epsilon, step, weightDecay, decoupled, gradientScale }: AdamOptions,
): void {
  const size = lr / (1 - beta1 ** step)
  const correction = Math.sqrt(1 - beta2 ** step)
  const coupled = decoupled ? 0 : weightDecay
  const kept = decoupled ? 1 - lr * weightDecay : 1
  replaceWeight(memory, weight, (from, to) => {
    const g = memory.view(gradient)
    const m = memory.view(moments[0].tensor)
    const s = memory.view(moments[1].tensor)
    for (let i = 0; i < from.length; i++) {
      const slope = gradientScale * g[i]! + coupled * from[i]!
      const first = m[i]! + (slope - m[i]!) * (1 - beta1)
      const second = beta2 * s[i]! + (1 - beta2) * slope * slope
      m[i] = first
      s[i] = second
      to[i] = kept * from[i]! - (size * first) / (Math.sqrt(second) / correction + epsilon)
    }
  })
}

export function rmspropUpdate(
  memory: Memory,
  weight: TensorHolder,
  gradient: Tensor,
  square: TensorHolder,
  velocity: TensorHolder,
  { lr, momentum, alpha, epsilon, weightDecay, gradientScale }: RmspropOptions,
): void {
  replaceWeight(memory, weight, (from, to) => {
    const g = memory.view(gradient)
    const s = memory.view(square.tensor)
    const v = memory.view(velocity.tensor)
    for (let i = 0; i < from.length; i++) {
      const slope = gradientScale * g[i]! + weightDecay * from[i]!
      const second = alpha * s[i]! + (1 - alpha) * slope * slope
      const speed = momentum * v[i]! + slope / (Math.sqrt(second) + epsilon)
      s[i] = second
      v[i] = speed
      to[i] = from[i]! - lr * speed
    }
  })
}

export function copy(memory: Memory, x: Tensor): Tensor {
  const out = memory.allocate(x.shape)
  memory.view(out).set(memory.view(x))
  return out
}

/** Each value limited to ±limit. */
export function clip(memory: Memory, x: Tensor, limit: number): Tensor {
  const out = memory.allocate(x.shape)
  const from = memory.view(x)
  const to = memory.view(out)
  for (let i = 0; i < from.length; i++) to[i] = Math.min(limit, Math.max(-limit, from[i]!))
  return out
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
