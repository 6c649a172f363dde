import * as v from 'valibot'
import { choice, count, integer, rate } from './fields'

/** Updates of a sweep: one is no sweep, more than this are a typing error. */
const steps = () => integer('from 2 to 100000', 2, 100_000)

/**
 * A learning-rate range test: the rate rises from `from` to `to` over `steps` updates, `repeats` times from the same
 * weights with other shuffles. A run spec that has one is a range test; its schedule is not used.
 */
export const RangeTestSpec = v.pipe(
  v.strictObject({
    from: v.optional(rate(), 1e-6),
    to: v.optional(rate(), 10),
    steps: v.optional(steps(), 300),
    repeats: v.optional(count(20), 3),
    growth: v.optional(choice(['exponential', 'linear']), 'exponential'),
  }),
  v.check(({ from, to }) => from < to, 'from must be below to'),
)
export type RangeTestSpec = v.InferOutput<typeof RangeTestSpec>
