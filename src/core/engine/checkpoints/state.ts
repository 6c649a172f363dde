import { type Rng, rngFrom, type RngState } from '../../domain/rng'
import type { Ops, TensorHolder } from '../ops/ops'

/** Number types of arrays in a checkpoint. */
export const STATE_ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
} as const
export type StateType = keyof typeof STATE_ARRAYS
export type StateArray = Float32Array | Float64Array | Int32Array | Uint32Array

/**
 * One array that a run needs to go on as if it had never stopped: a weight, a velocity, a running mean, a generator's
 * state. Whoever holds it offers it; checkpoints copy it out and in and know nothing else of it.
 */
export interface StateEntry {
  /** Unique in the run, the same in every process that builds the same model. */
  readonly name: string
  readonly type: StateType
  readonly shape: readonly number[]
  /** A copy of the values, row by row. */
  read(): StateArray
  /** Takes values of the same type and number. */
  write(values: StateArray): void
}

/** Offers the tensor that a holder holds at the moment of asking. */
export const tensorState = (ops: Ops, name: string, holder: TensorHolder): StateEntry => ({
  name,
  type: 'float32',
  shape: holder.tensor.shape,
  read: () => ops.download(holder.tensor),
  write(values) {
    const before = holder.tensor
    holder.tensor = ops.upload(values as Float32Array, before.shape)
    ops.dispose(before)
  },
})

/** A generator that is drawn from as training goes on. */
export interface RngHolder {
  rng: Rng
}

/** Offers the state of the generator that a holder draws from. */
export const rngState = (name: string, holder: RngHolder): StateEntry => ({
  name,
  type: 'uint32',
  shape: [4],
  read: () => Uint32Array.from(holder.rng.state()),
  write: (values) => void (holder.rng = rngFrom([...values] as unknown as RngState)),
})
