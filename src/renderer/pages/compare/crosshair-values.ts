import type { Input } from '../../../core/api/contract'
import type { RunRow } from '../../../core/domain/run'
import { nearestIndex } from '../../charts/derived'
import type { ChartPanel, ReadoutValue, XAxis } from '../../charts/types'
import { isByStep, stepAt, stepPosition } from '../../run-charts/positions'
import { lineKey } from './chart-wishes'
import type { RecordedPoint } from './use-crosshair-points'
import type { CompareAxis } from './x-axis'

type Asked = Input<'metrics.at'>['series'][number]

/** Where a position of the axis lies in a run: at a step, or so many ms after its start; null where the axis does not know it. */
export function placeOf(
  { kind, log }: Pick<CompareAxis, 'kind' | 'log'>,
  run: RunRow,
  position: number,
): { step: number } | { ms: number } | null {
  const x = log ? 10 ** position : position
  if (kind === 'time') return { ms: x }
  if (kind === 'wall') return run.startedAt === null ? null : { ms: x - run.startedAt }
  if (!isByStep(kind) || Number.isNaN(stepPosition(kind, run, 0))) return null
  if (kind === 'step') return { step: x }
  const after = stepAt(kind, run, x)
  const before = Math.max(0, after - 1)
  const nearer = Math.abs(stepPosition(kind, run, after) - x) < Math.abs(stepPosition(kind, run, before) - x)
  return { step: nearer ? after : before }
}

/** What to ask for at a position: every metric of every run. */
export function askedAt(
  axis: CompareAxis,
  runs: readonly RunRow[],
  metrics: readonly string[],
  position: number,
): Asked[] {
  return runs.flatMap((run) => {
    const place = placeOf(axis, run, position)
    return place ? metrics.map((metric) => ({ run: run.id, metric, ...place })) : []
  })
}

/**
 * Does the point say something about the place? It may be one recording away, no more: a run that ended has no value later.
 * @param step asked for
 */
export function reaches(run: RunRow, metric: string, point: RecordedPoint, step: number): boolean {
  const summary = run.metrics[metric]
  const interval = summary && summary.count > 1 ? summary.lastStep / (summary.count - 1) : 1
  return Math.abs(point.step - step) <= Math.max(1, 1.5 * interval)
}

/** Dots of a stack: at each recorded point, on the drawn line where that is smoothed. */
export function dotsOf(
  panels: readonly ChartPanel[],
  metricOf: (panel: ChartPanel) => string,
  points: ReadonlyMap<string, RecordedPoint>,
): ReadoutValue[] {
  return panels.flatMap((panel) =>
    panel.series.flatMap((series): ReadoutValue[] => {
      const point = points.get(lineKey(series.id, metricOf(panel)))
      const xs = series.x ?? series.steps
      const at = point && nearestIndex(series.steps, point.step)
      if (!point || at === undefined || at < 0) return []
      return [
        {
          panel: panel.id,
          series: series.id,
          label: series.label,
          colour: series.colour,
          format: panel.format,
          step: point.step,
          x: xs[at]!,
          value: point.value,
          smooth:
            series.view?.ghost || series.view?.band || series.steps[at] !== point.step ? series.values[at]! : null,
          nonFiniteSince: null,
        },
      ]
    }),
  )
}

/** The crosshair in words: "Step 2 814". */
export const CROSSHAIR_WORDS: Record<XAxis['kind'], string> = {
  step: 'step',
  epoch: 'epoch',
  time: 'after',
  wall: 'at',
  'sum-lr': 'Σ LR',
  warmup: 'after warm-up, step',
  share: 'at',
  cycle: 'in the cycle, step',
  metric: 'at',
}
