import type { EChartsCoreOption } from 'echarts/core'
import type { StackBox } from '../../charts/geometry'
import type { ChartTheme } from '../../charts/theme'
import { colourOf, dashOf } from '../../charts/theme'
import { plotUnit, type YAxis } from '../../charts/y-range'
import { type LabCurve, type LossScale, sharedEnd } from './lab-curves'

export interface LabView {
  /** log10 of the first and last rate. */
  range: { from: number; to: number }
  ticks: { major: number[]; minor: number[] }
  loss: YAxis
  slope: YAxis
  scale: LossScale
}

type Option = Record<string, unknown>

/** x and y alternating in one typed array, x in decades. */
function flat(lr: Float64Array, values: Float64Array, scale: LossScale = 'linear'): Float64Array {
  const data = new Float64Array(2 * lr.length)
  for (let i = 0; i < lr.length; i++) {
    data[2 * i] = Math.log10(lr[i]!)
    data[2 * i + 1] = plotUnit(values[i]!, scale)
  }
  return data
}

/**
 * The option of the Lab's chart: loss over log rate above, its slope below, on one axis of rates. Curves, bands and
 * grids only; marks, words and handles move while the curves stay and are drawn over it.
 */
export function buildLabChart(
  curves: readonly LabCurve[],
  view: LabView,
  box: StackBox,
  theme: ChartTheme,
): EChartsCoreOption {
  const hidden = { axisLine: { show: false }, axisLabel: { show: false } }
  const split = (values: readonly number[]) => ({
    axisTick: { show: false, customValues: values },
    splitLine: { show: true, lineStyle: { color: theme.grid, width: 1 } },
  })
  const units = view.loss.ticks.map((tick) => plotUnit(tick, view.scale))
  const lines = [...view.ticks.minor, ...view.ticks.major].map((lr) => Math.log10(lr))
  return {
    animation: false,
    grid: box.panels.map(({ plotTop, plotHeight }) => ({
      left: box.plotLeft,
      width: box.plotWidth,
      top: plotTop,
      height: plotHeight,
      containLabel: false,
      outerBoundsMode: 'none',
    })),
    xAxis: [0, 1].map((gridIndex) => ({
      type: 'value',
      gridIndex,
      min: view.range.from,
      max: view.range.to,
      ...hidden,
      ...split(lines),
    })),
    yAxis: [
      { type: 'value', gridIndex: 0, min: view.loss.from, max: view.loss.to, ...hidden, ...split(units) },
      { type: 'value', gridIndex: 1, min: view.slope.from, max: view.slope.to, ...hidden, ...split(view.slope.ticks) },
    ],
    series: [...curves]
      .sort((a, b) => Number(a.focused) - Number(b.focused))
      .flatMap((one) => curveSeries(one, view, theme)),
  }
}

function curveSeries(
  { id, place, focused, sweeps, analysis }: LabCurve,
  { scale }: LabView,
  theme: ChartTheme,
): Option[] {
  const color = colourOf({ run: place }, theme)
  const line = (part: string, panel: 0 | 1, data: Float64Array, z: number, style: Option): Option => ({
    id: `${id}:${part}`,
    type: 'line',
    xAxisIndex: panel,
    yAxisIndex: panel,
    dimensions: ['x', 'y'],
    data,
    z,
    silent: true,
    animation: false,
    showSymbol: false,
    symbol: 'none',
    connectNulls: false,
    clip: true,
    lineStyle: { color, cap: 'round', join: 'round', ...style },
    itemStyle: { color },
  })
  const raw = focused
    ? sweeps.map(({ lr, loss }, i) =>
        line(`repeat${i}`, 0, flat(lr, loss, scale), 2, { color: theme.axis, width: theme.ghost, opacity: 0.36 }),
      )
    : []
  if (!analysis) return raw
  const end = sharedEnd({ sweeps })
  const shared = analysis.lr.filter((rate) => rate <= end).length
  const part = (values: Float64Array) => values.subarray(0, shared)
  const [lr, loss, slope] = [analysis.lr, analysis.loss, analysis.slope].map(part) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const width = focused ? theme.lineFocus : theme.line
  const type = dashOf({ run: place }, theme)
  return [
    ...(focused ? [band(id, lr, part(analysis.low), part(analysis.high), scale, color)] : []),
    ...raw,
    line('loss', 0, flat(lr, loss, scale), focused ? 4 : 3, { width, type }),
    line('slope', 1, flat(lr, slope), focused ? 4 : 3, { width: theme.line, type }),
  ]
}

/** A shape between the least and the greatest smoothed loss of the repeats. */
function band(
  id: string,
  lr: Float64Array,
  low: Float64Array,
  high: Float64Array,
  scale: LossScale,
  fill: string,
): Option {
  const at = Array.from(lr.keys()).filter((i) => Number.isFinite(low[i]!) && Number.isFinite(high[i]!))
  const edge = (values: Float64Array, i: number) => [Math.log10(lr[i]!), plotUnit(values[i]!, scale)]
  const outline = [...at.map((i) => edge(high, i)), ...at.reverse().map((i) => edge(low, i))]
  return {
    id: `${id}:band`,
    type: 'custom',
    xAxisIndex: 0,
    yAxisIndex: 0,
    z: 1,
    silent: true,
    animation: false,
    clip: true,
    data: outline.length ? [outline[0]] : [],
    renderItem: (_: unknown, api: { coord(point: number[]): number[] }) => ({
      type: 'polygon',
      shape: { points: outline.map((point) => api.coord(point)) },
      style: { fill, opacity: 0.16 },
    }),
  }
}
