import type { Ops, Tensor } from './ops/ops'

/** A value in the graph of one pass: an input, an activation or a parameter. */
export interface Node {
  tensor: Tensor
  /** False spares the gradient's work: inputs, and all that depends on no parameter. */
  readonly needsGradient: boolean
}

/** A node that an optimizer changes; it outlives the pass. */
export interface Parameter extends Node {
  readonly name: string
  readonly needsGradient: true
  /** Weight decay applies; biases and normalisation are spared. */
  readonly decays: boolean
}

/** Gradient of an output to gradients of the inputs, in their order; null where an input needs none. */
export type Backward = (dy: Tensor) => readonly (Tensor | null)[]

/** Records a forward pass and runs it backwards; a node may feed several others, their gradients add up. */
export class Tape {
  private readonly entries: { output: Node; inputs: readonly Node[]; backward: Backward }[] = []
  private readonly gradients = new Map<Node, Tensor>()

  constructor(private readonly ops: Ops) {}

  /** Notes how an output came about. */
  record(tensor: Tensor, inputs: readonly Node[], backward: Backward): Node {
    const output: Node = { tensor, needsGradient: inputs.some((input) => input.needsGradient) }
    if (output.needsGradient) this.entries.push({ output, inputs, backward })
    return output
  }

  /** Runs the record backwards from an output whose gradient is known; once a tape. */
  backward(from: Node, gradient: Tensor): void {
    this.gradients.set(from, gradient)
    for (const { output, inputs, backward } of this.entries.reverse()) {
      const dy = this.gradients.get(output)
      if (!dy) continue
      backward(dy).forEach((dx, i) => {
        const input = inputs[i]!
        if (!dx || !input.needsGradient) return
        const sum = this.gradients.get(input)
        this.gradients.set(input, sum ? this.ops.add(sum, dx) : dx)
      })
    }
  }

  /** Gradient of a node after {@link backward}; undefined where the output does not depend on it. */
  gradientOf(node: Node): Tensor | undefined {
    return this.gradients.get(node)
  }
}
