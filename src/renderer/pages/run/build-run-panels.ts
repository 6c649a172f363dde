import { plannedSchedule } from '../../../core/domain/range-test/planned-schedule'
import { METRIC } from '../../../core/domain/metrics'
import { isLive, type RunRow } from '../../../core/domain/run'
import { createSchedule } from '../../../core/domain/schedules/registry'
import type { ChartPanel, ChartSeries, ChartView, PanelMark, QuantityColour } from '../../charts/types'
import { overviewAside } from '../../run-charts/overview'
import { plannedPart } from '../../run-charts/planned'
import { positionOf, positionsOf } from '../../run-charts/x-axis'
import type { LoadedSeries } from '../../stores/series-entry'

/** Metrics that the panels of the Run page draw. */
export const RUN_METRICS = [
  METRIC.trainLoss,
  METRIC.validationLoss,
  METRIC.validationAccuracy,
  METRIC.lr,
  METRIC.momentum,
  METRIC.gradNorm,
]

/** The stack of one run: loss, validation accuracy, learning rate, momentum, gradient norm; colours are quantities. */
export function buildRunPanels(
  run: RunRow,
  view: ChartView,
  get: (metric: string) => LoadedSeries | null,
): ChartPanel[] {
  const line = (metric: string, label: string, quantity: QuantityColour['quantity'], extra?: Partial<ChartSeries>) =>
    lineOf(run, metric, label, quantity, view, get(metric), extra)
  const planned = (of: 'lr' | 'momentum') => ({
    planned: plannedPart(run, get(METRIC[of]), view.axis, of),
  })
  const aside = (...metrics: string[]) => overviewAside(metrics.map(get))
  const smooth = (metric: string) => ({ smoothed: !get(metric)?.overview })
  const best = bestPoint(run, view, get(METRIC.validationAccuracy))
  const area = divergence(run, view)
  const phases = phaseMarks(run, view)
  const bare = phases.map((mark) => ({ ...mark, label: undefined }))
  return [
    {
      id: 'loss',
      title: 'Loss',
      note: view.logLoss ? 'log' : undefined,
      aside: aside(METRIC.trainLoss),
      scale: view.logLoss ? 'log' : 'linear',
      format: 'loss',
      share: 215,
      legend: true,
      marks: [...phases, ...area, ...(best ? [{ kind: 'best', x: best.x, label: 'best' } satisfies PanelMark] : [])],
      series: [
        ...line(METRIC.trainLoss, 'train', 'train', smooth(METRIC.trainLoss)),
        ...line(METRIC.validationLoss, 'val', 'val'),
      ],
    },
    {
      id: 'accuracy',
      title: 'Validation accuracy',
      aside: run.spec.evaluate ? `every ${run.spec.evaluate.everySteps} steps` : undefined,
      scale: 'linear',
      format: 'percent',
      fit: 'upper',
      share: 134,
      marks: [...bare, ...(best ? [{ kind: 'best', x: best.x } satisfies PanelMark] : [])],
      series: line(METRIC.validationAccuracy, 'val acc', 'val', { best }),
    },
    {
      id: 'lr',
      title: 'Learning rate',
      note: 'log, exact',
      aside: aside(METRIC.lr) ?? '',
      scale: 'log',
      format: 'rate',
      share: 127,
      marks: bare,
      series: line(METRIC.lr, 'LR', 'lr', planned('lr')),
    },
    {
      id: 'momentum',
      title: 'Momentum',
      note: 'exact',
      aside: aside(METRIC.momentum) ?? '',
      scale: 'linear',
      format: 'momentum',
      share: 92,
      marks: bare,
      series: line(METRIC.momentum, 'momentum', 'momentum', planned('momentum')),
    },
    {
      id: 'grad',
      title: 'Gradient norm',
      note: 'log',
      aside: aside(METRIC.gradNorm),
      scale: 'log',
      format: 'number',
      share: 116,
      marks: [...bare, ...area.map((mark) => ({ ...mark, label: undefined }))],
      series: line(METRIC.gradNorm, 'norm', 'grad', smooth(METRIC.gradNorm)),
    },
  ]
}

function lineOf(
  run: RunRow,
  metric: string,
  label: string,
  quantity: QuantityColour['quantity'],
  { axis }: ChartView,
  loaded: LoadedSeries | null,
  extra: Partial<ChartSeries> = {},
): ChartSeries[] {
  const x = loaded ? positionsOf(axis, run, loaded) : undefined
  if (x === null || (!loaded?.steps.length && !extra.planned)) return []
  const { divergedAt } = run
  return [
    {
      id: metric,
      label,
      colour: { quantity },
      steps: loaded?.steps ?? new Float64Array(),
      values: loaded?.values ?? new Float64Array(),
      ...(x && { x }),
      live: isLive(run.status),
      diverged: divergedAt === null ? null : { x: positionOf(axis, run, divergedAt), step: divergedAt },
      ...extra,
    },
  ]
}

/** The greatest recorded validation accuracy, the first of equal ones. */
function bestPoint(run: RunRow, { axis }: ChartView, loaded: LoadedSeries | null): { x: number; value: number } | null {
  if (!loaded) return null
  const { steps, values } = loaded
  let best = -1
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i]) && !(values[i]! <= values[best]!)) best = i
  if (best < 0) return null
  const xs = positionsOf(axis, run, loaded)
  return xs === null ? null : { x: (xs ?? steps)[best]!, value: values[best]! }
}

/** Borders between the phases of the schedule, named by the phase that begins. */
function phaseMarks(run: RunRow, { axis }: ChartView): Extract<PanelMark, { kind: 'phase' }>[] {
  const { phases } = createSchedule(plannedSchedule(run.spec), Math.max(1, run.totalSteps))
  return phases.slice(1).flatMap(({ label, from }) => {
    const x = positionOf(axis, run, from)
    return Number.isNaN(x) ? [] : [{ kind: 'phase' as const, x, label }]
  })
}

/** From the lowest loss to the step of divergence: the stretch in which the loss rose. */
function divergence(run: RunRow, { axis }: ChartView): PanelMark[] {
  const loss = run.metrics[METRIC.trainLoss]
  if (run.divergedAt === null || !loss || !Number.isFinite(loss.min)) return []
  const from = positionOf(axis, run, loss.minStep)
  const to = positionOf(axis, run, run.divergedAt)
  return Number.isNaN(from) || Number.isNaN(to) || to <= from ? [] : [{ kind: 'area', from, to, tone: 'diverged' }]
}
