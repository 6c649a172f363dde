import { formatCount, MISSING, nonFiniteWord } from '../../../core/domain/format'
import { metricFormat, metricTitle } from '../../../core/domain/metric-words'
import type { RunRow } from '../../../core/domain/run'
import { valueText } from '../../charts/value-text'
import { lineKey } from './chart-wishes'
import type { ChosenRun } from './chosen-run'
import type { Cell, TableRow } from './comparison-table'
import { placeOf, reaches } from './crosshair-values'
import type { CrosshairPoints, RecordedPoint } from './use-crosshair-points'
import type { CompareAxis } from './x-axis'

/** Values at the crosshair, exact as recorded; without one the last of each run. Means over seeds where runs are folded. */
export function crosshairRows(
  sides: readonly ChosenRun[],
  metrics: readonly string[],
  axis: CompareAxis,
  at: CrosshairPoints | null,
): TableRow[] {
  return metrics.map((metric) => ({
    key: metric,
    label: metricTitle(metric),
    cells: sides.map(({ replicates }) => sideCell(replicates, metric, axis, at)),
  }))
}

interface Value {
  row: RunRow
  point: RecordedPoint | null
  /** Why there is none. */
  reason: string
}

function valueOf(row: RunRow, metric: string, axis: CompareAxis, at: CrosshairPoints | null): Value {
  const summary = row.metrics[metric]
  if (!summary?.count) return { row, point: null, reason: `${metric} was not recorded` }
  if (!at) return { row, point: { step: summary.lastStep, time: NaN, value: summary.last }, reason: '' }
  const point = at.points.get(lineKey(row.id, metric))
  if (!point) return { row, point: null, reason: 'not known on this axis' }
  const place = placeOf(axis, row, at.x)
  const step =
    place && ('step' in place ? place.step : (row.startedAt ?? NaN) + place.ms > point.time ? Infinity : point.step)
  if (row.divergedAt !== null && step !== null && step > row.divergedAt) {
    return { row, point: { step: row.divergedAt, time: NaN, value: NaN }, reason: '' }
  }
  const there = place && 'step' in place ? reaches(row, metric, point, place.step) : true
  return there ? { row, point, reason: '' } : { row, point: null, reason: `ended at step ${formatCount(point.step)}` }
}

function sideCell(rows: readonly RunRow[], metric: string, axis: CompareAxis, at: CrosshairPoints | null): Cell {
  const values = rows.map((row) => valueOf(row, metric, axis, at))
  const points = values.flatMap(({ point }) => point ?? [])
  const write = (value: number) => valueText(value, metricFormat(metric))
  if (!points.length) return { text: MISSING, full: MISSING, tone: 'missing', title: values[0]!.reason }
  const finite = points.filter(({ value }) => Number.isFinite(value))
  if (!finite.length) {
    const word = nonFiniteWord(points[0]!.value)!
    return { text: word, full: word, tone: 'diverged', title: `at step ${formatCount(points[0]!.step)}` }
  }
  const mean = finite.reduce((sum, { value }) => sum + value, 0) / finite.length
  const text = write(mean)
  const each = values.map(({ row, point, reason }) =>
    point
      ? `seed ${row.spec.seed}: ${write(point.value)} at step ${formatCount(point.step)}`
      : `seed ${row.spec.seed}: ${reason}`,
  )
  const title =
    rows.length > 1
      ? [`mean of ${finite.length} of ${rows.length}`, ...each].join('\n')
      : `at step ${formatCount(points[0]!.step)}`
  return { text, full: text, title }
}
