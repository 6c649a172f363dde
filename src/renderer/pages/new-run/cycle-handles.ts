import type { Schedule } from '../../../core/domain/schedules/schedule'
import { asCount, asLow, asRate, between, digits3, type Handle, type Of } from './handle'

/** End of the first cycle and its lowest rate. */
const cycleEnd = <Spec extends Of<'warm-restarts'> | Of<'sawtooth'>>(
  spec: Spec,
  steps: number,
  { lr }: Schedule,
  low: (lr: number) => number,
): Handle[] => {
  const t = Math.min(spec.cycleSteps, steps) - 1
  const drag: Handle['drag'] = (to) => ({ ...spec, cycleSteps: asCount(to.t + 1, steps), minLr: low(to.lr) }) as Spec
  return [{ id: 'cycle', label: 'End of the first cycle', t, lr: lr(t), drag }]
}

export const warmRestartsHandles = (spec: Of<'warm-restarts'>, steps: number, schedule: Schedule): Handle[] =>
  cycleEnd(spec, steps, schedule, (lr) => asLow(lr, spec.lr))
export const sawtoothHandles = (spec: Of<'sawtooth'>, steps: number, schedule: Schedule): Handle[] =>
  cycleEnd(spec, steps, schedule, (lr) =>
    spec.shape === 'exponential' ? Math.min(asRate(lr), spec.maxLr) : asLow(lr, spec.maxLr),
  )

export function triangularHandles(spec: Of<'triangular'>, steps: number, { lr }: Schedule): Handle[] {
  const { stepsUp, stepsDown = stepsUp } = spec
  const period = stepsUp + stepsDown
  const handles: Handle[] = [
    {
      ...{ id: 'low', label: 'Lowest rate', t: 0, lr: lr(0) },
      drag: (to) => ({ ...spec, minLr: asLow(to.lr, spec.maxLr) }),
    },
    {
      ...{ id: 'peak', label: 'Peak', t: stepsUp, lr: lr(stepsUp) },
      drag: (to) => ({
        ...spec,
        maxLr: Math.max(asRate((to.lr / lr(stepsUp)) * spec.maxLr), spec.minLr),
        stepsUp: asCount(to.t, steps),
      }),
    },
    {
      ...{ id: 'cycle', label: 'End of the first cycle', t: period, lr: lr(period) },
      drag: (to) => ({ ...spec, stepsDown: asCount(to.t - stepsUp, steps) }),
    },
  ]
  return handles.filter(({ t }) => t < steps)
}

export function oneCycleHandles(spec: Of<'one-cycle'>, steps: number, { lr }: Schedule): Handle[] {
  const n = spec.steps ?? steps
  const isFastai = spec.convention === 'fastai'
  const pct = spec.pctStart ?? (isFastai ? 0.25 : 0.3)
  const peakAt = isFastai ? pct * n : Math.max(pct * n - 1, 0)
  const highest = spec.threePhase ? 0.5 : 0.99
  return [
    {
      ...{ id: 'start', label: 'Initial rate', t: 0, lr: lr(0) },
      drag: (to) => ({ ...spec, div: digits3(Math.max(1, spec.maxLr / Math.max(1e-9, to.lr))) }),
    },
    {
      ...{ id: 'peak', label: 'Peak', t: peakAt, lr: spec.maxLr },
      drag: (to) => ({
        ...spec,
        maxLr: asRate(to.lr),
        pctStart: digits3(between((to.t + (isFastai ? 0 : 1)) / n, 0.01, highest)),
      }),
    },
    {
      ...{ id: 'end', label: 'Final rate', t: Math.min(n, steps) - 1, lr: lr(Math.min(n, steps) - 1) },
      drag: (to) => {
        const start = isFastai ? spec.maxLr : spec.maxLr / spec.div
        return { ...spec, finalDiv: digits3(between(start / Math.max(1e-12, to.lr), 1, 1e9)) }
      },
    },
  ]
}
