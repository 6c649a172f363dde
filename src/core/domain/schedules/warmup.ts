import * as v from 'valibot'
import { formatRate } from '../format'
import { choice, count, rateOrZero } from '../spec/fields'
import { across } from './fields'
import type { Phase, Schedule } from './schedule'

/** A climb of `steps` updates from the rate `from` to the first rate of the schedule behind it. */
export const WarmupSpec = v.pipe(
  v.strictObject({
    steps: count(),
    from: v.optional(rateOrZero(), 0),
    shape: v.optional(choice(['linear', 'exponential']), 'linear'),
    convention: v.optional(choice(['anneal', 'pytorch']), 'anneal'),
  }),
  across('from', ({ from, shape }) =>
    shape === 'exponential' && from === 0 ? 'must be above 0 for an exponential warm-up' : null,
  ),
)
export type WarmupSpec = v.InferOutput<typeof WarmupSpec>

/** The field that any schedule may have. */
export const warmup = { warmup: v.optional(WarmupSpec) }

/** Updates that are left for the schedule behind a warm-up. */
export const stepsBehind = (spec: WarmupSpec, steps: number): number => Math.max(1, steps - spec.steps)

/**
 * A warm-up in front of a schedule, which then starts at update W with its own update 0.
 * `anneal`: update t < W has the share (t + 1)/W of the climb, so that the first is not wasted and W − 1 has all of it.
 * `pytorch`: t/W, so that update 0 has the rate `from` (0 by default: it changes nothing) and W all of it.
 * Momentum waits at its first value; what is observed during the climb is not the inner schedule's business.
 */
export function warmed(spec: WarmupSpec, inner: Schedule): Schedule {
  const { steps: length, from, shape } = spec
  const ahead = spec.convention === 'anneal' ? 1 : 0
  const target = inner.lr(0)
  const climb = (t: number) => {
    const share = Math.min(1, (t + ahead) / length)
    return shape === 'linear' ? from + (target - from) * share : from * (target / from) ** share
  }
  const { momentum, feedback } = inner
  const shifted: Phase[] = inner.phases.map((phase) => ({ ...phase, from: phase.from + length, to: phase.to + length }))
  return {
    lr: (t) => (t < length ? climb(t) : inner.lr(t - length)),
    momentum: momentum && ((t) => momentum(Math.max(0, t - length))),
    phases: [{ label: 'warm-up', from: 0, to: length - 1 }, ...shifted],
    ...(feedback && {
      feedback: {
        ...feedback,
        observe: (metric: string, value: number, step: number) =>
          step >= length && feedback.observe(metric, value, step - length),
      },
    }),
  }
}

/** "a warm-up from 0 to 0.400 over 100 updates". */
export function describeWarmup({ steps, from, shape }: WarmupSpec, target: number): string {
  const how = shape === 'exponential' ? 'an exponential warm-up' : 'a warm-up'
  return `${how} from ${formatRate(from)} to ${formatRate(target)} over ${steps} update${steps === 1 ? '' : 's'}`
}
