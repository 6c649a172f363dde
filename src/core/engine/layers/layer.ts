import type { RngHolder, TensorHolder } from '../checkpoints/state'
import type { Ops } from '../ops/ops'
import type { Node, Parameter, Tape } from '../tape'

/** One pass over a batch: training passes use the batch's statistics and record a tape. */
export interface Pass {
  ops: Ops
  tape: Tape
  training: boolean
}

/** A layer that is built: it knows its shapes and owns its parameters. */
export interface Layer {
  readonly kind: string
  /** Shape of one output, without the batch. */
  readonly shape: readonly number[]
  readonly parameters: readonly Parameter[]
  forward(pass: Pass, x: Node): Node
  /** Tensors beside the parameters by name: part of checkpoints, freed by the model at its end. */
  readonly state?: Readonly<Record<string, TensorHolder>>
  /** The generator that a training pass draws from, where one does: part of checkpoints. */
  readonly random?: RngHolder
}

/** What a layer is built from. */
export interface LayerContext {
  ops: Ops
  /** Shape of one input, without the batch. */
  shape: readonly number[]
  /** A weight that decays, drawn for this many inputs and outputs of each unit. */
  weights(name: string, shape: readonly number[], fanIn: number, fanOut: number): Parameter
  /** A bias or a parameter of a normalisation, one value throughout at the start. */
  vector(name: string, size: number, value: number): Parameter
  /** Stops with what the layer needs in place of the shape that it got. */
  refuse(needs: string): never
}
