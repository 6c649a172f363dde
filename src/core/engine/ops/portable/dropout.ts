import type { Tensor } from '../ops'
import { type Memory, sizeOf } from './memory'
import { statelessUniformBits } from './philox'

export function dropoutMask(
  memory: Memory,
  shape: readonly number[],
  rate: number,
  seed: readonly [number, number],
): Tensor {
  const out = memory.allocate(shape)
  const mask = memory.view(out)
  const bits = statelessUniformBits(seed, new Uint32Array(sizeOf(shape)))
  const least = Math.fround(rate) * 2 ** 23
  const scale = 1 / (1 - rate)
  for (let i = 0; i < mask.length; i++) mask[i] = bits[i]! >= least ? scale : 0
  return out
}
