import * as v from 'valibot'
import { choice, count, flag, fraction, integer, number, text } from './fields'

/** Where initial weights come from; each is scaled by the number of inputs (and outputs) of a unit. */
export const INITIALIZERS = [
  'he-normal',
  'he-uniform',
  'glorot-normal',
  'glorot-uniform',
  'lecun-normal',
  'lecun-uniform',
] as const
export type Initializer = (typeof INITIALIZERS)[number]

const layerName = () => text(64, 1)

/** What every layer may carry: a name, and whose outputs it takes (default: those of the layer before it). */
const graph = {
  name: v.optional(layerName()),
  inputs: v.optional(
    v.pipe(
      v.array(layerName()),
      v.minLength(1, 'must name at least one layer'),
      v.maxLength(16, 'must name at most 16 layers'),
    ),
  ),
}

const padding = () => v.optional(choice(['same', 'valid']), 'same')
const weights = { bias: v.optional(flag(), true), initializer: v.optional(choice(INITIALIZERS)) }
const convolution = {
  kernel: v.optional(integer('from 1 to 15', 1, 15), 3),
  stride: v.optional(integer('from 1 to 8', 1, 8), 1),
  padding: padding(),
  ...weights,
}
const pool = {
  size: v.optional(integer('from 1 to 15', 1, 15), 2),
  stride: v.optional(integer('from 1 to 15', 1, 15)),
  padding: padding(),
}

/** A layer in a model's list; shapes are inferred from the dataset, channels last. */
export const LayerSpec = v.variant('kind', [
  v.strictObject({ kind: v.literal('dense'), units: count(65536), ...weights, ...graph }),
  v.strictObject({ kind: v.literal('conv2d'), filters: count(4096), ...convolution, ...graph }),
  v.strictObject({
    kind: v.literal('depthwise-conv2d'),
    multiplier: v.optional(count(64), 1),
    ...convolution,
    ...graph,
  }),
  v.strictObject({ kind: v.literal('separable-conv2d'), filters: count(4096), ...convolution, ...graph }),
  v.strictObject({ kind: v.literal('batch-norm'), ...graph }),
  v.strictObject({ kind: v.literal('layer-norm'), ...graph }),
  v.strictObject({ kind: v.literal('relu'), ...graph }),
  v.strictObject({ kind: v.literal('leaky-relu'), slope: v.optional(fraction(), 0.01), ...graph }),
  v.strictObject({ kind: v.literal('elu'), ...graph }),
  v.strictObject({ kind: v.literal('gelu'), ...graph }),
  v.strictObject({ kind: v.literal('sigmoid'), ...graph }),
  v.strictObject({ kind: v.literal('tanh'), ...graph }),
  v.strictObject({ kind: v.literal('max-pool'), ...pool, ...graph }),
  v.strictObject({ kind: v.literal('average-pool'), ...pool, ...graph }),
  v.strictObject({ kind: v.literal('global-average-pool'), ...graph }),
  v.strictObject({
    kind: v.literal('dropout'),
    rate: v.optional(
      number('must be at least 0 and below 1', (x) => x >= 0 && x < 1),
      0.5,
    ),
    ...graph,
  }),
  v.strictObject({ kind: v.literal('flatten'), ...graph }),
  v.strictObject({
    kind: v.literal('reshape'),
    shape: v.pipe(
      v.array(count(16_777_216)),
      v.minLength(1, 'must be 1 to 3 sizes'),
      v.maxLength(3, 'must be 1 to 3 sizes'),
    ),
    ...graph,
  }),
  v.strictObject({ kind: v.literal('add'), ...graph }),
  v.strictObject({ kind: v.literal('concat'), ...graph }),
])
export type LayerSpec = v.InferOutput<typeof LayerSpec>
export type LayerInput = v.InferInput<typeof LayerSpec>
