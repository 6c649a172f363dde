import { type Attribute, DTYPE } from '../../backends/native/runtime'
import type { Tensor } from '../ops'
import { FLOAT } from './attributes'
import type { Memory } from './memory'

const UNIFORM: Attribute[] = [
  { type: 'type', name: 'dtype', value: DTYPE.float32 },
  { type: 'type', name: 'T', value: DTYPE.int32 },
  { type: 'type', name: 'Tseed', value: DTYPE.int32 },
]
const TO_FLOAT: Attribute[] = [
  { type: 'type', name: 'SrcT', value: DTYPE.bool },
  { type: 'type', name: 'DstT', value: DTYPE.float32 },
  { type: 'bool', name: 'Truncate', value: false },
]

export function dropoutMask(
  memory: Memory,
  shape: readonly number[],
  rate: number,
  seed: readonly [number, number],
): Tensor {
  const seeds = memory.own(memory.runtime.upload(Int32Array.from(seed), [2], DTYPE.int32), [2])
  const uniform = memory.run('StatelessRandomUniform', [memory.ints(shape), seeds.handle], UNIFORM, shape)
  const kept = memory.run('GreaterEqual', [uniform.handle, memory.constantScalar(rate)], [FLOAT], shape)
  const ones = memory.run('Cast', [kept.handle], TO_FLOAT, shape)
  return memory.float('Mul', [ones.handle, memory.constantScalar(1 / (1 - rate))], shape)
}
