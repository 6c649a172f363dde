import { createSchedule, familyOf, type ScheduleKind, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import { peakLr } from '../../../core/domain/schedules/schedule'
import { MAX_RATE } from '../../../core/domain/spec/fields'

/** A point of the preview that can be dragged: where it is, and the spec that puts it somewhere else. */
export interface Handle {
  id: string
  label: string
  t: number
  lr: number
  drag(to: { t: number; lr: number }): ScheduleSpec
}

const digits3 = (x: number): number => Number(x.toPrecision(3))
const asRate = (lr: number): number => digits3(Math.min(MAX_RATE, Math.max(1e-9, lr)))
const between = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x))

/** The rate that a spec names as its highest, whether or not an update reaches it. */
export function namedPeak(spec: ScheduleSpec, steps: number): number {
  if ('maxLr' in spec) return spec.maxLr
  if ('lr' in spec) return spec.lr
  return peakLr(createSchedule(spec, steps), steps)
}

/** The same schedule with another highest rate. */
export function withPeak(spec: ScheduleSpec, peak: number): ScheduleSpec {
  return 'maxLr' in spec ? { ...spec, maxLr: peak } : { ...spec, lr: peak }
}

/** A sensible schedule of another family with the same peak for the same number of updates. */
export const inFamily = (kind: ScheduleKind, from: ScheduleSpec, steps: number): ScheduleSpec =>
  kind === from.kind ? from : familyOf(kind).defaults(namedPeak(from, steps), steps)

/** What can be dragged: the peak's height in every family, and what else a family's shape has. */
export function handlesOf(spec: ScheduleSpec, steps: number): Handle[] {
  const { lr } = createSchedule(spec, steps)
  if (spec.kind === 'one-cycle') return oneCycleHandles(spec, steps, lr)
  let peakAt = 0
  const every = Math.max(1, Math.floor(steps / 2000))
  for (let t = 0; t < steps; t += every) if (lr(t) > lr(peakAt)) peakAt = t
  const peak: Handle = {
    id: 'peak',
    label: 'Peak',
    t: peakAt,
    lr: lr(peakAt),
    drag: (to) => withPeak(spec, asRate((to.lr / lr(peakAt)) * namedPeak(spec, steps))),
  }
  if (spec.kind !== 'step' || spec.everySteps >= steps) return [peak]
  const fall: Handle = {
    id: 'fall',
    label: 'First fall',
    t: spec.everySteps,
    lr: lr(spec.everySteps - 1),
    drag: ({ t }) => ({ ...spec, everySteps: between(Math.round(t), 1, steps) }),
  }
  return [peak, fall]
}

function oneCycleHandles(
  spec: Extract<ScheduleSpec, { kind: 'one-cycle' }>,
  steps: number,
  lr: (t: number) => number,
): Handle[] {
  const n = spec.steps ?? steps
  const isFastai = spec.convention === 'fastai'
  const pct = spec.pctStart ?? (isFastai ? 0.25 : 0.3)
  const peakAt = isFastai ? pct * n : Math.max(pct * n - 1, 0)
  const highest = spec.threePhase ? 0.5 : 0.99
  return [
    {
      id: 'start',
      label: 'Initial rate',
      t: 0,
      lr: lr(0),
      drag: (to) => ({ ...spec, div: digits3(Math.max(1, spec.maxLr / Math.max(1e-9, to.lr))) }),
    },
    {
      id: 'peak',
      label: 'Peak',
      t: peakAt,
      lr: spec.maxLr,
      drag: (to) => ({
        ...spec,
        maxLr: asRate(to.lr),
        pctStart: digits3(between((to.t + (isFastai ? 0 : 1)) / n, 0.01, highest)),
      }),
    },
    {
      id: 'end',
      label: 'Final rate',
      t: Math.min(n, steps) - 1,
      lr: lr(Math.min(n, steps) - 1),
      drag: (to) => {
        const start = isFastai ? spec.maxLr : spec.maxLr / spec.div
        return { ...spec, finalDiv: digits3(between(start / Math.max(1e-12, to.lr), 1, 1e9)) }
      },
    },
  ]
}
