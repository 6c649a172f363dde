import type { Handle } from '../../backends/native/runtime'
import type { Tensor } from '../ops'

/** A tensor that TensorFlow holds; `owner` is the open scope that will free it, null where it is the caller's. */
export interface NativeTensor extends Tensor {
  shape: readonly number[]
  handle: Handle
  owner: Set<NativeTensor> | null
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1)
