import * as v from 'valibot'
import { AppError } from '../errors'
import { count } from '../spec/fields'
import type { Family } from './family'
import { type Feedback, MAX_PHASES, type Phase, type Schedule } from './schedule'
import { warmup, type WarmupSpec } from './warmup'

export const MAX_PARTS = 50

/** Schedules one after another; `Inner` is any schedule's spec. */
export interface SequenceOf<Inner> {
  kind: 'sequence'
  parts: { steps: number; schedule: Inner }[]
  warmup?: WarmupSpec
}

export const sequenceSchema = <Input, Inner>(inner: v.GenericSchema<Input, Inner>) =>
  v.strictObject({
    kind: v.literal('sequence'),
    parts: v.pipe(
      v.array(v.strictObject({ steps: count(), schedule: inner })),
      v.minLength(1, 'must have at least one part'),
      v.maxLength(MAX_PARTS, `must have at most ${MAX_PARTS} parts`),
    ),
    ...warmup,
  })

/** A part of a sequence at its place. */
interface Placed {
  from: number
  to: number
  schedule: Schedule
}

/**
 * Schedules one after another: each counts its updates from its own 0 and takes its `steps` for the whole run. After the
 * last part its last rate stays. A part that leaves the momentum alone keeps what the part before it ended with; before
 * the first part that moves it, that part's first value holds.
 *
 * @param create the schedule of a part over its own steps
 */
export function sequence<Inner>(
  spec: SequenceOf<Inner>,
  steps: number,
  create: (spec: Inner, steps: number) => Schedule,
): Schedule {
  let end = 0
  const parts: Placed[] = spec.parts.map((part) => {
    const from = end
    end += part.steps
    return { from, to: end - 1, schedule: create(part.schedule, part.steps) }
  })
  const partAt = (t: number) => parts.find(({ to }) => t <= to) ?? parts.at(-1)!
  const lr = (t: number) => {
    const { from, to, schedule } = partAt(t)
    return schedule.lr(Math.min(t, to) - from)
  }
  const phases: Phase[] = parts
    .flatMap(({ from, schedule }) =>
      schedule.phases.map((phase) => ({ ...phase, from: phase.from + from, to: phase.to + from })),
    )
    .filter((phase) => phase.from < steps)
    .slice(0, MAX_PHASES)
    .map((phase) => ({ ...phase, to: Math.min(phase.to, steps - 1) }))
  const feedback = feedbackOf(parts)
  return { lr, momentum: momentumOf(parts), phases, ...(feedback && { feedback }) }
}

function momentumOf(parts: readonly Placed[]): Schedule['momentum'] {
  const moving = parts.filter(({ schedule }) => schedule.momentum)
  if (moving.length === 0) return null
  return (t) => {
    const { from, to, schedule } = moving.findLast((part) => part.from <= t) ?? moving[0]!
    return schedule.momentum!(Math.min(Math.max(t, from), to) - from)
  }
}

const State = v.strictObject({ parts: v.record(v.string(), v.unknown()) })

/** Each part that follows the run hears what happens during its own updates. */
function feedbackOf(parts: readonly Placed[]): Feedback | null {
  const following = parts.flatMap(({ from, to, schedule }, i) =>
    schedule.feedback ? [{ from, to, key: String(i), feedback: schedule.feedback }] : [],
  )
  if (following.length === 0) return null
  return {
    metrics: [...new Set(following.flatMap(({ feedback }) => feedback.metrics))],
    observe(metric, value, step) {
      const part = following.find(({ from, to }) => from <= step && step <= to)
      part?.feedback.observe(metric, value, step - part.from)
    },
    state: () => ({ parts: Object.fromEntries(following.map(({ key, feedback }) => [key, feedback.state()])) }),
    restore(given) {
      const { success, output } = v.safeParse(State, given)
      if (!success || following.some(({ key }) => !Object.hasOwn(output.parts, key)))
        throw new AppError('checkpoint.invalid', 'The checkpoint holds no state of this sequence of schedules')
      for (const { key, feedback } of following) feedback.restore(output.parts[key])
    },
  }
}

const NAMED_PARTS = 4

/** A sequence of schedules whose specs are `Inner`, made from what is known of any schedule. */
export const sequenceFamily = <Inner>(any: {
  schema: v.GenericSchema<unknown, SequenceOf<Inner>>
  create: (spec: Inner, steps: number) => Schedule
  describe: (spec: Inner, steps: number) => string
  defaults: (peak: number, steps: number) => SequenceOf<Inner>
}): Family<SequenceOf<Inner>> => ({
  kind: 'sequence',
  label: 'Sequence',
  schema: any.schema,
  create: (spec, steps) => sequence(spec, steps, any.create),
  describe: ({ parts }) => {
    const named = parts.slice(0, NAMED_PARTS).map(({ schedule, steps }) => any.describe(schedule, steps))
    const more = parts.length > NAMED_PARTS ? [`${parts.length - NAMED_PARTS} more`] : []
    return `Sequence of ${parts.length}: ${[...named, ...more].join('; then ')}`
  },
  defaults: any.defaults,
  warnings: ({ parts }, steps) => {
    const total = parts.reduce((sum, part) => sum + part.steps, 0)
    if (total === steps) return []
    const message =
      total < steps
        ? `The parts make ${total} updates, the run has ${steps}: the last rate stays for ${steps - total}`
        : `The parts make ${total} updates, the run ends after ${steps} of them`
    return [{ field: 'parts', message }]
  },
})
