import type { EChartsCoreOption } from 'echarts/core'
import { type Axis, placer, valueAt } from '../axes/axis'
import { valuesOf } from '../axes/columns'
import { isRate, valueText } from '../axes/field-words'
import { fieldFormat } from '../../../run-table/field-text'
import { type LaidRuns, unordered } from '../axes/laid-runs'
import { type ChartTheme, mixed } from './scatter-colours'

/** Where the plot and the lanes beside it lie, in px. */
export interface ScatterBox {
  width: number
  height: number
  left: number
  right: number
  top: number
  bottom: number
}

const LANE_X = 34
export const LANE_Y = 22
const GUTTER = { left: 50, right: 16, top: 16, foot: 24 }

/** Lanes of x stand left of the plot, those of y below it. */
export function layoutScatter(size: { width: number; height: number }, x: Axis, y: Axis): ScatterBox {
  const left = GUTTER.left + x.lanes.length * LANE_X
  const bottom = size.height - GUTTER.foot - y.lanes.length * LANE_Y
  return {
    ...size,
    left,
    right: Math.max(left + 40, size.width - GUTTER.right),
    top: GUTTER.top,
    bottom: Math.max(48, bottom),
  }
}

export const xOf = ({ left, right }: ScatterBox, place: number): number =>
  place >= 0 ? left + place * (right - left) : left + place * LANE_X + LANE_X / 3
export const yOf = ({ top, bottom }: ScatterBox, place: number): number =>
  place >= 0 ? bottom - place * (bottom - top) : bottom - place * LANE_Y - LANE_Y / 2

/** Places at a pixel; beyond the scale whole lanes. */
export const placeX = ({ left, right }: ScatterBox, px: number): number =>
  px >= left ? Math.min(1, (px - left) / (right - left)) : -Math.round((left - px + LANE_X / 3) / LANE_X)
export const placeY = ({ top, bottom }: ScatterBox, py: number): number =>
  py <= bottom ? Math.min(1, (bottom - py) / (bottom - top)) : -Math.ceil((py - bottom) / LANE_Y)

/** Pixel of every run. In a lane points are spread a little, so that they are seen as many. */
export function pointPixels({ places }: LaidRuns, box: ScatterBox): { x: Float32Array; y: Float32Array } {
  const spread = (place: number, run: number, by: number) => (place < 0 ? (unordered(run) - 0.5) * by : 0)
  return {
    x: places[0]!.map((place, run) => xOf(box, place) + spread(place, run, LANE_X * 0.5)),
    y: places[1]!.map((place, run) => yOf(box, place) + spread(place, run, LANE_Y * 0.6)),
  }
}

/** Runs of one colour or one size. */
export interface Bin {
  words: string
  /** Number of the bin of each run. */
  colour: string
}

/** How a field divides runs into bins; `of` gives each run's bin. */
export interface Bins {
  bins: Bin[]
  of: Uint8Array
}

const STEPS = 5
const WORD_COLOURS = 11

/** Colours by a field: words get those of the palette, numbers a scale from faint to strong. Runs without a value have their own. */
export function colourBins(laid: LaidRuns, axis: Axis, theme: ChartTheme): Bins {
  const values = valuesOf(laid.runs, axis.field)
  const none = { words: 'none', colour: theme.quantities.context }
  if (axis.kind === 'words') {
    const words = axis.words.slice(0, WORD_COLOURS)
    const bins = [
      ...words.map((word, i) => ({ words: word, colour: theme.runs[i]! })),
      { words: 'others, none', colour: none.colour },
    ]
    const known = new Map(words.map((word, i) => [word, i]))
    return { bins, of: Uint8Array.from(values as (string | null)[], (word) => known.get(word ?? '') ?? words.length) }
  }
  const strong = isRate(axis.field) ? theme.lr : theme.quantities.val
  const format = fieldFormat(axis.field)
  const bins = Array.from({ length: STEPS }, (_, i) => ({
    words: `${valueText(valueAt(axis, i / STEPS), format)} to ${valueText(valueAt(axis, (i + 1) / STEPS), format)}`,
    colour: mixed(theme.panel, strong, 0.3 + (0.7 * i) / (STEPS - 1)),
  }))
  return { bins: [...bins, none], of: steps(values as Float64Array, axis, STEPS) }
}

/** Sizes by a field: the larger the value, the larger the point; words and missing values have the usual size. */
export function sizeBins(laid: LaidRuns, axis: Axis): Uint8Array {
  const values = valuesOf(laid.runs, axis.field)
  return values instanceof Float64Array
    ? steps(values, axis, SIZES.length - 1)
    : new Uint8Array(values.length).fill(SIZES.length - 1)
}
/** Diameters in px; the last one is that of runs without a value. */
export const SIZES = [3, 5, 7, 10, 4] as const
export const USUAL_SIZE = 4

function steps(values: Float64Array, axis: Axis, count: number): Uint8Array {
  const place = placer(axis)
  return Uint8Array.from(values, (value) => {
    const share = place(value)
    return share < 0 ? count : Math.min(count - 1, Math.floor(share * count))
  })
}

/** Which points are drawn how. */
export interface ScatterMarks {
  /** Points of runs that did not diverge, by their looks. */
  points: { colour: string; size: number; faint: boolean; runs: number[] }[]
  /** Runs that diverged: a cross each. */
  crosses: { runs: number[]; faint: boolean }[]
}

/** Sorts the runs behind by their looks; those outside the brush are faint. */
export function scatterMarks(
  laid: LaidRuns,
  context: number,
  looks: { colours: Bins | null; sizes: Uint8Array | null; under: Uint8Array | null; usual: string },
): ScatterMarks {
  const groups = new Map<number, ScatterMarks['points'][number]>()
  const crosses = [
    { runs: [] as number[], faint: true },
    { runs: [] as number[], faint: false },
  ]
  for (let run = 0; run < context; run++) {
    const faint = looks.under !== null && looks.under[run] === 0
    if (laid.diverged[run]) {
      crosses[faint ? 0 : 1]!.runs.push(run)
      continue
    }
    const colour = looks.colours?.of[run] ?? 0
    const size = looks.sizes?.[run] ?? 0
    const key = (colour * 16 + size) * 2 + Number(faint)
    let group = groups.get(key)
    if (!group) {
      group = {
        colour: looks.colours?.bins[colour]?.colour ?? looks.usual,
        size: looks.sizes ? SIZES[size]! : USUAL_SIZE,
        faint,
        runs: [],
      }
      groups.set(key, group)
    }
    group.runs.push(run)
  }
  // What is faint lies below.
  return { points: [...groups.values()].sort((a, b) => Number(b.faint) - Number(a.faint)), crosses }
}

/** The points as ECharts draws them, in px of the plot. */
export function scatterOption(
  marks: ScatterMarks,
  pixels: { x: Float32Array; y: Float32Array },
  box: ScatterBox,
): EChartsCoreOption {
  const axis = { type: 'value', show: false, min: 0 }
  return {
    animation: false,
    grid: { left: 0, top: 0, width: box.width, height: box.height },
    xAxis: { ...axis, max: box.width },
    yAxis: { ...axis, max: box.height, inverse: true },
    series: marks.points.map(({ colour, size, faint, runs }) => ({
      type: 'scatter',
      large: true,
      largeThreshold: 200,
      dimensions: ['x', 'y'],
      data: interleaved(runs, pixels),
      symbolSize: size,
      itemStyle: { color: colour, opacity: faint ? 0.12 : 0.6 },
      silent: true,
    })),
  }
}

function interleaved(runs: readonly number[], { x, y }: { x: Float32Array; y: Float32Array }): Float32Array {
  const data = new Float32Array(runs.length * 2)
  runs.forEach((run, i) => data.set([x[run]!, y[run]!], 2 * i))
  return data
}

/** Crosses as one path. */
export const crossesPath = (runs: readonly number[], { x, y }: { x: Float32Array; y: Float32Array }): string =>
  runs.map((run) => `M${(x[run]! - 2.5).toFixed(1)} ${(y[run]! - 2.5).toFixed(1)}l5 5m0 -5l-5 5`).join('')
