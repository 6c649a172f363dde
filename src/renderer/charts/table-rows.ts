import { nearestIndex } from './derived'
import { positionsOf, shownValues } from './line-view'
import type { ChartPanel, ChartSeries, Smoothing, ValueFormat, XRange } from './types'

export interface TableColumn {
  key: string
  label: string
  format: ValueFormat
  series: ChartSeries
  values: Float64Array
}

/** A column for each recorded line of a stack, and one more for its smoothed form where it is shown smoothed. */
export function tableColumns(panels: readonly ChartPanel[], smoothing: Smoothing): TableColumn[] {
  return panels.flatMap((panel) =>
    panel.series.flatMap((series): TableColumn[] => {
      const label = panel.series.length > 1 ? `${panel.title}, ${series.label}` : panel.title
      const column = { key: `${panel.id}:${series.id}`, label, format: panel.format, series, values: series.values }
      const shown = shownValues(series, smoothing)
      if (shown === series.values) return [column]
      return [column, { ...column, key: `${column.key}:smooth`, label: `${label}, smoothed`, values: shown }]
    }),
  )
}

/** Every position in view at which any line has a point, ascending, each once. */
export function tablePositions(panels: readonly ChartPanel[], { from, to }: XRange): Float64Array {
  const lines = new Set(panels.flatMap((panel) => panel.series.map(positionsOf)))
  const all = Float64Array.from([...lines].flatMap((xs) => [...xs.filter((x) => x >= from && x <= to)])).sort()
  return all.filter((x, i) => i === 0 || x !== all[i - 1])
}

/** The value recorded at a position; undefined where the line has none there. */
export function valueAt({ series, values }: TableColumn, x: number): number | undefined {
  const xs = positionsOf(series)
  const i = nearestIndex(xs, x)
  return xs[i] === x ? values[i] : undefined
}
