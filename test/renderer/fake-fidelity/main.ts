import '../../../src/renderer/styles/tokens.css'
import { LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { fidelityStory, type PlotBox } from '../fidelity-story'

use([LineChart, GridComponent, CanvasRenderer])

/** The same curve as ECharts draws it by itself: with one of its samplings or with every point, without our marks. */
function draw(sampling: 'lttb' | 'minmax' | undefined, steps: number, events: number, box: PlotBox): void {
  const host = document.querySelector<HTMLElement>('#chart')!
  const chart = init(host, null, { width: box.left + box.width + 14, height: box.top + box.height + 30 })
  const { values } = fidelityStory(steps, events)
  const data = new Float64Array(2 * steps)
  values.forEach((value, i) => data.set([i, Number.isFinite(value) ? Math.log10(value) : NaN], 2 * i))
  const color = getComputedStyle(document.documentElement).getPropertyValue('--run-1').trim()
  const axis = { type: 'value', axisLabel: { show: false }, splitLine: { show: false } } as const
  chart.setOption({
    animation: false,
    grid: { left: box.left, top: box.top, width: box.width, height: box.height, containLabel: false },
    xAxis: { ...axis, min: box.from, max: box.to },
    yAxis: { ...axis, min: box.low, max: box.high },
    series: [
      {
        type: 'line',
        dimensions: ['x', 'y'],
        data,
        sampling,
        showSymbol: false,
        lineStyle: { color, width: 1.6 },
        itemStyle: { color },
      },
    ],
  })
}

Object.assign(window, { draw })
