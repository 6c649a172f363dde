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
 * Sums over all axes but the last, in float64 as far as they are long: the kernel only averages along the rows of an
 * image, which it does ten times as fast as a loop; the rest is summed here.
 */
export function channelSums(memory: Memory, x: Tensor): Float64Array {
  const channels = x.shape.at(-1)!
  const rowLength = x.shape.length === 4 ? x.shape[2]! : 1
  const means = rowLength > 1 ? averageRows(memory, x) : x
  const values = memory.view(means)
  const sums = new Float64Array(channels)
  for (let i = 0; i < values.length;) for (let c = 0; c < channels; c++) sums[c]! += values[i++]!
  if (means !== x) memory.dispose(means)
  return sums.map((sum) => sum * rowLength)
}

function averageRows(memory: Memory, x: Tensor): Tensor {
  const [samples, height, width, channels] = x.shape as [number, number, number, number]
  const image = memory.as(x, [1, samples * height, width, channels])
  const attrs = { filterSize: [1, width], strides: [1, width], pad: 'valid' }
  return memory.run('AvgPool', { x: image }, attrs)
}

/** Product of two matrices as they lie: the only form that the wasm kernels have a fast path for. */
export function product(memory: Memory, a: Tensor, b: Tensor): Tensor {
  const [m, k] = a.shape as [number, number]
  const n = b.shape[1]!
  const inputs = { a: memory.as(a, [1, m, k]), b: memory.as(b, [1, k, n]) }
  return memory.run('BatchMatMul', inputs, { transposeA: false, transposeB: false }, [m, n])
}

export const transpose = (memory: Memory, x: Tensor, perm: number[]): Tensor => memory.run('Transpose', { x }, { perm })
