import type { Rng } from '../../domain/rng'

/** Normal with variance 2 / fanIn, for what a ReLU follows. @see He et al., arXiv 1502.01852 */
export function heNormal(size: number, fanIn: number, rng: Rng): Float32Array {
  const std = Math.sqrt(2 / fanIn)
  return Float32Array.from({ length: size }, () => std * rng.normal())
}

/** Uniform with variance 2 / (fanIn + fanOut), for tanh. @see Glorot & Bengio, AISTATS 2010 */
export function glorotUniform(size: number, fanIn: number, fanOut: number, rng: Rng): Float32Array {
  const limit = Math.sqrt(6 / (fanIn + fanOut))
  return Float32Array.from({ length: size }, () => limit * (2 * rng.next() - 1))
}

/**
 * Uniform in ±1/√fanIn, for outputs: a third of the variance that would keep the size of the inputs, so that the first
 * loss is near that of a guess and the first updates do not have to undo what chance has drawn.
 * The default of PyTorch's Linear.
 */
export function outputUniform(size: number, fanIn: number, rng: Rng): Float32Array {
  const limit = 1 / Math.sqrt(fanIn)
  return Float32Array.from({ length: size }, () => limit * (2 * rng.next() - 1))
}
