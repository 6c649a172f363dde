import { createSchedule } from '../../../src/core/domain/schedules/registry'
import type { ExportSubject } from '../../../src/core/domain/export/export-code'
import { momentumOf } from '../../../src/core/domain/spec/optimizers'

/** The value of a metric that these tests measure after update t, the same in every language: it gets better and worse. */
export const measuredAfter = (t: number): number =>
  [1, 0.8, 0.8, 0.9, 0.7, 0.7, 0.7, 0.7, 0.69, 0.69, 0.5][Math.floor((t + 1) / 5) % 11]!

/** Our rate and momentum of every update, where each metric is what {@link measuredAfter} says. */
export function ourRates({ spec, steps }: ExportSubject): { lr: number[]; momentum: number[] } {
  const schedule = createSchedule(spec.schedule, steps)
  const lr: number[] = []
  const momentum: number[] = []
  for (let t = 0; t < steps; t++) {
    lr.push(schedule.lr(t))
    momentum.push(schedule.momentum?.(t) ?? momentumOf(spec.optimizer))
    for (const metric of schedule.feedback?.metrics ?? [])
      if (metric === 'train/loss' || (t + 1) % spec.evaluate!.everySteps === 0)
        schedule.feedback!.observe(metric, measuredAfter(t), t)
  }
  return { lr, momentum }
}

/** Largest relative difference; 0 must be 0 up to the rounding of the largest. */
export function largestOff(got: readonly number[], wanted: readonly number[]): number {
  if (got.length !== wanted.length) return Infinity
  const floor = 1e-15 * Math.max(...wanted)
  return Math.max(
    ...got.map((x, t) => {
      const off = Math.abs(x - wanted[t]!)
      return off <= floor ? 0 : off / Math.abs(wanted[t]!)
    }),
  )
}
