import type { Rng } from '../../domain/rng'
import type { Initializer } from '../../domain/spec/layers'

/** Inputs and outputs that a unit's weights connect. */
export interface Fans {
  in: number
  out: number
}

/** Variance of the weights, so that activations (he, lecun) or gradients as well (glorot) keep their size. */
const VARIANCE: Record<string, (fans: Fans) => number> = {
  he: (fans) => 2 / fans.in,
  glorot: (fans) => 2 / (fans.in + fans.out),
  lecun: (fans) => 1 / fans.in,
}

/**
 * Initial weights from a generator.
 *
 * @see He et al., arXiv 1502.01852 (for what a ReLU follows); Glorot & Bengio, AISTATS 2010 (tanh, sigmoid);
 *   LeCun et al., Efficient BackProp, 1998
 */
export function drawWeights(initializer: Initializer, size: number, fans: Fans, rng: Rng): Float32Array {
  const [family, distribution] = initializer.split('-') as [string, 'normal' | 'uniform']
  const variance = VARIANCE[family]!(fans)
  if (distribution === 'uniform') return uniform(size, Math.sqrt(3 * variance), rng)
  const std = Math.sqrt(variance)
  return Float32Array.from({ length: size }, () => std * rng.normal())
}

/**
 * Uniform in ±1/√fanIn, for outputs: a third of the variance that would keep the size of the inputs, so that the first
 * loss is near that of a guess and the first updates do not have to undo what chance has drawn.
 * The default of PyTorch's Linear.
 */
export const drawOutputWeights = (size: number, fans: Fans, rng: Rng): Float32Array =>
  uniform(size, 1 / Math.sqrt(fans.in), rng)

const uniform = (size: number, limit: number, rng: Rng): Float32Array =>
  Float32Array.from({ length: size }, () => limit * (2 * rng.next() - 1))
