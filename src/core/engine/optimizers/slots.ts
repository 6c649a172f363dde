import type { OptimizerSpec } from '../../domain/spec/optimizers'
import { type StateEntry, tensorState } from '../checkpoints/state'
import type { Ops, TensorHolder } from '../ops/ops'
import type { Parameter } from '../tape'

/** Tensors of zeros at the start, one of each name beside every parameter. */
export interface Slots<Name extends string> {
  readonly of: readonly Readonly<Record<Name, TensorHolder>>[]
  state(): StateEntry[]
  dispose(): void
}

export function createSlots<Name extends string>(
  ops: Ops,
  parameters: readonly Parameter[],
  names: readonly Name[],
): Slots<Name> {
  const zeros = ({ tensor: { shape } }: Parameter): TensorHolder => ({
    tensor: ops.upload(new Float32Array(shape.reduce((product, n) => product * n, 1)), shape),
  })
  const of = parameters.map(
    (parameter) => Object.fromEntries(names.map((name) => [name, zeros(parameter)])) as Record<Name, TensorHolder>,
  )
  return {
    of,
    state: () =>
      of.flatMap((slots, i) => names.map((name) => tensorState(ops, `${parameters[i]!.name}/${name}`, slots[name]))),
    dispose: () => of.forEach((slots) => names.forEach((name) => ops.dispose(slots[name].tensor))),
  }
}

/** Decay of one parameter: biases and normalisation are spared unless the spec says otherwise. */
export const decayOf = ({ weightDecay, decayAll }: OptimizerSpec, { decays }: Parameter): number =>
  decays || decayAll ? weightDecay : 0
