import * as v from 'valibot'
import { atLeastZero, flag, integer, momentumValue, positive } from './fields'

/** Decay of weights, by default none of biases and normalisation: pulling those to zero helps nothing. */
const decay = (weightDecay: number) => ({
  weightDecay: v.optional(atLeastZero(), weightDecay),
  decayAll: v.optional(flag(), false),
})

const moments = {
  beta1: v.optional(momentumValue(), 0.9),
  beta2: v.optional(momentumValue(), 0.999),
  epsilon: v.optional(positive(), 1e-8),
}

/**
 * Optimizers as PyTorch has them, with its names and defaults (but momentum 0.9 for SGD). Weight decay is added to the
 * gradient (coupled) by all but adamw, which takes it off the weights themselves, times the rate (decoupled).
 */
export const OptimizerSpec = v.variant('kind', [
  v.strictObject({
    kind: v.literal('sgd'),
    momentum: v.optional(momentumValue(), 0.9),
    nesterov: v.optional(flag(), false),
    ...decay(0),
  }),
  v.strictObject({ kind: v.literal('adam'), ...moments, ...decay(0) }),
  v.strictObject({ kind: v.literal('adamw'), ...moments, ...decay(0.01) }),
  v.strictObject({
    kind: v.literal('rmsprop'),
    alpha: v.optional(momentumValue(), 0.99),
    epsilon: v.optional(positive(), 1e-8),
    momentum: v.optional(momentumValue(), 0),
    ...decay(0),
  }),
])
export type OptimizerSpec = v.InferOutput<typeof OptimizerSpec>

/** Momentum, or β1, which schedules move as the momentum of Adam. */
export const momentumOf = (optimizer: OptimizerSpec): number =>
  'momentum' in optimizer ? optimizer.momentum : optimizer.beta1

/** "SGD", "AdamW": its name as people write it. */
export const optimizerName = ({ kind }: OptimizerSpec): string =>
  ({ sgd: 'SGD', adam: 'Adam', adamw: 'AdamW', rmsprop: 'RMSprop' })[kind]

export const isNesterov = (optimizer: OptimizerSpec): boolean => optimizer.kind === 'sgd' && optimizer.nesterov

/** Largest norm of all gradients together, or largest size of each single value. */
export const ClipSpec = v.union(
  [v.strictObject({ norm: positive() }), v.strictObject({ value: positive() })],
  'must be {"norm": n} or {"value": n}, above 0',
)
export type ClipSpec = v.InferOutput<typeof ClipSpec>

/** What is recorded beside loss and rates; norms cost a part of a small model's step. */
export const RecordSpec = v.strictObject({
  gradientNorm: v.optional(flag(), true),
  /** Updates from one update ratio to the next; 0 records none. */
  updateRatioEvery: v.optional(integer('of at least 0', 0), 10),
})
export type RecordSpec = v.InferOutput<typeof RecordSpec>

/** What a run records that does not say. */
export const RECORD_DEFAULTS: RecordSpec = { gradientNorm: true, updateRatioEvery: 10 }
