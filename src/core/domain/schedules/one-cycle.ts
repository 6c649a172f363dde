import * as v from 'valibot'
import { choice, count, flag, fraction, rate } from '../spec/fields'
import { formatRate } from '../format'
import { annealing } from './anneal'
import type { Family } from './family'
import { atLeastOne, momentumRange } from './fields'
import type { Phase, Schedule } from './schedule'
import { warmup } from './warmup'

/** Fields of a 1cycle schedule. Rates are absolute, lengths in optimizer updates; N is the run's unless `steps` is given. */
export const OneCycleSpec = v.strictObject({
  kind: v.literal('one-cycle'),
  maxLr: rate(),
  pctStart: v.optional(fraction()),
  anneal: v.optional(choice(['cosine', 'linear']), 'cosine'),
  div: v.optional(atLeastOne(), 25),
  finalDiv: v.optional(atLeastOne()),
  threePhase: v.optional(flag(), false),
  momentum: v.optional(v.nullable(momentumRange(0.85, 0.95)), { base: 0.85, max: 0.95 }),
  steps: v.optional(count()),
  convention: v.optional(choice(['pytorch', 'fastai']), 'pytorch'),
  ...warmup,
})
export type OneCycleSpec = v.InferOutput<typeof OneCycleSpec>

/** A stretch of a 1cycle, from its first update to its last, both may be fractional; what it goes from and to. */
export interface Leg {
  label: string
  from: number
  to: number
  lr: readonly [number, number]
  momentum: readonly [number, number]
}

/**
 * 1cycle: up from maxLr/div to maxLr, then down to its end; momentum mirrors the rate.
 * `pytorch`: phase ends follow OneCycleLR (index pctStart·N − 1), the end is maxLr/div/finalDiv, reached at N − 1.
 * `fastai`: the position is t/N, so the end maxLr/finalDiv lies one update behind the last.
 * A phase of no length (pctStart·N = 1) starts at its end value, where PyTorch divides by zero.
 *
 * @param steps N, number of updates in the run, at least 1
 * @returns rate and momentum of update t, 0 ≤ t < N; both stay at their last value beyond N
 * @see Smith & Topin, arXiv 1708.07120
 */
export function oneCycle(spec: OneCycleSpec, steps: number): Schedule {
  const n = spec.steps ?? steps
  const legs = oneCycleLegs(spec, n)
  const shape = annealing(spec.anneal)
  const value = (t: number, of: 'lr' | 'momentum') => {
    const at = Math.min(Math.max(t, 0), n - 1)
    const inLeg = spec.convention === 'fastai' ? legs.find((leg) => at < leg.to) : legs.find((leg) => at <= leg.to)
    const leg = inLeg ?? legs.at(-1)!
    const length = leg.to - leg.from
    return shape(...leg[of], length > 0 ? (at - leg.from) / length : 1)
  }
  const last = Math.min(n, steps) - 1
  // Of three phases with pctStart above 0.5 the last begins after the end: it is none of this run.
  const phases: Phase[] = legs
    .filter(({ from }) => from <= last)
    .map(({ label, from, to }) => ({ label, from, to: Math.min(to, last) }))
  return { lr: (t) => value(t, 'lr'), momentum: spec.momentum && ((t) => value(t, 'momentum')), phases }
}

/** The legs of a 1cycle of n updates. Of fastai's a leg ends before its last update, of PyTorch's with it. */
export const oneCycleLegs = (spec: OneCycleSpec, n: number): Leg[] =>
  spec.convention === 'fastai' ? fastaiLegs(spec, n) : pytorchLegs(spec, n)

function pytorchLegs(spec: OneCycleSpec, n: number): Leg[] {
  const { maxLr: peak, div } = spec
  const pct = spec.pctStart ?? 0.3
  const initial = peak / div
  const final = initial / (spec.finalDiv ?? 1e4)
  const { base, max } = spec.momentum ?? { base: 0, max: 0 }
  const up = Math.max(pct * n - 1, 0)
  const end = Math.max(n - 1, 0)
  const climb: Leg = { label: 'warm-up', from: 0, to: up, lr: [initial, peak], momentum: [max, base] }
  if (!spec.threePhase) return [climb, { label: 'anneal', from: up, to: end, lr: [peak, final], momentum: [base, max] }]
  const back = Math.max(2 * pct * n - 2, up)
  return [
    climb,
    { label: 'cool-down', from: up, to: back, lr: [peak, initial], momentum: [base, max] },
    { label: 'annihilate', from: back, to: end, lr: [initial, final], momentum: [max, max] },
  ]
}

function fastaiLegs(spec: OneCycleSpec, n: number): Leg[] {
  const peakAt = (spec.pctStart ?? 0.25) * n
  const { maxLr: peak, div } = spec
  const { base, max } = spec.momentum ?? { base: 0, max: 0 }
  return [
    { label: 'warm-up', from: 0, to: peakAt, lr: [peak / div, peak], momentum: [max, base] },
    { label: 'anneal', from: peakAt, to: n, lr: [peak, peak / (spec.finalDiv ?? 1e5)], momentum: [base, max] },
  ]
}

export const oneCycleFamily: Family<OneCycleSpec> = {
  kind: 'one-cycle',
  label: '1cycle',
  schema: OneCycleSpec,
  create: oneCycle,
  describe: (spec, steps) => {
    const { lr, phases } = oneCycle(spec, steps)
    const n = spec.steps ?? steps
    const up = Math.round(phases[0]!.to + 1)
    const momentum = spec.momentum ? `; momentum ${spec.momentum.max} to ${spec.momentum.base} and back` : ''
    return `1cycle: ${formatRate(lr(0))} up to ${formatRate(spec.maxLr)} over ${up} updates, down to ${formatRate(lr(n - 1))} at ${n}${momentum}`
  },
  defaults: (peak) => v.parse(OneCycleSpec, { kind: 'one-cycle', maxLr: peak }),
  warnings: (spec, steps) => {
    if (!spec.threePhase) return []
    if (spec.convention === 'fastai')
      return [{ field: 'threePhase', message: 'The 1cycle of fastai has two phases: threePhase is not used' }]
    const n = spec.steps ?? steps
    const [, back] = pytorchLegs(spec, n)
    if (back!.to <= n - 1) return []
    const message = `Up and down alone take ${Math.ceil(back!.to) + 1} of ${n} updates: there is nothing left for the last phase`
    return [{ field: 'pctStart', message }]
  },
}
