import * as v from 'valibot'
import { choice, count, rate, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import type { Family, ScheduleWarning } from './family'
import { decayFactor, momentumRange, notAbove } from './fields'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

export const TriangularSpec = v.pipe(
  v.strictObject({
    kind: v.literal('triangular'),
    minLr: rateOrZero(),
    maxLr: rate(),
    stepsUp: count(),
    stepsDown: v.optional(count()),
    mode: v.optional(choice(['triangular', 'triangular2', 'exp-range']), 'triangular'),
    gamma: v.optional(decayFactor(), 1),
    momentum: v.optional(v.nullable(momentumRange(0.8, 0.9)), null),
    ...warmup,
  }),
  notAbove('minLr', 'maxLr'),
)
export type TriangularSpec = v.InferOutput<typeof TriangularSpec>

/**
 * Cyclical rates (CLR) as PyTorch's CyclicLR: from minLr up to maxLr in stepsUp updates and back in stepsDown. The height
 * above minLr is halved each cycle (`triangular2`) or times γ^t, t counting all updates (`exp-range`). Momentum, where it
 * moves, mirrors the rate with the same heights.
 *
 * @see Smith, arXiv 1506.01186
 */
export function triangular(spec: TriangularSpec, steps: number): Schedule {
  const up = spec.stepsUp
  const down = spec.stepsDown ?? up
  const period = up + down
  const scale = (t: number) => {
    if (spec.mode === 'triangular2') return 2 ** -Math.floor(t / period)
    return spec.mode === 'exp-range' ? spec.gamma ** t : 1
  }
  const height = (t: number) => {
    const local = t % period
    return (local <= up ? local / up : (period - local) / down) * scale(t)
  }
  const { momentum } = spec
  function* legs() {
    for (let i = 0; ; i++) {
      yield { at: i * period, label: 'up' }
      yield { at: i * period + up, label: 'down' }
    }
  }
  return {
    lr: (t) => spec.minLr + (spec.maxLr - spec.minLr) * height(t),
    momentum: momentum && ((t) => momentum.max - (momentum.max - momentum.base) * height(t)),
    phases: phasesFrom(legs(), steps),
  }
}

const MODES = { triangular: '', triangular2: ', half as high each cycle', 'exp-range': '' }

export const triangularFamily: Family<TriangularSpec> = {
  kind: 'triangular',
  label: 'Triangular',
  schema: TriangularSpec,
  create: triangular,
  describe: (spec, steps) => {
    const { stepsUp: up, stepsDown: down = up, momentum } = spec
    const cycles = steps / (up + down)
    const count = Number.isInteger(cycles) ? String(cycles) : cycles.toFixed(1)
    const fade = spec.mode === 'exp-range' ? `, the height times ${spec.gamma} every update` : MODES[spec.mode]
    const moved = momentum ? `; momentum ${momentum.max} to ${momentum.base} and back` : ''
    return `Triangular: ${formatRate(spec.minLr)} up to ${formatRate(spec.maxLr)} in ${up} updates and back in ${down}, ${count} cycle${cycles === 1 ? '' : 's'}${fade}${moved}`
  },
  defaults: (peak, steps) => ({
    kind: 'triangular',
    minLr: peak / 10,
    maxLr: peak,
    // Two cycles.
    stepsUp: Math.max(1, Math.floor(steps / 4)),
    mode: 'triangular',
    gamma: 1,
    momentum: null,
  }),
  warnings: (spec, steps) => [...fadeWarnings(spec), ...endWarnings(spec, steps)],
}

/** γ and mode that say nothing without each other. */
function fadeWarnings({ mode, gamma }: TriangularSpec): ScheduleWarning[] {
  if (mode === 'exp-range' && gamma === 1)
    return [{ field: 'gamma', message: 'The height stays as it is: exp-range takes it times gamma, which is 1' }]
  if (mode !== 'exp-range' && gamma !== 1)
    return [{ field: 'gamma', message: `gamma ${gamma} is not used: only the mode exp-range takes it` }]
  return []
}

/** A run that ends well above the foot of a triangle. */
function endWarnings(spec: TriangularSpec, steps: number): ScheduleWarning[] {
  const period = spec.stepsUp + (spec.stepsDown ?? spec.stepsUp)
  const last = steps - 1
  const { lr } = triangular(spec, steps)
  // Near the foot of a triangle a cycle is as good as whole.
  if (lr(last) - spec.minLr <= 0.1 * (spec.maxLr - spec.minLr)) return []
  const message = `The run ends inside cycle ${Math.floor(last / period) + 1}, after ${(last % period) + 1} of its ${period} updates, at a rate of ${formatRate(lr(last))} where a whole cycle ends at ${formatRate(spec.minLr)}`
  return [{ field: 'stepsUp', message }]
}
