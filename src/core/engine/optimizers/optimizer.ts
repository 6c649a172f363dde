import type { StateEntry } from '../checkpoints/state'
import type { Tensor } from '../ops/ops'

/** What may differ from update to update. */
export interface UpdateOptions {
  lr: number
  momentum: number
  /** Factor on all gradients (clipping). */
  gradientScale: number
}

/** Changes parameters by their gradients; holds its own state (velocities, moments). */
export interface Optimizer {
  /** Its own momentum (or β1), used where the schedule moves none. */
  readonly momentum: number
  /**
   * @param gradients in the order of the parameters
   * @returns the weights before the update, for the caller to compare and dispose
   */
  update(gradients: readonly Tensor[], options: UpdateOptions): readonly Tensor[]
  /** All that it keeps from update to update (slots, counters), for checkpoints. */
  state(): StateEntry[]
  dispose(): void
}
