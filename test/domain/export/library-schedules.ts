/**
 * The schedules of PyTorch and Keras by their own formulas and argument names, apart from ours: what code that calls
 * them would do. They are held to the recorded vectors before anything is held to them.
 */

export type Arguments = Record<string, unknown>

export interface LibrarySchedule {
  lr(t: number): number
  momentum?(t: number): number
  /** Plateaus: what the value measured after the update before t does. */
  step?(value: number): void
}

const n = (given: Arguments, name: string, otherwise?: number): number => Number(given[name] ?? otherwise)
const cosine = (a: number, b: number, p: number) => b + ((a - b) / 2) * (Math.cos(Math.PI * p) + 1)
const linear = (a: number, b: number, p: number) => (b - a) * p + a

function cyclic(a: Arguments): LibrarySchedule {
  const up = n(a, 'step_size_up', 2000)
  const total = up + n(a, 'step_size_down', up)
  const scaled = (low: number, high: number, t: number) => {
    const cycle = Math.floor(1 + t / total)
    const x = 1 + t / total - cycle
    const ratio = up / total
    const share = x <= ratio ? x / ratio : (x - 1) / (ratio - 1)
    const scale = { triangular: 1, triangular2: 1 / 2 ** (cycle - 1), exp_range: n(a, 'gamma', 1) ** t }
    return (high - low) * share * scale[(a.mode ?? 'triangular') as keyof typeof scale]
  }
  const [base, max] = [n(a, 'base_momentum', 0.8), n(a, 'max_momentum', 0.9)]
  return {
    lr: (t) => n(a, 'base_lr') + scaled(n(a, 'base_lr'), n(a, 'max_lr'), t),
    ...(a.cycle_momentum !== false && { momentum: (t: number) => max - scaled(base, max, t) }),
  }
}

function oneCycle(a: Arguments): LibrarySchedule {
  const steps = n(a, 'total_steps')
  const pct = n(a, 'pct_start', 0.3)
  const max = n(a, 'max_lr')
  const initial = max / n(a, 'div_factor', 25)
  const final = initial / n(a, 'final_div_factor', 1e4)
  const [low, high] = [n(a, 'base_momentum', 0.85), n(a, 'max_momentum', 0.95)]
  const phases = a.three_phase
    ? [
        { end: pct * steps - 1, lr: [initial, max], momentum: [high, low] },
        { end: 2 * pct * steps - 2, lr: [max, initial], momentum: [low, high] },
        { end: steps - 1, lr: [initial, final], momentum: [high, high] },
      ]
    : [
        { end: pct * steps - 1, lr: [initial, max], momentum: [high, low] },
        { end: steps - 1, lr: [max, final], momentum: [low, high] },
      ]
  const shape = a.anneal_strategy === 'linear' ? linear : cosine
  const at = (t: number, of: 'lr' | 'momentum') => {
    let start = 0
    for (const [i, phase] of phases.entries()) {
      if (t <= phase.end || i === phases.length - 1)
        return shape(phase[of][0]!, phase[of][1]!, (t - start) / (phase.end - start))
      start = phase.end
    }
    return NaN
  }
  return { lr: (t) => at(t, 'lr'), ...(a.cycle_momentum !== false && { momentum: (t: number) => at(t, 'momentum') }) }
}

function warmRestarts(a: Arguments): LibrarySchedule {
  return {
    lr(t) {
      let length = n(a, 'T_0')
      let at = t
      for (; at >= length; length *= n(a, 'T_mult', 1)) at -= length
      return cosine(n(a, 'lr'), n(a, 'eta_min', 0), at / length)
    },
  }
}

function torchPlateau(a: Arguments): LibrarySchedule {
  let [lr, best, bad, cooling] = [n(a, 'lr'), a.mode === 'max' ? -Infinity : Infinity, 0, 0]
  const by = n(a, 'threshold', 1e-4)
  const better = (x: number) => {
    if (a.threshold_mode === 'abs') return a.mode === 'max' ? x > best + by : x < best - by
    return a.mode === 'max' ? x > best * (1 + by) : x < best * (1 - by)
  }
  return {
    lr: () => lr,
    step(value) {
      if (better(value)) [best, bad] = [value, 0]
      else bad++
      if (cooling > 0) {
        cooling--
        bad = 0
      }
      if (bad > n(a, 'patience', 10)) {
        const lower = Math.max(lr * n(a, 'factor', 0.1), n(a, 'min_lr', 0))
        if (lr - lower > 1e-8) lr = lower
        cooling = n(a, 'cooldown', 0)
        bad = 0
      }
    },
  }
}

function kerasPlateau(a: Arguments): LibrarySchedule {
  let [lr, best, wait, cooling] = [n(a, 'lr'), a.mode === 'max' ? -Infinity : Infinity, 0, 0]
  const by = n(a, 'min_delta', 1e-4)
  const better = (x: number) => (a.mode === 'max' ? x > best + by : x < best - by)
  return {
    lr: () => lr,
    step(value) {
      if (cooling > 0) {
        cooling--
        wait = 0
      }
      if (better(value)) [best, wait] = [value, 0]
      else if (cooling <= 0) {
        wait++
        if (wait >= n(a, 'patience', 10) && lr > n(a, 'min_lr', 0)) {
          lr = Math.max(lr * n(a, 'factor', 0.1), n(a, 'min_lr', 0))
          cooling = n(a, 'cooldown', 0)
          wait = 0
        }
      }
    },
  }
}

const TORCH: Record<string, (a: Arguments) => LibrarySchedule> = {
  StepLR: (a) => ({ lr: (t) => n(a, 'lr') * n(a, 'gamma', 0.1) ** Math.floor(t / n(a, 'step_size')) }),
  MultiStepLR: (a) => ({
    lr: (t) => n(a, 'lr') * n(a, 'gamma', 0.1) ** (a.milestones as number[]).filter((m) => m <= t).length,
  }),
  ExponentialLR: (a) => ({ lr: (t) => n(a, 'lr') * n(a, 'gamma') ** t }),
  PolynomialLR: (a) => ({
    lr: (t) => n(a, 'lr') * (1 - Math.min(t, n(a, 'total_iters', 5)) / n(a, 'total_iters', 5)) ** n(a, 'power', 1),
  }),
  CosineAnnealingLR: (a) => ({ lr: (t) => cosine(n(a, 'lr'), n(a, 'eta_min', 0), t / n(a, 'T_max')) }),
  CosineAnnealingWarmRestarts: warmRestarts,
  CyclicLR: cyclic,
  OneCycleLR: oneCycle,
  ReduceLROnPlateau: torchPlateau,
}

const initial = (a: Arguments) => n(a, 'initial_learning_rate')
const passed = (a: Arguments, t: number) =>
  a.staircase ? Math.floor(t / n(a, 'decay_steps')) : t / n(a, 'decay_steps')

const KERAS: Record<string, (a: Arguments) => LibrarySchedule> = {
  PiecewiseConstantDecay: (a) => ({
    lr: (t) => (a.values as number[])[(a.boundaries as number[]).filter((b) => t > b).length]!,
  }),
  ExponentialDecay: (a) => ({ lr: (t) => initial(a) * n(a, 'decay_rate') ** passed(a, t) }),
  InverseTimeDecay: (a) => ({ lr: (t) => initial(a) / (1 + n(a, 'decay_rate') * passed(a, t)) }),
  PolynomialDecay: (a) => ({
    lr(t) {
      const steps = n(a, 'decay_steps') * (a.cycle ? Math.max(1, Math.ceil(t / n(a, 'decay_steps'))) : 1)
      const end = n(a, 'end_learning_rate', 1e-4)
      return (initial(a) - end) * (1 - Math.min(t, steps) / steps) ** n(a, 'power', 1) + end
    },
  }),
  CosineDecay: (a) => ({
    lr(t) {
      const warmup = a.warmup_target === undefined ? 0 : n(a, 'warmup_steps', 0)
      const peak = n(a, 'warmup_target', initial(a))
      if (t < warmup) return initial(a) + ((peak - initial(a)) * t) / warmup
      const share = Math.min(t - warmup, n(a, 'decay_steps')) / n(a, 'decay_steps')
      return peak * ((1 - n(a, 'alpha', 0)) * 0.5 * (1 + Math.cos(Math.PI * share)) + n(a, 'alpha', 0))
    },
  }),
  CosineDecayRestarts: (a) => ({
    lr(t) {
      let [length, at, peak] = [n(a, 'first_decay_steps'), t, 1]
      for (; at >= length - 1e-9; peak *= n(a, 'm_mul', 1)) {
        at -= length
        length *= n(a, 't_mul', 2)
      }
      const share = 0.5 * peak * (1 + Math.cos((Math.PI * Math.max(0, at)) / length))
      return initial(a) * ((1 - n(a, 'alpha', 0)) * share + n(a, 'alpha', 0))
    },
  }),
  ReduceLROnPlateau: kerasPlateau,
}

/** By library and class. */
export const LIBRARY_SCHEDULES = { pytorch: TORCH, keras: KERAS } as const
