/** Values that no field of a sort takes, and what is said to be allowed. */
const NUMBERS = [NaN, Infinity, -Infinity, -1, '1', null, true, {}, []]
const wrong = (allowed: string, ...more: unknown[]) => ({ allowed, values: [...NUMBERS, ...more] })
const rate = wrong('must be above 0 and at most 10000', 0, 10000.1)
const rateOrZero = wrong('must be from 0 to 10000', 10000.1)
const count = wrong('must be a whole number of at least 1', 0, 1.5)
const wholeOrZero = wrong('must be a whole number of at least 0', 1.5)
const factor = wrong('must be above 0 and at most 1', 0, 1.1)
const fraction = wrong('must be above 0 and below 1', 0, 1)
const atLeastOne = wrong('must be at least 1', 0, 0.999)
const positive = wrong('must be above 0', 0)
const atLeastZero = wrong('must be at least 0')
const flag = { allowed: 'must be true or false', values: [1, 0, 'yes', null, {}] }
const words = (...list: string[]) => ({
  allowed: `must be one of ${list.join(', ')}`,
  values: ['', 'x', 1, null, {}, list[0]!.toUpperCase()],
})
const object = { allowed: 'must be an object', values: [1, 'x', true] }

/** What is said to be allowed of a field, and values that it does not take. */
export type Rule = { allowed: string; values: unknown[] }

/** For each family a valid spec with every field, and the rule of each but lists. A family or field missing here fails. */
export const TABLE: Record<string, { spec: Record<string, unknown>; required: string[]; rules: Record<string, Rule> }> =
  {
    constant: { spec: { lr: 1 }, required: ['lr'], rules: { lr: rate } },
    step: {
      spec: { lr: 1, everySteps: 10, gamma: 0.5 },
      required: ['lr', 'everySteps'],
      rules: { lr: rate, everySteps: count, gamma: factor },
    },
    'multi-step': {
      spec: { lr: 1, milestones: [10, 20], gamma: 0.5, convention: 'keras' },
      required: ['lr', 'milestones'],
      rules: {
        lr: rate,
        milestones: { allowed: 'must be a list', values: [3, 'x', true] },
        'milestones.1': count,
        gamma: factor,
        convention: words('pytorch', 'keras'),
      },
    },
    exponential: {
      spec: { lr: 1, rate: 0.5, decaySteps: 10, staircase: true },
      required: ['lr', 'rate', 'decaySteps'],
      rules: { lr: rate, gamma: factor, rate: factor, decaySteps: positive, staircase: flag },
    },
    'inverse-time': {
      spec: { lr: 1, rate: 0.5, decaySteps: 10, staircase: true },
      required: ['lr', 'rate', 'decaySteps'],
      rules: { lr: rate, rate: positive, decaySteps: positive, staircase: flag },
    },
    cosine: {
      spec: { lr: 1, minLr: 0.1, steps: 10, afterEnd: 'rise' },
      required: ['lr'],
      rules: { lr: rate, minLr: rateOrZero, steps: count, afterEnd: words('clamp', 'rise') },
    },
    polynomial: {
      spec: { lr: 1, endLr: 0.1, power: 2, steps: 10, cycle: true },
      required: ['lr'],
      rules: { lr: rate, endLr: rateOrZero, power: positive, steps: count, cycle: flag },
    },
    'warm-restarts': {
      spec: { lr: 1, minLr: 0.1, cycleSteps: 10, cycleMult: 2, peakMult: 0.5, convention: 'keras' },
      required: ['lr', 'cycleSteps'],
      rules: {
        lr: rate,
        minLr: rateOrZero,
        cycleSteps: count,
        cycleMult: atLeastOne,
        peakMult: factor,
        convention: words('pytorch', 'keras'),
      },
    },
    triangular: {
      spec: {
        minLr: 0.1,
        maxLr: 1,
        stepsUp: 10,
        stepsDown: 5,
        mode: 'exp-range',
        gamma: 0.9,
        momentum: { base: 0.1, max: 0.2 },
      },
      required: ['minLr', 'maxLr', 'stepsUp'],
      rules: {
        minLr: rateOrZero,
        maxLr: rate,
        stepsUp: count,
        stepsDown: count,
        mode: words('triangular', 'triangular2', 'exp-range'),
        gamma: factor,
        momentum: object,
        'momentum.base': wrong('must be at least 0 and below 1', 1),
        'momentum.max': wrong('must be at least 0 and below 1', 1),
      },
    },
    sawtooth: {
      spec: { maxLr: 1, minLr: 0.1, cycleSteps: 10, cycleMult: 2, shape: 'exponential' },
      required: ['maxLr', 'minLr', 'cycleSteps'],
      rules: {
        maxLr: rate,
        minLr: rateOrZero,
        cycleSteps: count,
        cycleMult: atLeastOne,
        shape: words('linear', 'exponential'),
      },
    },
    'one-cycle': {
      spec: {
        maxLr: 1,
        pctStart: 0.4,
        anneal: 'linear',
        div: 10,
        finalDiv: 100,
        threePhase: true,
        momentum: { base: 0.1, max: 0.2 },
        steps: 50,
        convention: 'pytorch',
      },
      required: ['maxLr'],
      rules: {
        maxLr: rate,
        pctStart: fraction,
        anneal: words('cosine', 'linear'),
        div: atLeastOne,
        finalDiv: atLeastOne,
        threePhase: flag,
        momentum: object,
        'momentum.base': wrong('must be at least 0 and below 1', 1),
        'momentum.max': wrong('must be at least 0 and below 1', 1),
        steps: count,
        convention: words('pytorch', 'fastai'),
      },
    },
    wsd: {
      spec: { lr: 1, warmupSteps: 10, decaySteps: 20, endLr: 0.1, decay: 'cosine' },
      required: ['lr', 'warmupSteps', 'decaySteps'],
      rules: {
        lr: rate,
        warmupSteps: wholeOrZero,
        decaySteps: wholeOrZero,
        endLr: rateOrZero,
        decay: words('linear', 'cosine', 'one-minus-sqrt'),
      },
    },
    plateau: {
      spec: {
        lr: 1,
        factor: 0.5,
        patience: 2,
        threshold: 0.1,
        thresholdMode: 'abs',
        cooldown: 1,
        minLr: 0.1,
        metric: 'train/loss',
        mode: 'min',
        convention: 'keras',
      },
      required: ['lr'],
      rules: {
        lr: rate,
        factor: fraction,
        patience: wholeOrZero,
        threshold: atLeastZero,
        thresholdMode: words('rel', 'abs'),
        cooldown: wholeOrZero,
        minLr: rateOrZero,
        metric: words('validation/loss', 'validation/accuracy', 'train/loss'),
        mode: words('min', 'max'),
        convention: words('pytorch', 'keras'),
      },
    },
    piecewise: {
      spec: {
        points: [
          [0, 1],
          [10, 0.1],
        ],
        interpolate: 'linear',
      },
      required: ['points'],
      rules: {
        points: { allowed: 'must be a list', values: [3, 'x', true] },
        'points.1': { allowed: 'must be [update, rate]', values: [3, 'x', null, true] },
        'points.1.0': wholeOrZero,
        'points.1.1': rateOrZero,
        interpolate: words('none', 'linear', 'log', 'cosine'),
      },
    },
    sequence: {
      spec: { parts: [{ steps: 10, schedule: { kind: 'constant', lr: 1 } }] },
      required: ['parts', 'parts.0.steps', 'parts.0.schedule', 'parts.0.schedule.lr'],
      rules: {
        parts: { allowed: 'must be a list', values: [3, 'x', true] },
        'parts.0': object,
        'parts.0.steps': count,
        'parts.0.schedule': object,
        'parts.0.schedule.lr': rate,
      },
    },
  }

/** The same of the field that any family may have. */
export const WARMUP = {
  spec: { steps: 5, from: 0.1, shape: 'exponential', convention: 'pytorch' },
  rules: {
    warmup: object,
    'warmup.steps': count,
    'warmup.from': rateOrZero,
    'warmup.shape': words('linear', 'exponential'),
    'warmup.convention': words('anneal', 'pytorch'),
  } as Record<string, Rule>,
}
