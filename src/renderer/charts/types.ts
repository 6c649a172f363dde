import type { Smoothing } from '../../core/domain/stats/smoothing'
import type { RunColour } from './run-colour'

export type { Smoothing }

/** What a line stands for: a run (one colour a run, 13 to 36 with dashes) or, where one run is drawn, a quantity of it. */
export type SeriesColour = RunColour | QuantityColour
export interface QuantityColour {
  quantity: 'train' | 'val' | 'lr' | 'momentum' | 'grad' | 'context'
}

/**
 * A line that the core has reduced for the range in view, at positions of the chart's x axis and in the values' own unit.
 * What it left out is counted here.
 */
export interface PreparedView {
  /** The recorded line behind a smoothed one. */
  ghost: { x: Float64Array; y: Float64Array } | null
  /** Recorded points in the range, and how many of them are drawn. */
  total: number
  drawn: number
  /** Recorded values at or below 0 in the range; they are left out where the axis is logarithmic. */
  nonPositive: number
  nonFinite: readonly PreparedGap[]
  /** Around a mean over runs: its edges, parallel to the line. */
  band?: { low: Float64Array; high: Float64Array }
}

/** A run of non-finite points of a prepared line: positions on the x axis, and the step of the first one. */
export interface PreparedGap {
  x: number
  endX: number
  step: number
  count: number
  kind: 'NaN' | '+Inf' | '-Inf' | 'mixed'
}

/**
 * Recorded points in the order they were recorded, never thinned by the page; or, with `view`, the points of a line that
 * the core has reduced.
 */
export interface ChartSeries {
  id: string
  label: string
  /** Short name that marks of this line begin with: A, B. */
  letter?: string
  colour: SeriesColour
  steps: Float64Array
  values: Float64Array
  /** Position of each point where the x axis is not the step (epoch, time, Σ LR); same length as steps. */
  x?: Float64Array
  /** Follow the stack's smoothing, the raw line behind it; false (default) draws what was recorded. */
  smoothed?: boolean
  /** Part of a running schedule that lies ahead, dotted; x positions and values in their own unit. */
  planned?: { x: Float64Array; values: Float64Array }
  /** Still growing: the last point gets a ring with a halo. */
  live?: boolean
  /** Best point so far, a hollow circle; x position and value. */
  best?: { x: number; value: number } | null
  /** Where the run diverged: a × also on lines that are finite themselves (x position and step). */
  diverged?: { x: number; step: number } | null
  emphasis?: 'normal' | 'focus' | 'dim'
  /** Steps, values and x are those of a line that was reduced and smoothed where the data is: it is drawn as it is. */
  view?: PreparedView
  /** Hollow circles at chosen points: x positions and values. */
  points?: readonly { x: number; value: number }[]
}

/** A vertical line, a band of x, or a horizontal line behind the curves. */
export type PanelMark =
  | { kind: 'phase'; x: number; label?: string }
  | { kind: 'best'; x: number; label?: string }
  | { kind: 'diverged'; x: number; label?: string }
  | { kind: 'area'; from: number; to: number; tone: 'phase' | 'diverged' }
  | { kind: 'level'; value: number; label?: string }

export type ValueFormat = 'loss' | 'rate' | 'percent' | 'momentum' | 'number'

export interface ChartPanel {
  id: string
  title: string
  /** Small text beside the title: "exact values, never smoothed". */
  note?: string
  /** Replaces the honest count at the right of the head: "every 67 steps". */
  aside?: string
  scale: 'linear' | 'log'
  format: ValueFormat
  /** Height relative to the other panels of the stack. */
  share: number
  series: readonly ChartSeries[]
  marks?: readonly PanelMark[]
  /** Show swatches with the series' labels in the head (one run, several quantities). */
  legend?: boolean
  /**
   * all (default): every finite value in view fits. upper: the good end of an accuracy, lines run out of the panel
   * below. trimmed: 1st to 99th percentile, what is outside gets ▲ or ▼. bulk: all, unless a few values lie a
   * thousandfold above the 99th percentile, as those of a run that diverges; these get ▲.
   */
  fit?: 'all' | 'upper' | 'trimmed' | 'bulk'
  /** Values that the y range must contain, for example 0. */
  include?: readonly number[]
  /** Why its lines could not be read. */
  error?: string
}

export interface XRange {
  from: number
  to: number
}

/** How positions on the shared x axis are written and stepped through. */
export interface XAxis {
  kind: 'step' | 'epoch' | 'time' | 'sum-lr' | 'wall' | 'warmup' | 'share' | 'cycle' | 'metric'
  /** Positions, ranges and the crosshair are log10 of what they stand for. */
  log?: boolean
  /** What the axis is called where its kind does not say it: the metric on it. */
  name?: string
  /** Length of an epoch in x units, for Shift + arrows and tick positions; absent where unknown. */
  epoch?: number
}

/** Values of one line at the crosshair: those of the recorded point nearest in x, exact as recorded. */
export interface ReadoutValue {
  panel: string
  series: string
  label: string
  colour: SeriesColour
  format: ValueFormat
  /** Recorded step and position of that point. */
  step: number
  x: number
  /** Null where the line does not reach the crosshair. */
  value: number | null
  /** Smoothed value of that point; null where the line is not smoothed. */
  smooth: number | null
  /** Step at which the run became non-finite, where the crosshair is at or behind it. */
  nonFiniteSince: number | null
}

export interface Readout {
  /** Crosshair position, or the last recorded one without a crosshair. */
  x: number
  /** True where a crosshair is set. */
  active: boolean
  pinned: boolean
  /** Panel under the pointer: the readout sorts by it. */
  panel: string | null
  values: readonly ReadoutValue[]
}

/**
 * Props of ChartStack.vue. Models: `v-model:crosshair` (x position or null), `v-model:zoom` (XRange or null for the
 * whole range), `v-model:pinned` (boolean). Events: `readout` (Readout) whenever crosshair, data or smoothing change.
 * Two stacks side by side share a crosshair and a zoom by sharing the models; let only one of them take `keys`.
 */
export interface ChartStackProps {
  panels: readonly ChartPanel[]
  /** Whole x range; a planned run shows its planned end. */
  range: XRange
  axis?: XAxis
  smoothing?: Smoothing
  showRaw?: boolean
  /** Take single-letter and arrow keys of the whole page; default true. */
  keys?: boolean
  /** Values at the crosshair from elsewhere; where absent the stack finds them in its recorded points. */
  values?: readonly ReadoutValue[] | null
  /** What is drawn is about to be replaced: the lines stand back. */
  faded?: boolean
  /** Turning the wheel zooms, dragging with Shift moves along; default false. */
  wheel?: boolean
}

/** Where things are in a stack as it is drawn now; the `overlay` slot gets it and draws SVG with it. */
export interface StackFrame {
  /** Ends of each panel's y axis in plot units (log10 on a log axis). */
  axes: readonly { from: number; to: number }[]
  /** Pixel of a position, and of a value in a panel by its index; and back. */
  x(x: number): number
  y(panel: number, value: number): number
  fromX(px: number): number
  fromY(panel: number, py: number): number
}

/** State of ChartControls.vue, one `v-model`. */
export interface ChartView {
  smoothing: Smoothing
  axis: XAxis['kind']
  logLoss: boolean
  raw: boolean
}

export const DEFAULT_CHART_VIEW: ChartView = {
  smoothing: { kind: 'ema', amount: 0.97 },
  axis: 'step',
  logLoss: true,
  raw: true,
}
