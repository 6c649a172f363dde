import { AppError } from '../../domain/errors'
import type { Rng } from '../../domain/rng'
import type { Initializer, LayerSpec } from '../../domain/spec/layers'
import type { Tensor } from '../ops/ops'
import { drawOutputWeights, drawWeights } from './initial-weights'
import type { LayerContext } from './layer'
import { follower, type LayerList } from './layer-list'

/** Makes a tensor of a shape; the values are only computed where they are wanted. */
export type MakeTensor = (shape: readonly number[], values: () => Float32Array) => Tensor

/** More weights than this are a typing error: gradient and velocity take as much again. */
const MAX_PARAMETERS = 50_000_000

/** The weights of a model so far. */
export interface WeightCount {
  total: number
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
const inBrackets = (shape: readonly number[]) => `[${shape.join(', ')}]`

/**
 * What a layer of a list is built from.
 *
 * @param shapes of its inputs
 * @param rng the model's; each layer draws from a branch of its own
 */
export function layerContext(
  list: LayerList,
  index: number,
  shapes: readonly (readonly number[])[],
  rng: Rng,
  make: MakeTensor,
  count: WeightCount,
): LayerContext {
  const { kind } = list.specs[index]!
  const branch = rng.fork(`layer ${index}`)
  const got = shapes.map(inBrackets).join(' and ')
  const refuse = (message: string, allowed: string): never => {
    const { field, where } = list.place(index)
    throw new AppError('spec.invalid', `${where} ${message}`, { field, allowed, got })
  }
  const filled = (size: number, value: number) => make([size], () => new Float32Array(size).fill(value))
  const counted = (size: number) => {
    count.total += size
    if (count.total > MAX_PARAMETERS)
      refuse(`brings the model above ${MAX_PARAMETERS} weights`, `at most ${MAX_PARAMETERS} weights`)
  }
  const named = (name: string, tensor: Tensor, decays: boolean) =>
    ({ name: `${index}/${kind}/${name}`, tensor, needsGradient: true, decays }) as const
  return {
    shape: shapes[0]!,
    shapes,
    refuse: (needs) => refuse(`needs ${needs}; it gets the shape${shapes.length > 1 ? 's' : ''} ${got}`, needs),
    weights(name, shape, fanIn, fanOut, initializer) {
      const size = sizeOf(shape)
      const fans = { in: fanIn, out: fanOut }
      const chosen = initializer ?? initializerBefore(follower(list, index))
      counted(size)
      const draw = () => (chosen ? drawWeights(chosen, size, fans, branch) : drawOutputWeights(size, fans, branch))
      return named(name, make(shape, draw), true)
    },
    vector(name, size, value) {
      counted(size)
      return named(name, filled(size, value), false)
    },
    statistic: (size, value) => ({ tensor: filled(size, value) }),
    random: () => ({ rng: rng.fork(`draws of layer ${index}`) }),
  }
}

/** He before what lets half of its inputs through, Glorot before the others; null for the output. */
function initializerBefore(next: LayerSpec['kind'] | undefined): Initializer | null {
  if (next === undefined) return null
  return ['relu', 'leaky-relu', 'elu', 'gelu'].includes(next) ? 'he-normal' : 'glorot-uniform'
}
