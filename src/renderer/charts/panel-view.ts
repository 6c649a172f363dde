import { formatCount } from '../../core/domain/format'
import type { PanelBox } from './geometry'
import { type LineView, viewLine } from './line-view'
import { type BrokenStretch, brokenStretches, type SymbolMark, symbolsOf } from './marks'
import type { ChartPanel, Smoothing, XRange } from './types'
import { type YAxis, yAxis } from './y-range'

/** What all panels of a stack share. */
export interface StackView {
  range: XRange
  smoothing: Smoothing
  showRaw: boolean
  plotWidth: number
}

/** A panel as it is drawn: reduced lines, y axis, marks, and the sentence that says what was left out. */
export interface PanelView {
  panel: ChartPanel
  lines: LineView[]
  axis: YAxis
  symbols: SymbolMark[]
  broken: BrokenStretch[]
  count: string
}

/** From this many lines on a bucket is two pixels wide: a third fewer points, no visible difference. */
const MANY_LINES = 20

export function viewPanel(panel: ChartPanel, view: StackView, box: PanelBox): PanelView {
  const buckets = Math.max(1, Math.round(view.plotWidth / (panel.series.length > MANY_LINES ? 2 : 1)))
  const keep = (panel.marks ?? []).flatMap((mark) => (mark.kind === 'phase' ? [mark.x] : []))
  const lines = panel.series.map((series) => viewLine(series, { ...view, scale: panel.scale, buckets, keep }))
  const axis = yAxis(panel, lines, { ...view, plotHeight: box.plotHeight })
  const options = { range: view.range, axis, scale: panel.scale, fit: panel.fit, plotWidth: view.plotWidth }
  // Loud marks last, so that nothing covers them.
  const order = ['dot', 'down', 'up', 'best', 'live', 'cross']
  const symbols = lines
    .flatMap((line) => symbolsOf(line, options))
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
  return { panel, lines, axis, symbols, broken: brokenStretches(panel.series, view.range), count: countText(lines) }
}

/** "1 040 of 3 126 points drawn, extremes kept, 1 non-finite": of the points in view, none is left out silently. */
export function countText(lines: readonly LineView[]): string {
  const sum = (pick: (line: LineView) => number) => lines.reduce((total, line) => total + pick(line), 0)
  const total = sum((line) => line.total)
  if (!total) return lines.length ? 'no points yet' : ''
  const drawn = sum((line) => line.drawn)
  const nonFinite = sum((line) => line.gaps.reduce((count, gap) => count + gap.count, 0))
  const nonPositive = sum((line) => line.nonPositive)
  return [
    `${formatCount(drawn)} of ${formatCount(total)} points drawn`,
    ...(drawn < total ? ['extremes kept'] : []),
    ...(nonFinite ? [`${formatCount(nonFinite)} non-finite`] : []),
    ...(nonPositive ? [`${formatCount(nonPositive)} at or below 0 not on a log axis`] : []),
  ].join(', ')
}
