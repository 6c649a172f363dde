import type { Schedule } from '../../../core/domain/schedules/schedule'
import { asCount, asLow, between, digits3, type Handle, type Of } from './handle'

/** More points than these would cover each other. */
const MOST = 12

export function stepHandles(spec: Of<'step'>, steps: number, { lr }: Schedule): Handle[] {
  if (spec.everySteps >= steps) return []
  const drag: Handle['drag'] = ({ t }) => ({ ...spec, everySteps: asCount(t, steps) })
  return [{ id: 'fall', label: 'First fall', t: spec.everySteps, lr: lr(spec.everySteps - 1), drag }]
}

export function multiStepHandles(spec: Of<'multi-step'>, steps: number, { lr }: Schedule): Handle[] {
  const { milestones } = spec
  return milestones.slice(0, MOST).flatMap((at, i) => {
    if (at >= steps) return []
    const [before, after] = [milestones[i - 1] ?? 0, milestones[i + 1] ?? Infinity]
    const drag: Handle['drag'] = ({ t }) => ({
      ...spec,
      milestones: milestones.with(i, between(Math.round(t), before + 1, after - 1)),
    })
    const rest = milestones.filter((_, k) => k !== i)
    const remove = rest.length ? () => ({ ...spec, milestones: rest }) : undefined
    return [{ id: `fall${i}`, label: `Fall ${i + 1}`, t: at, lr: lr(at - 1), drag, remove }]
  })
}

/** The last update's rate says how fast it falls: the factor of one update is a root of what is left. */
export function exponentialHandles(spec: Of<'exponential'>, steps: number, { lr }: Schedule): Handle[] {
  const last = steps - 1
  if (last < 1) return []
  const drag: Handle['drag'] = (to) => {
    const each = between(to.lr / spec.lr, 1e-9, 1) ** (1 / last)
    return spec.gamma === undefined
      ? { ...spec, rate: between(Number((each ** spec.decaySteps!).toPrecision(4)), 1e-9, 1) }
      : { ...spec, gamma: between(Number(each.toPrecision(7)), 1e-9, 1) }
  }
  return [{ id: 'end', label: 'Final rate', t: last, lr: lr(last), drag }]
}

export function inverseTimeHandles(spec: Of<'inverse-time'>, steps: number, { lr }: Schedule): Handle[] {
  const last = steps - 1
  if (last < 1) return []
  const drag: Handle['drag'] = (to) => {
    const left = between(to.lr / spec.lr, 1e-6, 0.999)
    return { ...spec, rate: digits3(((1 / left - 1) * spec.decaySteps) / last) }
  }
  return [{ id: 'end', label: 'Final rate', t: last, lr: lr(last), drag }]
}

/** Where a decay ends, and how low; at the end of the run its length is the run's. */
function endHandle<Spec extends Of<'cosine'> | Of<'polynomial'>>(
  spec: Spec,
  steps: number,
  { lr }: Schedule,
  low: (end: number) => Partial<Spec>,
): Handle {
  const length = Math.min(spec.steps ?? steps, steps)
  const drag: Handle['drag'] = (to) => {
    const asked = asCount(to.t + 1, steps)
    const { steps: _, ...rest } = spec
    // A point that is only moved up or down stays at the end of the run.
    const isWhole = asked > 0.985 * steps
    return { ...(isWhole ? rest : { ...spec, steps: asked }), ...low(asLow(to.lr, spec.lr)) } as Spec
  }
  return { id: 'end', label: 'End of the decay', t: length - 1, lr: lr(length - 1), drag }
}

export const cosineHandles = (spec: Of<'cosine'>, steps: number, schedule: Schedule): Handle[] => [
  endHandle(spec, steps, schedule, (minLr) => ({ minLr })),
]
export const polynomialHandles = (spec: Of<'polynomial'>, steps: number, schedule: Schedule): Handle[] => [
  endHandle(spec, steps, schedule, (endLr) => ({ endLr })),
]

export function wsdHandles(spec: Of<'wsd'>, steps: number, { lr }: Schedule): Handle[] {
  const { warmupSteps, decaySteps } = spec
  const decayFrom = Math.max(0, steps - decaySteps)
  const whole = (t: number, most: number) => between(Math.round(t), 0, Math.max(0, most))
  return [
    {
      ...{
        id: 'climb',
        label: 'End of the climb',
        t: Math.max(0, warmupSteps - 1),
        lr: lr(Math.max(0, warmupSteps - 1)),
      },
      drag: ({ t }) => ({ ...spec, warmupSteps: whole(t + 1, decayFrom) }),
    },
    {
      ...{
        id: 'decay',
        label: 'Start of the decay',
        t: Math.max(0, decayFrom - 1),
        lr: lr(Math.max(0, decayFrom - 1)),
      },
      drag: ({ t }) => ({ ...spec, decaySteps: whole(steps - 1 - t, steps - warmupSteps) }),
    },
    {
      ...{ id: 'end', label: 'Final rate', t: steps - 1, lr: lr(steps - 1) },
      drag: (to) => ({ ...spec, endLr: asLow(to.lr, spec.lr) }),
    },
  ]
}
