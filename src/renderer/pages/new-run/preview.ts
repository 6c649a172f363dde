import { formatCount, formatRate } from '../../../core/domain/format'
import { createSchedule } from '../../../core/domain/schedules/registry'
import type { Schedule } from '../../../core/domain/schedules/schedule'
import { momentumOf } from '../../../core/domain/spec/optimizers'
import type { RunSpec } from '../../../core/domain/spec/run-spec'
import type { ChartPanel, PanelMark } from '../../charts/types'

/** More updates than this are drawn from so many evenly spaced ones, and from both sides of each phase end. */
const MOST = 20_000

/** Updates at which a preview is computed, ascending. */
export function previewSteps({ phases }: Schedule, steps: number, most = MOST): Float64Array {
  if (steps <= most) return Float64Array.from({ length: steps }, (_, t) => t)
  const even = Array.from({ length: most }, (_, i) => Math.round((i / (most - 1)) * (steps - 1)))
  const ends = phases.flatMap(({ from, to }) => [from, to].flatMap((t) => [Math.floor(t), Math.floor(t) + 1]))
  const inside = ends.filter((t) => t >= 0 && t < steps)
  return Float64Array.from(new Set([...even, ...inside])).sort()
}

export interface Preview {
  schedule: Schedule
  steps: number
  momentumAt(t: number): number
  /** Sum of the rates of updates 0 to t; exact up to 20 000 updates, by trapezoids between drawn ones above. */
  sumTo(t: number): number
  at: Float64Array
  lr: Float64Array
  momentum: Float64Array
}

/** What a schedule that follows the run is drawn on: a metric as another run recorded it. */
export interface Heard {
  metric: string
  steps: Float64Array
  values: Float64Array
}

/** @param heard for a schedule that depends on a metric; without it such a schedule stays as it begins */
export function previewOf(spec: RunSpec, steps: number, heard: Heard | null = null): Preview {
  const schedule = createSchedule(spec.schedule, steps)
  heard?.steps.forEach((t, i) => {
    if (t < steps) schedule.feedback?.observe(heard.metric, heard.values[i]!, t)
  })
  const momentumAt = schedule.momentum ?? (() => momentumOf(spec.optimizer))
  const at = previewSteps(schedule, steps)
  const lr = at.map((t) => schedule.lr(t))
  const sums = new Float64Array(at.length)
  for (let i = 0; i < at.length; i++) {
    const gap = i ? at[i]! - at[i - 1]! : 1
    const mean = gap > 1 ? (lr[i]! + lr[i - 1]!) / 2 : lr[i]!
    sums[i] = (sums[i - 1] ?? 0) + gap * mean
  }
  return {
    schedule,
    steps,
    momentumAt,
    at,
    lr,
    momentum: at.map(momentumAt),
    sumTo: (t) => sums[at.findLastIndex((step) => step <= t)] ?? 0,
  }
}

/** More phases than this are lines without words. */
const NAMED_PHASES = 6

/** Panels of the preview: the rate above, momentum below, borders of the phases in both. */
export function previewPanels(
  preview: Preview,
  options: { scale: 'linear' | 'log'; epoch: number | null; inEpochs: boolean; testMax?: number | null },
): ChartPanel[] {
  const { schedule, steps, at, lr, momentum } = preview
  const per = options.inEpochs && options.epoch ? options.epoch : 1
  const x = per === 1 ? undefined : at.map((t) => t / per)
  const phases = schedule.phases.filter(({ from, to }) => to > from || steps === 1)
  const named = phases.length > 1 && phases.length <= NAMED_PHASES
  // Phases may share their border: an update counts to the one that it ends.
  const updates = phases.map(({ to }, i) => Math.round(to) - (i ? Math.round(phases[i - 1]!.to) : -1))
  const borders: PanelMark[] = phases.map(({ label, from }, i) => ({
    kind: 'phase',
    x: from / per,
    label: named ? `${label}, ${formatCount(updates[i]!)} steps` : undefined,
  }))
  const climbs: PanelMark[] = phases.flatMap(({ label, from, to }) =>
    label === 'warm-up' ? [{ kind: 'area', from: from / per, to: to / per, tone: 'phase' }] : [],
  )
  const level: PanelMark[] = options.testMax
    ? [{ kind: 'level', value: options.testMax, label: `range-test maximum ${formatRate(options.testMax)}` }]
    : []
  const line = { id: 'preview', steps: at, x }
  return [
    {
      id: 'lr',
      title: 'Learning rate',
      note: 'preview',
      aside: ' ',
      scale: options.scale,
      format: 'rate',
      share: 3.4,
      include: [...(options.scale === 'linear' ? [0] : []), ...(options.testMax ? [options.testMax] : [])],
      marks: [...climbs, ...borders, ...level],
      series: [{ ...line, label: 'LR', colour: { quantity: 'lr' }, values: lr, emphasis: 'focus' }],
    },
    {
      id: 'momentum',
      title: 'Momentum',
      aside: schedule.momentum ? ' ' : "constant, the optimizer's",
      scale: 'linear',
      format: 'momentum',
      share: 1,
      marks: [...climbs, ...borders.map((mark) => ({ ...mark, label: undefined }))],
      series: [{ ...line, label: 'Momentum', colour: { quantity: 'momentum' }, values: momentum }],
    },
  ]
}

export interface PreviewReadout {
  lr: number
  momentum: number
  effective: number
  sum: number
  phase: string
}

/** Everything that the schedule decides about update t. */
export function previewReadout(preview: Preview, t: number): PreviewReadout {
  const lr = preview.schedule.lr(t)
  const momentum = preview.momentumAt(t)
  const phase = preview.schedule.phases.findLast(({ from }) => from <= t)
  return { lr, momentum, effective: lr / (1 - momentum), sum: preview.sumTo(t), phase: phase?.label ?? '' }
}
