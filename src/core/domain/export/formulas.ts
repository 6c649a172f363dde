import type { Anneal } from '../schedules/anneal'
import { type Leg, oneCycleLegs } from '../schedules/one-cycle'
import type { ScheduleSpec } from '../schedules/registry'
import type { Statement } from './rate-function'
import { length, real, whole } from './source'

/** The spec of one family. */
export type SpecOf<Kind extends ScheduleSpec['kind']> = Extract<ScheduleSpec, { kind: Kind }>

/** The families whose rate is one function of t; the others are made of these or follow the run. */
export type PlainSpec = Exclude<ScheduleSpec, { kind: 'sequence' | 'plateau' }>

const back = (expression: string): Statement => ({ return: expression })

/** From a to b in a line, as the expression p goes from 0 to 1. */
export const straight = (a: number, b: number, p: string): string =>
  a === 0 ? `${real(b)} * ${p}` : `${real(a)} + (${real(b)} - ${real(a)}) * ${p}`

/** From a to b as the expression p goes from 0 to 1. */
function between(shape: Anneal, a: number, b: number, p: string): string {
  if (a === b) return real(a)
  return shape === 'cosine' ? straight(b, a, `(1 + cos(pi * ${p})) / 2`) : straight(a, b, p)
}

/** Rates that change at once, each at its update. */
function stairs(first: number, later: readonly { from: number; lr: number }[]): Statement[] {
  const rates = [first, ...later.map(({ lr }) => lr)]
  return [
    ...later.map(({ from }, i): Statement => ({ if: `t < ${length(from)}`, then: [back(real(rates[i]!))] })),
    back(real(rates.at(-1)!)),
  ]
}

/** Sets `start` and `size` of the cycle that t lies in, and its `index`. */
function findCycle({ cycleSteps, cycleMult }: { cycleSteps: number; cycleMult: number }): Statement[] {
  if (cycleMult === 1)
    return [
      { let: 'index', be: `floor(t / ${whole(cycleSteps)})` },
      { let: 'start', be: `index * ${whole(cycleSteps)}` },
      { let: 'size', be: whole(cycleSteps) },
    ]
  // Sums of fractional lengths come out a rounding error beside a whole number, and would miss a restart there.
  const snap: Statement[] = Number.isInteger(cycleMult)
    ? []
    : [{ if: 'abs(end - floor(end + 0.5)) < 1e-9 * end', then: [{ set: 'end', be: 'floor(end + 0.5)' }] }]
  return [
    { let: 'index', be: '0' },
    { let: 'start', be: '0' },
    { let: 'size', be: whole(cycleSteps) },
    { let: 'end', be: whole(cycleSteps) },
    {
      while: 't >= end',
      do: [
        { set: 'index', be: 'index + 1' },
        { set: 'start', be: 'end' },
        { set: 'size', be: `size * ${length(cycleMult)}` },
        { set: 'end', be: 'start + size' },
        ...snap,
      ],
    },
  ]
}

function warmRestarts(spec: SpecOf<'warm-restarts'>): Statement[] {
  const { lr, minLr, peakMult, convention } = spec
  const low = real(minLr)
  const height =
    peakMult === 1
      ? `(${real(lr)} - ${low})`
      : convention === 'keras'
        ? `(${real(lr)} - ${low}) * ${real(peakMult)} ** index`
        : `(max(${real(lr)} * ${real(peakMult)} ** index, ${low}) - ${low})`
  return [...findCycle(spec), back(`${low} + ${height} * (1 + cos(pi * (t - start) / size)) / 2`)]
}

function sawtooth(spec: SpecOf<'sawtooth'>): Statement[] {
  const { maxLr, minLr, shape } = spec
  const fall =
    shape === 'linear'
      ? between('linear', maxLr, minLr, 'share')
      : `${real(maxLr)} * (${real(minLr)} / ${real(maxLr)}) ** share`
  return [
    ...findCycle(spec),
    { if: 'size <= 1', then: [back(real(maxLr))] },
    { let: 'share', be: 'min(1, (t - start) / (size - 1))' },
    back(fall),
  ]
}

/** The height above its base of a triangular schedule, from 0 to 1. */
function triangularHeight(spec: SpecOf<'triangular'>): Statement[] {
  const up = spec.stepsUp
  const down = spec.stepsDown ?? up
  const scale =
    spec.mode === 'triangular2'
      ? `0.5 ** floor(t / ${up + down})`
      : spec.mode === 'exp-range'
        ? `${real(spec.gamma)} ** t`
        : '1'
  return [
    { let: 'local', be: `t % ${whole(up + down)}` },
    { let: 'height', be: `local / ${whole(up)}` },
    { if: `local > ${whole(up)}`, then: [{ set: 'height', be: `(${whole(up + down)} - local) / ${whole(down)}` }] },
    ...(scale === '1' ? [] : [{ set: 'height', be: `height * ${scale}` }]),
  ]
}

function oneCycle(spec: SpecOf<'one-cycle'>, steps: number, of: 'lr' | 'momentum'): Statement[] {
  const n = spec.steps ?? steps
  const inside: Statement[] = n < steps ? [{ set: 't', be: `min(t, ${whole(n - 1)})` }] : []
  const within = spec.convention === 'fastai' ? '<' : '<='
  const legs = oneCycleLegs(spec, n)
  const value = ({ from, to, ...leg }: Leg): Statement => {
    const [a, b] = leg[of]
    const local = from === 0 ? 't' : `(t - ${length(from)})`
    return back(to > from ? between(spec.anneal, a, b, `${local} / ${length(to - from)}`) : real(b))
  }
  return [
    ...inside,
    ...legs.slice(0, -1).map((leg): Statement => ({ if: `t ${within} ${length(leg.to)}`, then: [value(leg)] })),
    value(legs.at(-1)!),
  ]
}

function polynomial({ lr, endLr, power, cycle, ...spec }: SpecOf<'polynomial'>, steps: number): Statement[] {
  const n = spec.steps ?? steps
  const left = power === 1 ? '(1 - share)' : `(1 - share) ** ${real(power)}`
  const rate = endLr === 0 ? `${real(lr)} * ${left}` : `(${real(lr)} - ${real(endLr)}) * ${left} + ${real(endLr)}`
  const size = cycle ? `(${whole(n)} * max(1, ceil(t / ${whole(n)})))` : whole(n)
  return [{ let: 'share', be: `min(1, t / ${size})` }, back(rate)]
}

function wsd({ lr, endLr, warmupSteps, decaySteps, decay }: SpecOf<'wsd'>, steps: number): Statement[] {
  const from = steps - decaySteps
  const climb = `${real(lr)} * (t + 1) / ${whole(warmupSteps)}`
  const share = `(t - ${whole(from)} + 1) / ${whole(decaySteps)}`
  const fall =
    decay === 'one-minus-sqrt'
      ? `${real(endLr)} + (${real(lr)} - ${real(endLr)}) * (1 - sqrt(share))`
      : between(decay, lr, endLr, 'share')
  if (decaySteps > 0 && warmupSteps + decaySteps > steps)
    return [
      { let: 'climb', be: warmupSteps > 0 ? `min(${climb}, ${real(lr)})` : real(lr) },
      { let: 'share', be: `min(1, max(0, ${share}))` },
      back(`min(climb, ${fall})`),
    ]
  return [
    ...(warmupSteps > 0 ? [{ if: `t < ${whole(warmupSteps)}`, then: [back(climb)] }] : []),
    ...(decaySteps === 0 || from === 0 ? [] : [{ if: `t < ${whole(from)}`, then: [back(real(lr))] }]),
    ...(decaySteps === 0 ? [back(real(lr))] : [{ let: 'share', be: `min(1, ${share})` }, back(fall)]),
  ]
}

function piecewise({ points, interpolate }: SpecOf<'piecewise'>): Statement[] {
  const [first, ...rest] = points as [[number, number], ...[number, number][]]
  const last = points.at(-1)!
  if (interpolate === 'none')
    return stairs(
      first[1],
      rest.map(([from, lr]) => ({ from, lr })),
    )
  const reach = ([from, a]: [number, number], [to, b]: [number, number]): Statement => {
    const share = `(t - ${whole(from)}) / ${whole(to - from)}`
    const rate =
      interpolate === 'log' ? `${real(a)} * (${real(b)} / ${real(a)}) ** (${share})` : between(interpolate, a, b, share)
    return { if: `t < ${whole(to)}`, then: [back(rate)] }
  }
  return [
    ...(first[0] > 0 ? [{ if: `t < ${whole(first[0])}`, then: [back(real(first[1]))] }] : []),
    ...rest.map((point, i) => reach(points[i]!, point)),
    back(real(last[1])),
  ]
}

/**
 * The rate of update t, 0 ≤ t < steps, as statements; without the warm-up, which goes in front of any.
 * @param steps N of the schedule: those of the run, or of its part
 */
export function rateOf(spec: PlainSpec, steps: number): Statement[] {
  switch (spec.kind) {
    case 'constant':
      return [back(real(spec.lr))]
    case 'step':
      return [back(`${real(spec.lr)} * ${real(spec.gamma)} ** floor(t / ${whole(spec.everySteps)})`)]
    case 'multi-step': {
      const late = spec.convention === 'keras' ? 1 : 0
      const falls = spec.milestones.map((at, i) => ({ from: at + late, lr: spec.lr * spec.gamma ** (i + 1) }))
      return stairs(spec.lr, falls)
    }
    case 'exponential': {
      const passed = spec.decaySteps === undefined ? 't' : `t / ${length(spec.decaySteps)}`
      const exponent = spec.staircase ? `floor(${passed})` : `(${passed})`
      return [back(`${real(spec.lr)} * ${real(spec.gamma ?? spec.rate!)} ** ${exponent}`)]
    }
    case 'inverse-time': {
      const passed = `t / ${length(spec.decaySteps)}`
      return [back(`${real(spec.lr)} / (1 + ${real(spec.rate)} * ${spec.staircase ? `floor(${passed})` : passed})`)]
    }
    case 'polynomial':
      return polynomial(spec, steps)
    case 'cosine': {
      const n = whole(spec.steps ?? steps)
      return [
        back(between('cosine', spec.lr, spec.minLr, spec.afterEnd === 'rise' ? `t / ${n}` : `min(t, ${n}) / ${n}`)),
      ]
    }
    case 'warm-restarts':
      return warmRestarts(spec)
    case 'triangular':
      return [
        ...triangularHeight(spec),
        back(`${real(spec.minLr)} + (${real(spec.maxLr)} - ${real(spec.minLr)}) * height`),
      ]
    case 'sawtooth':
      return sawtooth(spec)
    case 'one-cycle':
      return oneCycle(spec, steps, 'lr')
    case 'wsd':
      return wsd(spec, steps)
    case 'piecewise':
      return piecewise(spec)
  }
}

/** The momentum of update t; null where the schedule leaves it alone. */
export function momentumOf(spec: PlainSpec, steps: number): Statement[] | null {
  if ((spec.kind !== 'one-cycle' && spec.kind !== 'triangular') || !spec.momentum) return null
  if (spec.kind === 'one-cycle') return oneCycle(spec, steps, 'momentum')
  const { base, max } = spec.momentum
  return [...triangularHeight(spec), back(`${real(max)} - (${real(max)} - ${real(base)}) * height`)]
}
