import { createSchedule, type ScheduleSpec } from '../../core/domain/schedules/registry'
import type { Schedule } from '../../core/domain/schedules/schedule'

/**
 * A schedule's course as an SVG path in a box: x is the step, y the rate on a linear scale from 0 to its peak.
 * Phase ends are on the path whatever the width, so that no corner is cut.
 *
 * @param upTo draws updates 0 to upTo only
 */
export function schedulePath(
  spec: ScheduleSpec,
  steps: number,
  box: { width: number; height: number },
  upTo = steps - 1,
): string {
  const schedule = createSchedule(spec, steps)
  const last = Math.max(0, Math.min(upTo, steps - 1))
  const columns = Math.ceil(2 * box.width)
  const even = Array.from({ length: columns + 1 }, (_, i) => Math.round((i / columns) * last))
  const ends = schedule.phases.flatMap(({ from, to }) => [
    Math.floor(from),
    Math.ceil(from),
    Math.floor(to),
    Math.ceil(to),
  ])
  const at = [...new Set([...even, ...ends.filter((t) => t >= 0 && t <= last)])].sort((a, b) => a - b)
  const peak = peakOf(schedule, steps, box.width)
  const x = (t: number) => round((t / Math.max(1, steps - 1)) * box.width)
  const y = (t: number) => round(box.height * (1 - schedule.lr(t) / peak))
  if (at.length === 1) return `M0 ${y(0)}H${steps === 1 ? box.width : 0}`
  return at.map((t, i) => `${i ? 'L' : 'M'}${x(t)} ${y(t)}`).join('')
}

/** Point of the path at update t. */
export function schedulePoint(
  spec: ScheduleSpec,
  steps: number,
  box: { width: number; height: number },
  t: number,
): { x: number; y: number } {
  const schedule = createSchedule(spec, steps)
  const at = Math.max(0, Math.min(t, steps - 1))
  const x = (at / Math.max(1, steps - 1)) * box.width
  return { x, y: box.height * (1 - schedule.lr(at) / peakOf(schedule, steps, box.width)) }
}

const round = (x: number): number => Math.round(x * 10) / 10

function peakOf(schedule: Schedule, steps: number, width: number): number {
  const samples = Math.min(steps, Math.ceil(4 * width) + 1)
  const even = Array.from({ length: samples }, (_, i) => Math.round((i / Math.max(1, samples - 1)) * (steps - 1)))
  const ends = schedule.phases.flatMap(({ from, to }) => [
    Math.floor(from),
    Math.ceil(from),
    Math.floor(to),
    Math.ceil(to),
  ])
  return Math.max(...[...even, ...ends].map((t) => schedule.lr(Math.max(0, t))), Number.MIN_VALUE)
}
