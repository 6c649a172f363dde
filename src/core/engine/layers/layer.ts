import type { Initializer } from '../../domain/spec/layers'
import type { RngHolder } from '../checkpoints/state'
import type { Ops, TensorHolder } from '../ops/ops'
import type { Node, Parameter, Tape } from '../tape'

/** One pass over a batch: training passes use the batch's statistics, draw dropout and record a tape. */
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
  /** @param more further inputs, for the layers that take several */
  forward(pass: Pass, x: Node, ...more: readonly Node[]): Node
  /** Tensors beside the parameters by name: part of checkpoints, freed by the model at its end. */
  readonly state?: Readonly<Record<string, TensorHolder>>
  /** The generator that a training pass draws from, where one does: part of checkpoints. */
  readonly random?: RngHolder
}

/** What a layer is built from. */
export interface LayerContext {
  /** Shape of one input, without the batch; of the first where there are several. */
  shape: readonly number[]
  /** Shapes of all inputs. */
  shapes: readonly (readonly number[])[]
  /** A weight that decays, drawn for this many inputs and outputs of each unit; without a choice, as what follows wants. */
  weights(name: string, shape: readonly number[], fanIn: number, fanOut: number, initializer?: Initializer): Parameter
  /** A bias or a parameter of a normalisation, one value throughout at the start. */
  vector(name: string, size: number, value: number): Parameter
  /** A vector that training changes, but not by a gradient. */
  statistic(size: number, value: number): TensorHolder
  /** The layer's own generator, for draws while it trains. */
  random(): RngHolder
  /** Stops with what the layer needs in place of the shapes that it got. */
  refuse(needs: string): never
}
