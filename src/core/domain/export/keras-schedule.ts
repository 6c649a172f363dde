import { METRIC } from '../metrics'
import { plateauMode, plateauThresholdMode } from '../schedules/plateau'
import type { ScheduleSpec } from '../schedules/registry'
import { real, whole } from './source'

/** A class of keras.optimizers.schedules, as an expression, whose rates are those of a schedule at every update. */
export interface KerasSchedule {
  name: string
  settings: string[]
}

/** Drops that a PiecewiseConstantDecay may list before a function reads better. */
const MAX_DROPS = 50

const none = (because: string) => ({ because })

/**
 * A number in double precision. Keras computes a schedule in the precision of its first rate, but takes what else is
 * written as a plain number in single: a factor of 0.93 would be wrong by 1e-6 after some hundred updates.
 */
const double = (x: number): string => `np.array(${real(x)})`

/** The class of Keras that a schedule over `steps` updates equals, or why there is none. Plateau and constant have none. */
export function kerasSchedule(spec: ScheduleSpec, steps: number): KerasSchedule | { because: string } {
  if (spec.warmup) return none('of the warm-ups Keras has one that wastes the first update, for one schedule')
  switch (spec.kind) {
    case 'step': {
      const drops = Math.floor((steps - 1) / spec.everySteps)
      const later = Array.from({ length: drops }, (_, i) => ({
        at: (i + 1) * spec.everySteps,
        lr: spec.lr * spec.gamma ** (i + 1),
      }))
      return piecewise(spec.lr, later)
    }
    case 'multi-step': {
      const late = spec.convention === 'keras' ? 1 : 0
      const later = spec.milestones.map((at, i) => ({ at: at + late, lr: spec.lr * spec.gamma ** (i + 1) }))
      return piecewise(
        spec.lr,
        later.filter(({ at }) => at < steps),
      )
    }
    case 'exponential': {
      const settings = [
        double(spec.lr),
        `decay_steps=${double(spec.decaySteps ?? 1)}`,
        `decay_rate=${double(spec.gamma ?? spec.rate!)}`,
        `staircase=${spec.staircase ? 'True' : 'False'}`,
      ]
      return { name: 'ExponentialDecay', settings }
    }
    case 'inverse-time': {
      const settings = [
        double(spec.lr),
        `decay_steps=${double(spec.decaySteps)}`,
        `decay_rate=${double(spec.rate)}`,
        `staircase=${spec.staircase ? 'True' : 'False'}`,
      ]
      return { name: 'InverseTimeDecay', settings }
    }
    case 'polynomial': {
      if (spec.cycle) return none('PolynomialDecay counts its cycles in single precision')
      const settings = [
        double(spec.lr),
        `decay_steps=${whole(spec.steps ?? steps)}`,
        `end_learning_rate=${double(spec.endLr)}`,
        `power=${double(spec.power)}`,
      ]
      return { name: 'PolynomialDecay', settings }
    }
    case 'cosine': {
      const length = spec.steps ?? steps
      if (spec.afterEnd === 'rise' && steps > length + 1)
        return none(`CosineDecay stays at its end after update ${length}, where this run rises again`)
      const settings = [double(spec.lr), `decay_steps=${whole(length)}`, `alpha=${double(spec.minLr / spec.lr)}`]
      return { name: 'CosineDecay', settings }
    }
    case 'warm-restarts': {
      if (spec.cycleMult !== 1)
        return none('CosineDecayRestarts finds its cycles by logarithms, which miss some restarts')
      if (spec.peakMult !== 1 && spec.convention !== 'keras')
        return none('CosineDecayRestarts lowers its peaks otherwise')
      const settings = [
        double(spec.lr),
        `first_decay_steps=${whole(spec.cycleSteps)}`,
        't_mul=1.0',
        `m_mul=${double(spec.peakMult)}`,
        `alpha=${double(spec.minLr / spec.lr)}`,
      ]
      return { name: 'CosineDecayRestarts', settings }
    }
    default:
      return none('Keras has no class for this schedule')
  }
}

function piecewise(first: number, later: readonly { at: number; lr: number }[]): KerasSchedule | { because: string } {
  if (later.length === 0) return none('its rate never falls within the run, which PiecewiseConstantDecay cannot say')
  if (later.length > MAX_DROPS) return none(`PiecewiseConstantDecay would list ${later.length} rates`)
  // Keras keeps the higher rate at the boundary itself.
  const boundaries = later.map(({ at }) => whole(at - 1)).join(', ')
  const values = [first, ...later.map(({ lr }) => lr)].map(real).join(', ')
  return { name: 'PiecewiseConstantDecay', settings: [`boundaries=[${boundaries}]`, `values=[${values}]`] }
}

/** Keras's own callback for a plateau, where it counts as the run does. */
export function kerasPlateau(spec: ScheduleSpec): string[] | { because: string } {
  if (spec.kind !== 'plateau' || spec.warmup) return none('Keras has no class for this schedule')
  if (spec.convention !== 'keras')
    return none('Keras cuts one bad value sooner than PyTorch, whose convention this run has')
  if (plateauThresholdMode(spec) !== 'abs') return none('ReduceLROnPlateau takes an absolute threshold only')
  const monitor = {
    [METRIC.validationLoss]: 'val_loss',
    [METRIC.validationAccuracy]: 'val_accuracy',
    [METRIC.trainLoss]: 'loss',
  }[spec.metric]
  return [
    `monitor="${monitor}"`,
    `factor=${real(spec.factor)}`,
    `patience=${whole(spec.patience)}`,
    `mode="${plateauMode(spec)}"`,
    `min_delta=${real(spec.threshold)}`,
    `cooldown=${whole(spec.cooldown)}`,
    `min_lr=${real(spec.minLr)}`,
  ]
}
