import { plateauMode, plateauThresholdMode } from '../schedules/plateau'
import type { ScheduleSpec } from '../schedules/registry'
import type { SpecOf } from './formulas'
import { real, whole } from './source'

/** A class of torch.optim.lr_scheduler whose rates are those of a schedule, at every update of a run. */
export interface TorchScheduler {
  /** Null where a constant rate needs none. */
  name: string | null
  settings: string[]
  /** Rate that the optimizer is made with. */
  lr: number
}

/** Why a class does not do. */
export interface NoScheduler {
  because: string
}

const none = (because: string): NoScheduler => ({ because })

/** The class of PyTorch that a schedule over `steps` updates equals, or why there is none. */
export function torchScheduler(spec: ScheduleSpec, steps: number): TorchScheduler | NoScheduler {
  if (spec.warmup) return none('PyTorch composes a warm-up by steps that undo each other; here it is one function')
  switch (spec.kind) {
    case 'constant':
      return { name: null, settings: [], lr: spec.lr }
    case 'step':
      return {
        name: 'StepLR',
        settings: [`step_size=${whole(spec.everySteps)}`, `gamma=${real(spec.gamma)}`],
        lr: spec.lr,
      }
    case 'multi-step': {
      // Keras's convention falls one update later.
      const late = spec.convention === 'keras' ? 1 : 0
      const milestones = spec.milestones.map((at) => whole(at + late)).join(', ')
      return { name: 'MultiStepLR', settings: [`milestones=[${milestones}]`, `gamma=${real(spec.gamma)}`], lr: spec.lr }
    }
    case 'exponential':
      return exponential(spec)
    case 'polynomial':
      if (spec.endLr > 0 || spec.cycle) return none('PolynomialLR ends at 0 and has no cycles')
      return {
        name: 'PolynomialLR',
        settings: [`total_iters=${whole(spec.steps ?? steps)}`, `power=${real(spec.power)}`],
        lr: spec.lr,
      }
    case 'cosine': {
      const length = spec.steps ?? steps
      if (spec.afterEnd === 'clamp' && steps > length + 1)
        return none(`CosineAnnealingLR rises again after update ${length}, where this run stays`)
      const settings = [`T_max=${whole(length)}`, `eta_min=${real(spec.minLr)}`]
      return { name: 'CosineAnnealingLR', settings, lr: spec.lr }
    }
    case 'warm-restarts': {
      if (!Number.isInteger(spec.cycleMult)) return none('CosineAnnealingWarmRestarts takes whole T_mult only')
      if (spec.peakMult !== 1) return none('CosineAnnealingWarmRestarts comes back to the same peak each time')
      const { cycleSteps, cycleMult, minLr, lr } = spec
      const settings = [`T_0=${whole(cycleSteps)}`, `T_mult=${whole(cycleMult)}`, `eta_min=${real(minLr)}`]
      return { name: 'CosineAnnealingWarmRestarts', settings, lr }
    }
    case 'triangular':
      return triangular(spec)
    case 'one-cycle':
      return oneCycle(spec, steps)
    case 'plateau':
      return plateau(spec)
    case 'inverse-time':
    case 'sawtooth':
    case 'wsd':
    case 'piecewise':
    case 'sequence':
      return none('PyTorch has no class for this schedule')
  }
}

function exponential({ lr, gamma, rate, decaySteps, staircase }: SpecOf<'exponential'>): TorchScheduler | NoScheduler {
  if (gamma !== undefined) return { name: 'ExponentialLR', settings: [`gamma=${real(gamma)}`], lr }
  if (!staircase) return { name: 'ExponentialLR', settings: [`gamma=${real(rate!)} ** (1 / ${real(decaySteps!)})`], lr }
  if (!Number.isInteger(decaySteps)) return none('StepLR takes whole steps only')
  return { name: 'StepLR', settings: [`step_size=${whole(decaySteps!)}`, `gamma=${real(rate!)}`], lr }
}

function triangular(spec: SpecOf<'triangular'>): TorchScheduler {
  const { minLr, maxLr, stepsUp, stepsDown = stepsUp, mode, gamma, momentum } = spec
  const cycled = momentum
    ? ['cycle_momentum=True', `base_momentum=${real(momentum.base)}`, `max_momentum=${real(momentum.max)}`]
    : ['cycle_momentum=False']
  return {
    name: 'CyclicLR',
    settings: [
      `base_lr=${real(minLr)}`,
      `max_lr=${real(maxLr)}`,
      `step_size_up=${whole(stepsUp)}`,
      `step_size_down=${whole(stepsDown)}`,
      `mode="${mode === 'exp-range' ? 'exp_range' : mode}"`,
      `gamma=${real(gamma)}`,
      ...cycled,
    ],
    lr: maxLr,
  }
}

function oneCycle(spec: SpecOf<'one-cycle'>, steps: number): TorchScheduler | NoScheduler {
  const { maxLr, anneal, div, finalDiv = 1e4, pctStart = 0.3, threePhase, momentum } = spec
  const length = spec.steps ?? steps
  if (spec.convention === 'fastai') return none("OneCycleLR ends its phases elsewhere than fastai's 1cycle")
  if (steps > length) return none(`OneCycleLR ends with update ${length}, where this run goes on at its last rate`)
  // A climb of no length: PyTorch divides by zero at pct · N = 1 and starts beyond the peak below that.
  if (pctStart * length <= 1) return none('OneCycleLR cannot climb in less than two updates')
  const cycled = momentum
    ? ['cycle_momentum=True', `base_momentum=${real(momentum.base)}`, `max_momentum=${real(momentum.max)}`]
    : ['cycle_momentum=False']
  return {
    name: 'OneCycleLR',
    settings: [
      `max_lr=${real(maxLr)}`,
      `total_steps=${whole(length)}`,
      `pct_start=${real(pctStart)}`,
      `anneal_strategy="${anneal === 'cosine' ? 'cos' : 'linear'}"`,
      ...cycled,
      `div_factor=${real(div)}`,
      `final_div_factor=${real(finalDiv)}`,
      `three_phase=${threePhase ? 'True' : 'False'}`,
    ],
    lr: maxLr,
  }
}

function plateau(spec: SpecOf<'plateau'>): TorchScheduler | NoScheduler {
  if (spec.convention === 'keras')
    return none('PyTorch cuts one bad value later than Keras, whose convention this run has')
  const { lr, factor, patience, threshold, cooldown, minLr } = spec
  return {
    name: 'ReduceLROnPlateau',
    settings: [
      `mode="${plateauMode(spec)}"`,
      `factor=${real(factor)}`,
      `patience=${whole(patience)}`,
      `threshold=${real(threshold)}`,
      `threshold_mode="${plateauThresholdMode(spec)}"`,
      `cooldown=${whole(cooldown)}`,
      `min_lr=${real(minLr)}`,
    ],
    lr,
  }
}
