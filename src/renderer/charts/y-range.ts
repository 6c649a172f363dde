import { type LineView, positionsOf, shownValues } from './line-view'
import { plotValues } from './derived'
import { linearTicks, logTicks } from './ticks'
import type { ChartPanel, Smoothing, XRange } from './types'

/** Ends of a y axis in plot units (log10 on a log axis) and the values to label. */
export interface YAxis {
  from: number
  to: number
  /** In the values' own unit, ascending. */
  ticks: number[]
}

/** Label heights that must fit between two ticks, in px. */
const LABEL_SPACE = 18
const AIR = 0.05
/** Height of a line of words, in px. */
const WORDS = 14

/**
 * Ends that no axis passes, in plot units: its length must be a number, and 10 to the power of its ends one above 0.
 * What lies beyond has its mark at the edge.
 */
const WIDEST = { log: [-323, 308], linear: [-Number.MAX_VALUE / 8, Number.MAX_VALUE / 8] } as const

export const plotUnit = (value: number, scale: 'linear' | 'log'): number =>
  scale === 'log' ? (value > 0 ? Math.log10(value) : NaN) : value

/** The y axis of a panel: what `fit` asks for, a little air, round values to label. */
export function yAxis(
  panel: ChartPanel,
  lines: readonly LineView[],
  view: { range: XRange; smoothing: Smoothing; plotHeight: number },
): YAxis {
  const unit = (value: number) => plotUnit(value, panel.scale)
  let [from, to] = finiteExtent(lines, panel.scale)
  if (panel.fit === 'upper') from = Math.max(from, upperStart(panel, view, to))
  if (panel.fit === 'trimmed') [from, to] = trimmed(panel, view, [from, to])
  if (panel.fit === 'bulk') to = bulkEnd(panel, view, [from, to])
  for (const value of panel.include ?? []) {
    if (!Number.isFinite(unit(value))) continue
    from = Math.min(from, unit(value))
    to = Math.max(to, unit(value))
  }
  ;[from, to] = drawable(from, to, panel.scale)
  if (from > to) [from, to] = panel.scale === 'log' ? [-3, 0] : [0, 1]
  if (from === to) [from, to] = alone(from, panel.scale)
  const [low, high] = [from, to]
  const air = AIR * (to - from)
  from -= air
  to += air
  // Shares end at 1, and what is never negative has no room below 0.
  if (panel.format === 'percent' && high <= 1 && panel.scale === 'linear') to = Math.min(to, 1 + air / 4)
  if (panel.scale === 'linear' && low >= 0 && from < 0)
    from = panel.format === 'percent' ? -air / 4 : Math.max(from, -air / 2)
  // Words at the top of the plot get a line of their own above the curves.
  if (panel.marks?.some((mark) => mark.kind !== 'area' && mark.kind !== 'level' && mark.label)) {
    to += (WORDS / Math.max(WORDS, view.plotHeight - WORDS)) * (to - from)
  }
  ;[from, to] = drawable(from, to, panel.scale)
  const labels = Math.max(2, Math.floor(view.plotHeight / LABEL_SPACE))
  const ticks = panel.scale === 'log' ? logTicks(10 ** from, 10 ** to, labels) : linearTicks(from, to, labels)
  return { from, to, ticks }
}

const drawable = (from: number, to: number, scale: 'linear' | 'log'): [number, number] => [
  Math.max(from, WIDEST[scale][0]),
  Math.min(to, WIDEST[scale][1]),
]

/** Ends around a single value. */
const alone = (value: number, scale: 'linear' | 'log'): [number, number] => {
  if (scale === 'log') return [value - 0.5, value + 0.5]
  const around = value === 0 ? 1 : Math.abs(value) * 0.1
  return [value - around, value + around]
}

function finiteExtent(lines: readonly LineView[], scale: 'linear' | 'log'): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  const take = (ys: ArrayLike<number>) => {
    for (let i = 0; i < ys.length; i++) {
      const y = ys[i]!
      if (y < low) low = y
      if (y > high) high = y
    }
  }
  for (const { series, main, ghost, band } of lines) {
    take(main.y)
    if (band) {
      take(band.low)
      take(band.high)
    }
    if (ghost) take(ghost.y)
    // The planned part counts, so that the axis does not jump as a run gets there.
    if (series.planned) take(plotValues(series.planned.values, scale))
  }
  return [low, high]
}

/** Shown finite values in view, ascending, in plot units. */
function sortedInView(panel: ChartPanel, { range, smoothing }: { range: XRange; smoothing: Smoothing }): Float64Array {
  const values: number[] = []
  for (const series of panel.series) {
    const xs = positionsOf(series)
    shownValues(series, smoothing).forEach((value, i) => {
      const y = plotUnit(value, panel.scale)
      if (xs[i]! >= range.from && xs[i]! <= range.to && Number.isFinite(y)) values.push(y)
    })
  }
  return Float64Array.from(values).sort()
}

const quantile = (sorted: Float64Array, q: number): number => sorted[Math.round(q * (sorted.length - 1))] ?? NaN

/** Lower end that gives the good end of an accuracy most of the panel. */
function upperStart(panel: ChartPanel, view: { range: XRange; smoothing: Smoothing }, top: number): number {
  const quarter = quantile(sortedInView(panel, view), 0.25)
  const start = top - 6 * (top - quarter)
  return Number.isFinite(start) && start < top ? start : -Infinity
}

/** So far above the 99th percentile, in decades on a log axis and as a factor on a linear one, the rest would be a line. */
const FAR = 3

/** Upper end that a few values of a diverging run do not push away; they get ▲. */
function bulkEnd(
  panel: ChartPanel,
  view: { range: XRange; smoothing: Smoothing },
  [low, top]: [number, number],
): number {
  const farFrom = (value: number) => (panel.scale === 'log' ? value + FAR : value * 10 ** FAR)
  // Not even the least value is so far below: sorting tens of thousands of them would change nothing.
  if ((low > 0 || panel.scale === 'log') && top <= farFrom(low)) return top
  const sorted = sortedInView(panel, view)
  const most = quantile(sorted, 0.99)
  return sorted.length >= 100 && top > farFrom(most) ? most + (panel.scale === 'log' ? 0.5 : most * 0.5) : top
}

function trimmed(
  panel: ChartPanel,
  view: { range: XRange; smoothing: Smoothing },
  all: [number, number],
): [number, number] {
  const sorted = sortedInView(panel, view)
  return sorted.length < 20 ? all : [quantile(sorted, 0.01), quantile(sorted, 0.99)]
}
