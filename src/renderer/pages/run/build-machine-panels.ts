import type { RunProgress, RunRow } from '../../../core/domain/run'
import { isLive } from '../../../core/domain/run'
import { SYSTEM, systemUnit, type SystemUnit } from '../../../core/domain/system-metrics'
import type { ChartPanel, ChartSeries, ChartView, QuantityColour } from '../../charts/types'
import { positionsOf } from '../../run-charts/x-axis'
import type { LoadedSeries } from '../../stores/series-entry'

const GB = 1e9

/** What was recorded about the machine with a run, in a fixed order. */
export function machineMetrics(run: RunRow, progress: RunProgress | null): string[] {
  const known = new Set([...Object.keys(run.metrics), ...Object.keys(progress?.counts ?? {})])
  return [...known].filter((metric) => systemUnit(metric) !== null).sort()
}

const NAMES: Record<string, string> = {
  [SYSTEM.cpuLoad]: 'CPU',
  [SYSTEM.cpuTemperature]: 'CPU',
  [SYSTEM.memory]: 'in all',
  [SYSTEM.trainerMemory]: 'this run',
}

/** What a metric is called in its panel: "CPU", "this run", "in all", "GPU 0". */
export const machineLabel = (metric: string): string =>
  NAMES[metric] ?? metric.replace(/^system\/gpu(\d+)\/.*/, 'GPU $1')

const colourOf = (metric: string): QuantityColour['quantity'] =>
  metric === SYSTEM.memory ? 'context' : metric.startsWith('system/gpu') ? 'val' : 'train'

const PANELS: { unit: SystemUnit; title: string; format: ChartPanel['format']; scaled: number; include: number[] }[] = [
  { unit: 'share', title: 'Load', format: 'percent', scaled: 1, include: [0, 1] },
  { unit: 'bytes', title: 'Memory, GB', format: 'number', scaled: 1 / GB, include: [0] },
  { unit: 'celsius', title: 'Temperature, °C', format: 'number', scaled: 1, include: [] },
]

/** Panels of what the machine did while a run trained: load, memory, and temperature where it is told. */
export function buildMachinePanels(
  run: RunRow,
  metrics: readonly string[],
  { axis }: ChartView,
  get: (metric: string) => LoadedSeries | null,
): ChartPanel[] {
  return PANELS.flatMap(({ unit, title, format, scaled, include }) => {
    const series = metrics
      .filter((metric) => systemUnit(metric) === unit)
      .flatMap((metric): ChartSeries[] => {
        const loaded = get(metric)
        const x = loaded ? positionsOf(axis, run, loaded) : null
        if (!loaded?.steps.length || x === null) return []
        return [
          {
            id: metric,
            label: machineLabel(metric),
            colour: { quantity: colourOf(metric) },
            steps: loaded.steps,
            values: scaled === 1 ? loaded.values : loaded.values.map((value) => value * scaled),
            ...(x && { x }),
            live: isLive(run.status),
          },
        ]
      })
    if (!series.length) return []
    return [{ id: unit, title, scale: 'linear', format, share: 1, legend: true, include, series, aside: '' }]
  })
}
