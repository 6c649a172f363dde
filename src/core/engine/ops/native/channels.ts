import { type Attribute, DTYPE } from '../../backends/native/runtime'
import type { Tensor } from '../ops'
import { FLOAT } from './attributes'
import type { Memory, NativeTensor } from './memory'

const handle = (tensor: Tensor) => (tensor as NativeTensor).handle

/** Tensors side by side along the last axis. */
export function concat(memory: Memory, tensors: readonly Tensor[]): Tensor {
  const n = tensors.length
  const { shape } = tensors[0]!
  const attributes = memory.list(`ConcatV2 ${n}`, (): Attribute[] => [
    FLOAT,
    { type: 'int', name: 'N', value: n },
    { type: 'type', name: 'Tidx', value: DTYPE.int32 },
  ])
  const width = tensors.reduce((sum, tensor) => sum + tensor.shape.at(-1)!, 0)
  const inputs = [...tensors.map(handle), memory.scalarInt(shape.length - 1)]
  return memory.run('ConcatV2', inputs, attributes, [...shape.slice(0, -1), width])
}

/** Parts of the last axis; the inverse of {@link concat}. */
export function split(memory: Memory, x: Tensor, sizes: readonly number[]): Tensor[] {
  const attributes = memory.list(`SplitV ${sizes.length}`, (): Attribute[] => [
    FLOAT,
    { type: 'int', name: 'num_split', value: sizes.length },
    { type: 'type', name: 'Tlen', value: DTYPE.int32 },
  ])
  const inputs = [handle(x), memory.ints(sizes), memory.scalarInt(x.shape.length - 1)]
  const parts = memory.runtime.execute('SplitV', inputs, attributes, sizes.length)
  return parts.map((part, i) => memory.own(part, [...x.shape.slice(0, -1), sizes[i]!]))
}
