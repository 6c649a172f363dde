import { METRIC } from '../../../core/domain/metrics'
import { isLive, type RunRow } from '../../../core/domain/run'
import type { ChartPanel, ChartSeries, ChartView } from '../../charts/types'
import { plannedPart } from '../../run-charts/planned'
import { overviewAside } from '../../run-charts/overview'
import { positionOf, positionsOf } from '../../run-charts/x-axis'
import type { LoadedSeries } from '../../stores/series-entry'

/** A run that is drawn: its row, and its place in the palette. */
export interface DrawnRun {
  run: RunRow
  place: number
  emphasis: ChartSeries['emphasis']
}

export type GetSeries = (run: string, metric: string) => LoadedSeries | null

/** Metrics that the four panels of the Runs page draw. */
export const RUNS_METRICS = [METRIC.trainLoss, METRIC.validationAccuracy, METRIC.lr, METRIC.momentum]

/** The two stacks of the Runs page: loss over learning rate, validation accuracy over momentum. */
export function buildRunsPanels(
  runs: readonly DrawnRun[],
  view: ChartView,
  get: GetSeries,
): { left: ChartPanel[]; right: ChartPanel[] } {
  const lines = (metric: string, extra?: (drawn: DrawnRun) => Partial<ChartSeries>) =>
    runs.flatMap((drawn) => line(drawn, metric, view, get, extra?.(drawn)))
  const planned = (of: 'lr' | 'momentum') => (drawn: DrawnRun) => ({
    planned: plannedPart(drawn.run, get(drawn.run.id, METRIC[of]), view.axis, of),
  })
  const aside = (metric: string) => overviewAside(runs.map(({ run }) => get(run.id, metric)))
  return {
    left: [
      {
        id: 'loss',
        title: 'Train loss',
        note: view.logLoss ? 'log' : undefined,
        aside: aside(METRIC.trainLoss),
        scale: view.logLoss ? 'log' : 'linear',
        format: 'loss',
        fit: 'bulk',
        share: 228,
        series: lines(METRIC.trainLoss, ({ run }) => ({ smoothed: !get(run.id, METRIC.trainLoss)?.overview })),
      },
      {
        id: 'lr',
        title: 'Learning rate',
        note: 'log, exact values, never smoothed',
        scale: 'log',
        format: 'rate',
        share: 150,
        aside: aside(METRIC.lr) ?? '',
        series: lines(METRIC.lr, planned('lr')),
      },
    ],
    right: [
      {
        id: 'accuracy',
        title: 'Validation accuracy',
        aside: evaluationAside(runs) ?? aside(METRIC.validationAccuracy),
        scale: 'linear',
        format: 'percent',
        fit: 'upper',
        share: 228,
        series: lines(METRIC.validationAccuracy),
      },
      {
        id: 'momentum',
        title: 'Momentum',
        note: 'exact values, never smoothed',
        scale: 'linear',
        format: 'momentum',
        share: 150,
        aside: aside(METRIC.momentum) ?? '',
        series: lines(METRIC.momentum, planned('momentum')),
      },
    ],
  }
}

function line(
  { run, place, emphasis }: DrawnRun,
  metric: string,
  { axis }: ChartView,
  get: GetSeries,
  extra: Partial<ChartSeries> = {},
): ChartSeries[] {
  const loaded = get(run.id, metric)
  const x = loaded ? positionsOf(axis, run, loaded) : undefined
  if (x === null || (!loaded && !extra.planned)) return []
  const { divergedAt } = run
  return [
    {
      id: run.id,
      label: run.name,
      colour: { run: place },
      steps: loaded?.steps ?? new Float64Array(),
      values: loaded?.values ?? new Float64Array(),
      ...(x && { x }),
      live: isLive(run.status),
      diverged: divergedAt === null ? null : { x: positionOf(axis, run, divergedAt), step: divergedAt },
      emphasis,
      ...extra,
    },
  ]
}

/** "every 67 steps", where all runs evaluate equally often. */
function evaluationAside(runs: readonly DrawnRun[]): string | undefined {
  const every = new Set(runs.map(({ run }) => run.spec.evaluate?.everySteps))
  const [steps] = every
  return every.size === 1 && steps ? `every ${steps} steps` : undefined
}
