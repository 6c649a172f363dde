import { MAX_RATE } from '../spec/fields'
import type { ScheduleSpec } from './registry'

/** Fields of schedules that are rates; `from` is the warm-up's. */
const RATES = ['lr', 'maxLr', 'minLr', 'endLr'] as const

/** A schedule with all its rates multiplied: the same shape, lower or higher; to 6 digits, none above the greatest allowed. */
export function scaleRates<Spec extends ScheduleSpec>(spec: Spec, factor: number): Spec {
  const scaled = (lr: number) => Math.min(MAX_RATE, Number((lr * factor).toPrecision(6)))
  const rates = RATES.flatMap((field) => {
    const value = (spec as Partial<Record<string, unknown>>)[field]
    return typeof value === 'number' ? [[field, scaled(value)] as const] : []
  })
  const { warmup } = spec
  return {
    ...spec,
    ...Object.fromEntries(rates),
    ...(warmup && { warmup: { ...warmup, from: scaled(warmup.from) } }),
    ...(spec.kind === 'piecewise' && { points: spec.points.map(([t, lr]) => [t, scaled(lr)]) }),
    ...(spec.kind === 'sequence' && {
      parts: spec.parts.map((part) => ({ ...part, schedule: scaleRates(part.schedule, factor) })),
    }),
  }
}
