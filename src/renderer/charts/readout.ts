import { nearestIndex, stretchesOf } from './derived'
import { positionsOf, shownValues } from './line-view'
import type { ChartPanel, ChartSeries, Readout, ReadoutValue, Smoothing } from './types'

/** Position of the last recorded point of any line; null where nothing is recorded. */
export function lastPosition(panels: readonly ChartPanel[]): number | null {
  const ends = panels.flatMap(({ series }) => series.flatMap((one) => positionsOf(one).at(-1) ?? []))
  return ends.length ? Math.max(...ends) : null
}

/**
 * The recorded values nearest to a position, found by binary search in the recorded points, not in what is drawn.
 * Without a position each line shows its last point.
 */
export function readoutValues(panels: readonly ChartPanel[], x: number | null, smoothing: Smoothing): ReadoutValue[] {
  return panels.flatMap((panel) =>
    panel.series.flatMap((series): ReadoutValue[] => {
      const xs = positionsOf(series)
      const i = x === null ? xs.length - 1 : nearestIndex(xs, x)
      if (i < 0) return []
      const shown = shownValues(series, smoothing)
      const reaches = x === null || reached(xs, i, x)
      return [
        {
          panel: panel.id,
          series: series.id,
          label: series.label,
          colour: series.colour,
          format: panel.format,
          step: series.steps[i]!,
          x: xs[i]!,
          value: reaches ? series.values[i]! : null,
          smooth: reaches && shown !== series.values ? shown[i]! : null,
          nonFiniteSince: nonFiniteSince(series, i, x),
        },
      ]
    }),
  )
}

/** Does a line have anything to say at x? Its nearest point i may be one interval away, no more: a run that ended has no value later. */
function reached(xs: Float64Array, i: number, x: number): boolean {
  const interval = (j: number) => Math.abs((xs[j] ?? xs[i]!) - xs[i]!)
  return Math.abs(x - xs[i]!) <= Math.max(interval(i - 1), interval(i + 1))
}

/** Step since which a line is non-finite at its point i, or since which its run has diverged. */
function nonFiniteSince(series: ChartSeries, i: number, x: number | null): number | null {
  const stretch = stretchesOf(series.values).find(({ start, end }) => i >= start && i < end)
  if (stretch) return series.steps[stretch.start]!
  const at = series.diverged
  return at && (x ?? Infinity) >= at.x ? at.step : null
}

export function readoutAt(
  panels: readonly ChartPanel[],
  crosshair: number | null,
  smoothing: Smoothing,
  state: { pinned: boolean; panel: string | null },
): Readout {
  return {
    x: crosshair ?? lastPosition(panels) ?? 0,
    active: crosshair !== null,
    ...state,
    values: readoutValues(panels, crosshair, smoothing),
  }
}

/** The position one recorded point (or `by` in x units) further from x, inside the range. */
export function moved(
  panels: readonly ChartPanel[],
  x: number | null,
  direction: 1 | -1,
  by: number | null,
  range: { from: number; to: number },
): number {
  const start = x ?? lastPosition(panels) ?? range.from
  const clamp = (to: number) => Math.min(range.to, Math.max(range.from, to))
  if (by !== null) return clamp(start + direction * by)
  const longest = panels.flatMap((panel) => panel.series).sort((a, b) => b.steps.length - a.steps.length)[0]
  if (!longest) return clamp(start)
  const xs = positionsOf(longest)
  let i = nearestIndex(xs, start)
  while (i + direction >= 0 && i + direction < xs.length && (xs[i]! - start) * direction <= 0) i += direction
  return clamp(xs[i] ?? start)
}
