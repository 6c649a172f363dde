import { scheduleFacts } from '../../../core/domain/schedules/facts'
import { createSchedule, familyOf, type ScheduleKind, type ScheduleSpec } from '../../../core/domain/schedules/registry'
import type { Schedule } from '../../../core/domain/schedules/schedule'
import { piecewiseHandles, sequenceHandles } from './custom-handles'
import { oneCycleHandles, sawtoothHandles, triangularHandles, warmRestartsHandles } from './cycle-handles'
import {
  cosineHandles,
  exponentialHandles,
  inverseTimeHandles,
  multiStepHandles,
  polynomialHandles,
  stepHandles,
  wsdHandles,
} from './decay-handles'
import { asCount, asRate, digits3, type Handle, type Of } from './handle'

/** The rate that a spec names as its highest, whether or not an update reaches it. */
export function namedPeak(spec: ScheduleSpec, steps: number): number {
  if ('maxLr' in spec) return spec.maxLr
  if ('lr' in spec) return spec.lr
  if (spec.kind === 'piecewise')
    return Math.max(...spec.points.map(([t, lr]) => (t < steps ? lr : 0)), ownEnd(spec, steps))
  return scheduleFacts(createSchedule(spec, steps), steps).peak
}

/** Rate of the last update: pieces may still rise there. */
const ownEnd = (spec: ScheduleSpec, steps: number): number => createSchedule(spec, steps).lr(steps - 1)

/** The same schedule with another highest rate. */
export function withPeak(spec: ScheduleSpec, peak: number, steps: number): ScheduleSpec {
  if (spec.kind === 'piecewise' || spec.kind === 'sequence') return scaled(spec, peak / namedPeak(spec, steps))
  // A low end that would lie above the new peak comes down with it.
  const capped = (low: number) => Math.min(low, peak)
  const lows = {
    ...('minLr' in spec && { minLr: capped(spec.minLr) }),
    ...('endLr' in spec && { endLr: capped(spec.endLr) }),
  }
  return ('maxLr' in spec ? { ...spec, ...lows, maxLr: peak } : { ...spec, ...lows, lr: peak }) as ScheduleSpec
}

/** Every rate of a spec times a factor: the names of all of them end in lr. */
function scaled<Spec>(spec: Spec, factor: number): Spec {
  const isRate = (key: string) => /lr$/i.test(key)
  const of = (value: unknown, key: string): unknown => {
    if (key === 'points') return (value as [number, number][]).map(([t, lr]) => [t, lr && asRate(lr * factor)])
    if (typeof value === 'number') return isRate(key) && value > 0 ? asRate(value * factor) : value
    if (Array.isArray(value)) return value.map((item) => of(item, ''))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, of(inner, name)]))
  }
  return of(spec, '') as Spec
}

/** A sensible schedule of another family with the same peak and end for the same number of updates. */
export function inFamily(kind: ScheduleKind, from: ScheduleSpec, steps: number): ScheduleSpec {
  if (kind === from.kind) return from
  return withEndOf(familyOf(kind).defaults(namedPeak(from, steps), steps), from, steps)
}

/** A schedule that ends as another does, where it has an end to set and the other comes down at all. */
export function withEndOf(spec: ScheduleSpec, other: ScheduleSpec, steps: number): ScheduleSpec {
  const peak = namedPeak(spec, steps)
  const end = digits3(createSchedule(other, steps).lr(steps - 1))
  if (!(end < peak / 2)) return spec
  if (spec.kind === 'cosine' || spec.kind === 'warm-restarts') return { ...spec, minLr: end }
  if (spec.kind === 'polynomial' || spec.kind === 'wsd') return { ...spec, endLr: end }
  const initial = spec.kind === 'one-cycle' ? spec.maxLr / spec.div : 0
  if (spec.kind === 'one-cycle' && end > 0 && end <= initial) return { ...spec, finalDiv: digits3(initial / end) }
  return spec
}

/** What can be dragged: the peak's height in every family, and what else a family's shape has. */
export function handlesOf(spec: ScheduleSpec, steps: number): Handle[] {
  const { warmup } = spec
  if (!warmup || warmup.steps >= steps) return ownHandles(spec, steps)
  const { warmup: _, ...inner } = spec
  const behind = (made: ScheduleSpec): ScheduleSpec => ({ ...made, warmup }) as ScheduleSpec
  const own = ownHandles(inner as ScheduleSpec, steps - warmup.steps).map((handle) => ({
    ...handle,
    t: handle.t + warmup.steps,
    drag: (to: { t: number; lr: number }) => behind(handle.drag({ ...to, t: to.t - warmup.steps })),
    ...(handle.remove && { remove: () => behind(handle.remove!()) }),
  }))
  const at = warmup.convention === 'anneal' ? warmup.steps - 1 : warmup.steps
  const climb: Handle = {
    ...{ id: 'warm', label: 'End of the warm-up', t: at, lr: createSchedule(spec, steps).lr(at) },
    drag: ({ t }) =>
      ({ ...spec, warmup: { ...warmup, steps: asCount(t + (warmup.steps - at), steps - 1) } }) as ScheduleSpec,
  }
  // The peak of a falling schedule lies where the climb ends: one point for its height and its place.
  const [first, ...rest] = own
  if (first?.id !== 'peak' || first.t !== warmup.steps) return [climb, ...own]
  const both: Handle['drag'] = (to) => {
    const made = climb.drag(to)
    return withPeak(made, asRate((to.lr / first.lr) * namedPeak(spec, steps)), steps)
  }
  return [{ ...climb, id: 'peak', label: 'Peak and end of the warm-up', drag: both }, ...rest]
}

function ownHandles(spec: ScheduleSpec, steps: number): Handle[] {
  const schedule = createSchedule(spec, steps)
  if (spec.kind === 'one-cycle') return oneCycleHandles(spec, steps, schedule)
  if (spec.kind === 'triangular') return triangularHandles(spec, steps, schedule)
  if (spec.kind === 'piecewise') return piecewiseHandles(spec, steps)
  if (spec.kind === 'sequence') return sequenceHandles(spec, steps, schedule)
  return [peakHandle(spec, steps, schedule), ...shapeHandles(spec, steps, schedule)]
}

function peakHandle(spec: ScheduleSpec, steps: number, { lr }: Schedule): Handle {
  let at = 0
  const every = Math.max(1, Math.floor(steps / 2000))
  for (let t = 0; t < steps; t += every) if (lr(t) > lr(at)) at = t
  const drag: Handle['drag'] = (to) =>
    withPeak(spec, asRate((Math.max(1e-9, to.lr) / lr(at)) * namedPeak(spec, steps)), steps)
  return { id: 'peak', label: 'Peak', t: at, lr: lr(at), drag }
}

type Simple = Exclude<ScheduleSpec, Of<'one-cycle'> | Of<'triangular'> | Of<'piecewise'> | Of<'sequence'>>

/** What a family has to drag beside its peak. */
function shapeHandles(spec: Simple, steps: number, schedule: Schedule): Handle[] {
  switch (spec.kind) {
    case 'step':
      return stepHandles(spec, steps, schedule)
    case 'multi-step':
      return multiStepHandles(spec, steps, schedule)
    case 'exponential':
      return exponentialHandles(spec, steps, schedule)
    case 'inverse-time':
      return inverseTimeHandles(spec, steps, schedule)
    case 'cosine':
      return cosineHandles(spec, steps, schedule)
    case 'polynomial':
      return polynomialHandles(spec, steps, schedule)
    case 'warm-restarts':
      return warmRestartsHandles(spec, steps, schedule)
    case 'sawtooth':
      return sawtoothHandles(spec, steps, schedule)
    case 'wsd':
      return wsdHandles(spec, steps, schedule)
    case 'constant':
    case 'plateau':
      return []
  }
}
