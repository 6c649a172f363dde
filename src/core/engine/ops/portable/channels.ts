import type { Tensor } from '../ops'
import { type Memory, sizeOf } from './memory'

const widthOf = ({ shape }: Tensor): number => shape.at(-1)!

/** Tensors side by side along the last axis. */
export function concat(memory: Memory, tensors: readonly Tensor[]): Tensor {
  const width = tensors.reduce((sum, tensor) => sum + widthOf(tensor), 0)
  const out = memory.allocate([...tensors[0]!.shape.slice(0, -1), width])
  const to = memory.view(out)
  let column = 0
  for (const tensor of tensors) {
    const from = memory.view(tensor)
    const own = widthOf(tensor)
    for (let i = 0, at = column; i < from.length; i += own, at += width) to.set(from.subarray(i, i + own), at)
    column += own
  }
  return out
}

/** Parts of the last axis; the inverse of {@link concat}. */
export function split(memory: Memory, x: Tensor, sizes: readonly number[]): Tensor[] {
  const width = widthOf(x)
  const rows = sizeOf(x.shape) / width
  let column = 0
  return sizes.map((own) => {
    const out = memory.allocate([...x.shape.slice(0, -1), own])
    const [from, to] = [memory.view(x), memory.view(out)]
    for (let row = 0; row < rows; row++)
      to.set(from.subarray(row * width + column, row * width + column + own), row * own)
    column += own
    return out
  })
}
