import type { Tensor } from '../ops'
import { type Memory, sizeOf } from './memory'

type Binary = 'Add' | 'Sub' | 'Multiply'

export const binary = (memory: Memory, name: Binary, a: Tensor, b: Tensor): Tensor => memory.run(name, { a, b })

/** Rows, and values a row, of a tensor seen as samples × values. */
const samplesOf = (x: Tensor): [number, number] => {
  const samples = x.shape.length > 1 ? x.shape[0]! : 1
  return [samples, sizeOf(x.shape) / samples]
}

/**
 * Combines every position with one value a channel (last axis).
 * The values are repeated over a whole sample first: the kernels' inner loop then runs over thousands of values in place
 * of a handful of channels, ten times as fast.
 */
export function withChannels(memory: Memory, name: Binary, x: Tensor, perChannel: ArrayLike<number>): Tensor {
  const [samples, width] = samplesOf(x)
  const channels = perChannel.length
  const row = memory.allocate([width])
  const values = memory.view(row)
  for (let i = 0; i < width; i += channels) for (let c = 0; c < channels; c++) values[i + c] = perChannel[c]!
  const out = memory.run(name, { a: memory.as(x, [samples, width]), b: row }, {}, x.shape)
  memory.dispose(row)
  return out
}

/**
 * Sums over all axes but the last. Two products with a row of ones, first over samples, then over positions: fast, and
 * more exact than one long float32 sum.
 */
export function channelSums(memory: Memory, x: Tensor): Tensor {
  const channels = x.shape.at(-1)!
  const [samples, width] = samplesOf(x)
  const sum = (of: Tensor, rows: number, columns: number) =>
    product(memory, memory.ones(rows), memory.as(of, [rows, columns]))
  const overSamples = sum(x, samples, width)
  if (width === channels) return memory.reshape(overSamples, [channels])
  return memory.reshape(sum(overSamples, width / channels, channels), [channels])
}

/** Product of two matrices as they lie: the only form that the wasm kernels have a fast path for. */
export function product(memory: Memory, a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape as [number, number]
  const n = b.shape[1]!
  const inputs = { a: memory.as(a, [1, m, k]), b: memory.as(b, [1, k, n]) }
  return memory.run('BatchMatMul', inputs, { transposeA: false, transposeB: false }, [m, n])
}

export const transpose = (memory: Memory, x: Tensor, perm: number[]): Tensor => memory.run('Transpose', { x }, { perm })
