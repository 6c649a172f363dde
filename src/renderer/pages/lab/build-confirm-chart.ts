import type { EChartsCoreOption } from 'echarts/core'
import { plotValues, smoothOf } from '../../charts/derived'
import { colourOf, type ChartTheme } from '../../charts/theme'
import { linearTicks } from '../../charts/ticks'
import type { SeriesColour } from '../../charts/types'
import type { YAxis } from '../../charts/y-range'

/** Training losses of one short run. */
export interface ConfirmLine {
  steps: Float64Array
  values: Float64Array
}

/** As much as makes three short noisy curves comparable by eye, and no more. */
const SMOOTHING = { kind: 'gauss', amount: 0.7 } as const

/** Gutters of a small panel, in px. */
export const CONFIRM_PLOT = { left: 34, right: 6, top: 6, bottom: 6 } as const

const shown = ({ steps, values }: ConfirmLine): Float64Array => smoothOf(steps, values, SMOOTHING)

/** One axis for all three, so that they can be compared: from 0 to a little above the loss that they start from. */
export function confirmAxis(lines: readonly ConfirmLine[], plotHeight: number): YAxis {
  const starts = lines.flatMap(({ values }) => values.find(Number.isFinite) ?? [])
  const to = starts.length ? 1.3 * Math.max(...starts) : 1
  return { from: 0, to, ticks: linearTicks(0, to, Math.max(2, Math.floor(plotHeight / 20))) }
}

/** The raw losses faintly, and their course. */
export function buildConfirmChart(
  line: ConfirmLine | null,
  view: { steps: number; axis: YAxis },
  colour: SeriesColour,
  size: { width: number; height: number },
  theme: ChartTheme,
): EChartsCoreOption {
  const hidden = { axisLine: { show: false }, axisLabel: { show: false } }
  const split = (values: readonly number[]) => ({
    axisTick: { show: false, customValues: values },
    splitLine: { show: true, lineStyle: { color: theme.grid, width: 1 } },
  })
  const color = colourOf(colour, theme)
  const one = (id: string, values: Float64Array, style: object) => ({
    id,
    type: 'line',
    data: Array.from(values, (value, i) => [line!.steps[i]!, value]),
    silent: true,
    animation: false,
    showSymbol: false,
    clip: true,
    lineStyle: { color, cap: 'round', join: 'round', ...style },
    itemStyle: { color },
  })
  return {
    animation: false,
    grid: {
      left: CONFIRM_PLOT.left,
      right: CONFIRM_PLOT.right,
      top: CONFIRM_PLOT.top,
      height: Math.max(1, size.height - CONFIRM_PLOT.top - CONFIRM_PLOT.bottom),
      containLabel: false,
      outerBoundsMode: 'none',
    },
    xAxis: { type: 'value', min: 0, max: Math.max(1, view.steps - 1), ...hidden, ...split([0, view.steps / 2]) },
    yAxis: { type: 'value', min: view.axis.from, max: view.axis.to, ...hidden, ...split(view.axis.ticks) },
    series: line
      ? [
          one('raw', plotValues(line.values, 'linear'), { width: theme.ghost, opacity: theme.ghostAlpha }),
          one('loss', shown(line), { width: theme.line }),
        ]
      : [],
  }
}
