import { isLive, type RunRow } from '../../core/domain/run'
import { createSchedule } from '../../core/domain/schedules/registry'
import { momentumOf } from '../../core/domain/spec/optimizers'
import type { ChartSeries, XAxis } from '../charts/types'
import { positionOf } from './x-axis'

/** Enough for any pixel width; phase ends are added. */
const SAMPLES = 600

/** The part of a live run's schedule that lies ahead of update `step`; absent for a run that has ended. */
export function plannedPart(
  run: RunRow,
  step: number,
  kind: XAxis['kind'],
  of: 'lr' | 'momentum',
): ChartSeries['planned'] {
  // How long the rest takes is a guess, and a guess is no position on an axis.
  if (!isLive(run.status) || kind === 'time' || step >= run.totalSteps) return undefined
  const schedule = createSchedule(run.spec.schedule, run.totalSteps)
  const fixed = momentumOf(run.spec.optimizer)
  const value = of === 'lr' ? schedule.lr : (schedule.momentum ?? (() => fixed))
  const from = Math.max(0, step - 1)
  const last = run.totalSteps - 1
  const even = Array.from({ length: SAMPLES + 1 }, (_, i) => Math.round(from + (i / SAMPLES) * (last - from)))
  const ends = schedule.phases.flatMap((phase) => [phase.from, phase.to]).flatMap((t) => [Math.floor(t), Math.ceil(t)])
  const at = [...new Set([...even, ...ends.filter((t) => t >= from && t <= last)])].sort((a, b) => a - b)
  return {
    x: Float64Array.from(at, (t) => positionOf(kind, run, t)),
    values: Float64Array.from(at, value),
  }
}
