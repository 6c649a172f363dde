import { stretchesOf } from './derived'
import { type Gap, type LineView, type Points, positionsOf } from './line-view'
import type { ChartPanel, ChartSeries, XRange } from './types'
import type { YAxis } from './y-range'
import { plotUnit } from './y-range'

/** A symbol on a curve, in x units and plot units; `y` lies inside the axis. */
export interface SymbolMark {
  kind: 'cross' | 'up' | 'down' | 'live' | 'best' | 'dot'
  series: ChartSeries
  x: number
  y: number
  label?: string
}

/** A stretch where a line is broken. */
export interface BrokenStretch {
  from: number
  to: number
}

interface MarkOptions {
  range: XRange
  axis: YAxis
  scale: 'linear' | 'log'
  plotWidth: number
  fit?: ChartPanel['fit']
}

/** Neighbouring symbols of a line closer than this, in px, would cover each other: the first one speaks for all. */
const OFF_SCALE_SPACE = 10

/** Everything that marks single points of a line: each non-finite run, what is off scale, lone points, best, live end. */
export function symbolsOf(line: LineView, options: MarkOptions): SymbolMark[] {
  return [
    ...lonePoints(line, options),
    ...offScale(line, options),
    ...nonFinite(line, options),
    ...divergence(line, options),
    ...bestPoint(line, options),
    ...liveEnd(line, options),
  ]
}

const inside = (y: number, { from, to }: YAxis): number => Math.min(to, Math.max(from, y))
const inView = (x: number, { from, to }: XRange): boolean => x >= from && x <= to

const gapLabel = ({ kind, step, count }: Gap, letter?: string): string =>
  `${letter ? `${letter}: ` : ''}${kind === '-Inf' ? '−Inf' : kind} at step ${step}${count > 1 ? `, ${count} non-finite` : ''}`

/** A × (▲ for +Inf) where each run of non-finite points starts; at the left edge where it started before the view. */
function nonFinite({ series, gaps }: LineView, { range, axis, plotWidth }: MarkOptions): SymbolMark[] {
  const marks: SymbolMark[] = []
  let lastColumn = NaN
  for (const gap of gaps) {
    const x = Math.max(gap.x, range.from)
    const column = Math.floor(((x - range.from) / (range.to - range.from)) * plotWidth)
    // Runs that start in one pixel column share their mark: a second one on the same pixels shows nothing.
    if (column === lastColumn) continue
    lastColumn = column
    const up = gap.kind === '+Inf' && !series.diverged
    const y = up ? axis.to : inside(gap.beside ?? (axis.from + axis.to) / 2, axis)
    marks.push({ kind: up ? 'up' : 'cross', series, x, y, label: gapLabel(gap, series.letter) })
  }
  return marks
}

/** A × where the run diverged, on lines that have no non-finite point of their own there. */
function divergence({ series, gaps }: LineView, { range, axis, scale }: MarkOptions): SymbolMark[] {
  const at = series.diverged
  if (!at || !inView(at.x, range) || gaps.some((gap) => gap.x === at.x)) return []
  const last = series.values.findLast((value) => Number.isFinite(plotUnit(value, scale)))
  const y = last === undefined ? (axis.from + axis.to) / 2 : plotUnit(last, scale)
  return [{ kind: 'cross', series, x: at.x, y: inside(y, axis) }]
}

/** ▲ or ▼ at the edge for drawn values outside the axis; not where a panel shows the upper end and lines leave it below. */
function offScale({ series, main, ghost }: LineView, { range, axis, plotWidth, fit }: MarkOptions): SymbolMark[] {
  const marks: SymbolMark[] = []
  const last = { up: NaN, down: NaN }
  const { x, y }: Points = ghost ?? main
  for (let i = 0; i < x.length; i++) {
    const kind = y[i]! > axis.to ? 'up' : y[i]! < axis.from ? 'down' : null
    if (!kind || (kind === 'down' && fit === 'upper') || !inView(x[i]!, range)) continue
    const px = ((x[i]! - range.from) / (range.to - range.from)) * plotWidth
    if (px - last[kind] < OFF_SCALE_SPACE) continue
    last[kind] = px
    marks.push({ kind, series, x: x[i]!, y: kind === 'up' ? axis.to : axis.from })
  }
  return marks
}

/** A dot where a point has no neighbour to be joined with: a line would show nothing. */
function lonePoints({ series, main: { x, y } }: LineView, { range }: MarkOptions): SymbolMark[] {
  const marks: SymbolMark[] = []
  const finite = (i: number) => Number.isFinite(y[i] ?? NaN)
  for (let i = 0; i < x.length; i++) {
    if (finite(i) && !finite(i - 1) && !finite(i + 1) && inView(x[i]!, range)) {
      marks.push({ kind: 'dot', series, x: x[i]!, y: y[i]! })
    }
  }
  return marks
}

/** Hollow circles: the best point, and those that the series names. */
function bestPoint({ series }: LineView, { range, axis, scale }: MarkOptions): SymbolMark[] {
  const named = [...(series.best ? [series.best] : []), ...(series.points ?? [])]
  return named.flatMap(({ x, value }): SymbolMark[] => {
    const y = plotUnit(value, scale)
    return Number.isFinite(y) && inView(x, range) ? [{ kind: 'best', series, x, y: inside(y, axis) }] : []
  })
}

function liveEnd({ series, main }: LineView, { range, axis }: MarkOptions): SymbolMark[] {
  if (!series.live) return []
  const xs = positionsOf(series)
  const end = xs[xs.length - 1]
  const i = main.y.findLastIndex((y) => Number.isFinite(y))
  if (end === undefined || i < 0 || !inView(end, range)) return []
  return [{ kind: 'live', series, x: main.x[i]!, y: inside(main.y[i]!, axis) }]
}

/** Stretches of more than one non-finite point, to be tinted over the whole panel. */
export function brokenStretches(series: readonly ChartSeries[], range: XRange): BrokenStretch[] {
  return series.flatMap((one) => {
    if (one.view) {
      const stretches = one.view.nonFinite.filter((gap) => gap.count > 1 && gap.x <= range.to && gap.endX >= range.from)
      return stretches.map(({ x, endX }) => ({ from: Math.max(range.from, x), to: Math.min(range.to, endX) }))
    }
    const xs = positionsOf(one)
    return stretchesOf(one.values)
      .filter(({ start, end }) => end - start > 1 && xs[start]! <= range.to && xs[end - 1]! >= range.from)
      .map(({ start, end }) => ({ from: Math.max(range.from, xs[start]!), to: Math.min(range.to, xs[end - 1]!) }))
  })
}
