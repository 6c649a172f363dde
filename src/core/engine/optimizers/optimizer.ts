import type { OptimizerSpec } from '../../domain/spec/optimizers'
import type { StateEntry } from '../checkpoints/state'
import type { Tensor } from '../ops/ops'

/** What may differ from update to update. */
export interface Rates {
  lr: number
  /** β1 for Adam and AdamW. */
  momentum: number
  /** Factor on all gradients (clipping). */
  gradientScale: number
}

/** Changes parameters by their gradients; holds its own state (velocities, moments). */
export interface Optimizer {
  /** @param gradients in the order of the parameters */
  update(gradients: readonly Tensor[], rates: Rates): void
  /** All that it keeps from update to update (slots, counters), for checkpoints. */
  state(): StateEntry[]
  dispose(): void
}

/** The spec of one kind of optimizer. */
export type SpecOf<Kind extends OptimizerSpec['kind']> = Extract<OptimizerSpec, { kind: Kind }>
