import type { EChartsCoreOption } from 'echarts/core'
import type { StackBox } from './geometry'
import { LINE_SHAPE, type PlacedLine } from './line-shape'
import type { LineView } from './line-view'
import type { SymbolMark } from './marks'
import type { PanelView, StackView } from './panel-view'
import { inOrder, type Stroke, strokesOf } from './strokes'
import { type ChartTheme, colourOf } from './theme'
import type { PanelMark, XRange } from './types'
import { plotUnit, type YAxis } from './y-range'

type Option = Record<string, unknown>

const CROSS = 'path://M-5,-5L5,5M-5,5L5,-5'
const UP = 'path://M0,-5L5,4L-5,4Z'
const DOWN = 'path://M0,5L5,-4L-5,-4Z'

/**
 * The ECharts option of a whole stack: one grid a panel, all with the same left and width; curves, tints and marks.
 * Text is not here: the page draws it, so that it can give way to the crosshair.
 */
export function buildStack(
  panels: readonly PanelView[],
  view: StackView,
  box: StackBox,
  theme: ChartTheme,
  xTicks: readonly number[],
): EChartsCoreOption {
  const axisLine = { axisLine: { show: false }, axisLabel: { show: false } }
  const lines = (ticks: readonly number[]) => ({
    axisTick: { show: false, customValues: ticks },
    splitLine: { show: true, lineStyle: { color: theme.grid, width: 1 } },
  })
  return {
    animation: false,
    grid: box.panels.map(({ plotTop, plotHeight }) => ({
      left: box.plotLeft,
      width: box.plotWidth,
      top: plotTop,
      height: plotHeight,
      // Neither labels nor names take room: a step is the same pixel in every panel.
      containLabel: false,
      outerBoundsMode: 'none',
    })),
    xAxis: panels.map((_, i) => ({
      type: 'value',
      gridIndex: i,
      min: view.range.from,
      max: view.range.to,
      ...axisLine,
      ...lines(xTicks),
    })),
    yAxis: panels.map(({ panel, axis }, i) => ({
      type: 'value',
      gridIndex: i,
      min: axis.from,
      max: axis.to,
      ...axisLine,
      ...lines(axis.ticks.map((tick) => plotUnit(tick, panel.scale))),
    })),
    series: panels.flatMap((panel, i) => panelSeries(panel, i, view, theme, box.panels[i]!.plotHeight)),
  }
}

function panelSeries(
  view: PanelView,
  index: number,
  stack: StackView,
  theme: ChartTheme,
  plotHeight: number,
): Option[] {
  const place = { xAxisIndex: index, yAxisIndex: index, silent: true, animation: false }
  const { id } = view.panel
  const strokes = strokesOf(view, plotHeight, theme)
  const renderItem = (_: unknown, api: CustomApi) => {
    const placed = placedBy(api, stack.range, view.axis)
    const bands = inOrder(view.lines).flatMap((line) => bandShapes(line, api, theme))
    return { type: 'group', children: [...bands, ...strokes.map((stroke) => strokeShape(stroke, placed))] }
  }
  return [
    { ...place, id: `${id}:back`, type: 'line', data: [], ...background(view, stack, theme) },
    { ...place, id: `${id}:lines`, type: 'custom', clip: true, z: 3, data: [[0, 0]], renderItem },
    {
      ...place,
      id: `${id}:marks`,
      type: 'scatter',
      z: 5,
      // A mark on the very edge is still drawn whole.
      clip: false,
      data: view.symbols.flatMap((symbol) => symbolItems(symbol, theme)),
    },
  ]
}

/** Converts positions on the axes to pixels, as ECharts hands it to custom series. */
interface CustomApi {
  coord(point: [number, number]): [number, number]
}

/** Pixels of points of a panel, as its grid and axes lie. */
function placedBy(api: CustomApi, range: XRange, axis: YAxis): Omit<PlacedLine, 'points'> {
  const [left, top] = api.coord([range.from, axis.from])
  const [right, bottom] = api.coord([range.to, axis.to])
  return {
    x0: range.from,
    y0: axis.from,
    left,
    top,
    perX: (right - left) / (range.to - range.from),
    perY: (bottom - top) / (axis.to - axis.from),
  }
}

/** A line as one shape of its panel's series. */
function strokeShape({ points, color, width, opacity, dash, cap, join }: Stroke, place: Omit<PlacedLine, 'points'>) {
  return {
    type: LINE_SHAPE,
    silent: true,
    shape: { line: { points, ...place } },
    style: {
      fill: null,
      stroke: color,
      lineWidth: width,
      opacity,
      lineCap: cap,
      lineJoin: join,
      ...(dash !== 'solid' && { lineDash: dash }),
    },
  }
}

/** The band around a mean: one polygon for each unbroken part. */
function bandShapes({ series, main: { x }, band }: LineView, api: CustomApi, theme: ChartTheme): Option[] {
  if (!band) return []
  const fill = colourOf(series.colour, theme)
  const opacity = theme.bandAlpha * (series.emphasis === 'dim' ? theme.dimAlpha : 1)
  return unbroken(band).map(({ from, to }) => {
    const edge = (ys: Float64Array) => Array.from(ys.subarray(from, to), (y, i) => api.coord([x[from + i]!, y]))
    return {
      type: 'polygon',
      silent: true,
      shape: { points: [...edge(band.high), ...edge(band.low).reverse()] },
      style: { fill, opacity },
    }
  })
}

/** Stretches of a band whose edges are finite: start inclusive, end exclusive, at least two points long. */
export function unbroken({ low, high }: { low: Float64Array; high: Float64Array }): { from: number; to: number }[] {
  const parts: { from: number; to: number }[] = []
  let from = -1
  for (let i = 0; i <= low.length; i++) {
    const there = i < low.length && Number.isFinite(low[i]!) && Number.isFinite(high[i]!)
    if (there && from < 0) from = i
    if (!there && from >= 0) {
      if (i - from > 1) parts.push({ from, to: i })
      from = -1
    }
  }
  return parts
}

/** Tints, phase borders and levels behind the curves. */
function background({ panel, broken, axis }: PanelView, { range, plotWidth }: StackView, theme: ChartTheme): Option {
  const pixel = (range.to - range.from) / plotWidth
  const marks = panel.marks ?? []
  const area = (from: number, to: number, itemStyle: Option) => [{ xAxis: from, itemStyle }, { xAxis: to }]
  const areas = [
    ...marks.flatMap((mark) => (mark.kind === 'area' ? [area(mark.from, mark.to, areaStyle(mark, theme))] : [])),
    ...broken.map(({ from, to }) =>
      area(from, Math.max(to, from + pixel), { color: theme.divergedTint, opacity: 0.7 }),
    ),
  ]
  const bars = broken.map(({ from, to }) => [
    { coord: [from, axis.from], lineStyle: { color: theme.diverged, width: 3, type: 'solid' } },
    { coord: [Math.max(to, from + pixel), axis.from] },
  ])
  return {
    markArea: { silent: true, animation: false, data: areas },
    markLine: {
      silent: true,
      animation: false,
      symbol: 'none',
      label: { show: false },
      data: [...marks.flatMap((mark) => markLine(mark, panel.scale, theme)), ...bars],
    },
  }
}

const areaStyle = (mark: Extract<PanelMark, { kind: 'area' }>, theme: ChartTheme): Option =>
  mark.tone === 'diverged' ? { color: theme.divergedTint, opacity: 0.7 } : { color: theme.phaseTint }

function markLine(mark: PanelMark, scale: 'linear' | 'log', theme: ChartTheme): Option[] {
  const style = (color: string, type: number[], opacity = 1) => ({ lineStyle: { color, width: 1, type, opacity } })
  if (mark.kind === 'phase') return [{ xAxis: mark.x, ...style(theme.axis, [3, 3], 0.5) }]
  if (mark.kind === 'best') return [{ xAxis: mark.x, ...style(theme.quantities.val, [1, 0], 0.5) }]
  if (mark.kind === 'diverged') return [{ xAxis: mark.x, ...style(theme.diverged, [3, 2]) }]
  if (mark.kind === 'level') return [{ yAxis: plotUnit(mark.value, scale), ...style(theme.lr, [5, 4]) }]
  return []
}

/** The × on a halo of the panel's colour, so that it stands out from a noisy line of its own colour. */
const crossStyle = (borderColor: string, i: number): Option => ({
  color: 'transparent',
  borderColor,
  borderWidth: i ? 2.2 : 5.5,
  opacity: 1,
})

function symbolItems({ kind, series, x, y }: SymbolMark, theme: ChartTheme): Option[] {
  const color = colourOf(series.colour, theme)
  const opacity = series.emphasis === 'dim' ? theme.dimAlpha : 1
  const item = (symbol: string, symbolSize: number, style: Option, more: Option = {}): Option => ({
    value: [x, y],
    symbol,
    symbolSize,
    itemStyle: { opacity, ...style },
    ...more,
  })
  const hollow = (borderColor: string, borderWidth = 2) => ({ color: theme.panel, borderColor, borderWidth })
  // A mark of non-finite points is never dimmed: it says that something is missing.
  if (kind === 'cross') return [theme.panel, color].map((stroke, i) => item(CROSS, 10, crossStyle(stroke, i)))
  if (kind === 'up') return [item(UP, 9, hollow(color, 1.6), { symbolOffset: [0, 5] })]
  if (kind === 'down') return [item(DOWN, 9, hollow(color, 1.6), { symbolOffset: [0, -5] })]
  if (kind === 'best') return [item('circle', 8, hollow(color, 1.8))]
  if (kind === 'dot') return [item('circle', 5, { color })]
  return [item('circle', 13, { color, opacity: 0.22 * opacity }), item('circle', 7, hollow(color))]
}
