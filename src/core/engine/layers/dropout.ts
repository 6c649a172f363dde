import type { Layer, LayerContext } from './layer'

/** Seeds that every engine takes for the same: 31 bits. */
const SEEDS = 2 ** 31

/**
 * In training, sets a share of the values to 0 and scales the others so that the sum is expected to stay; in evaluation
 * nothing. Which ones depends on the run's seed and the step only, the same on every engine.
 *
 * @see Srivastava et al., JMLR 15, 2014
 */
export function dropout(context: LayerContext, rate: number): Layer {
  const random = context.random()
  return {
    kind: 'dropout',
    shape: context.shape,
    parameters: [],
    random,
    forward({ ops, tape, training }, x) {
      if (!training || rate === 0) return x
      const seed = [random.rng.int(SEEDS), random.rng.int(SEEDS)] as const
      const mask = ops.dropoutMask(x.tensor.shape, rate, seed)
      return tape.record(ops.multiply(x.tensor, mask), [x], (dy) => [ops.multiply(dy, mask)])
    },
  }
}
