import { textWidth } from '../../../charts/labels'
import type { Axis } from '../axes/axis'
import { type Tick, ticksOf } from '../axes/ticks'

/** Where the axes of the parallel coordinates stand, in px from the plot's top left. */
export interface ParallelBox {
  width: number
  height: number
  /** Ends of every scale: the high end above. */
  top: number
  bottom: number
  /** Pixel of each axis. */
  xs: number[]
}

/** Names of the axes above; a line of words for each lane below. */
const TITLES = 30
const LANE = 17
const FOOT = 8
/** Room of one label along an axis. */
const LABEL = 15
const GUTTER = { least: 34, most: 130 }

/** An axis with its words. */
export interface DrawnAxis {
  axis: Axis
  ticks: readonly Tick[]
}

/** Spreads the axes over the width: labels of the first stand left of it, those of the last at its right. */
export function layoutParallel(size: { width: number; height: number }, axes: readonly Axis[]): ParallelBox {
  const lanes = Math.max(0, ...axes.map((axis) => axis.lanes.length))
  const top = TITLES
  const bottom = Math.max(top + 40, size.height - FOOT - lanes * LANE)
  const most = labelsThatFit({ top, bottom })
  const gutter = (axis: Axis | undefined) => {
    const widest = axis ? Math.max(0, ...ticksOf(axis, most).map(({ text }) => textWidth(text))) : 0
    return Math.min(GUTTER.most, Math.max(GUTTER.least, widest + 16))
  }
  const left = gutter(axes[0])
  const right = size.width - gutter(axes.at(-1))
  const between = axes.length > 1 ? (right - left) / (axes.length - 1) : 0
  return { ...size, top, bottom, xs: axes.map((_, i) => Math.round(left + i * between) + 0.5) }
}

export const labelsThatFit = ({ top, bottom }: { top: number; bottom: number }): number =>
  Math.max(2, Math.floor((bottom - top) / LABEL))

/** Pixel of a place on an axis; lanes lie below the scale. */
export const yOf = ({ top, bottom }: ParallelBox, place: number): number =>
  place >= 0 ? bottom - place * (bottom - top) : bottom - place * LANE

/** Place on an axis at a pixel; below the scale whole lanes. */
export function placeAt({ top, bottom }: ParallelBox, y: number): number {
  if (y <= bottom) return Math.min(1, (bottom - y) / (bottom - top))
  const lane = Math.round((y - bottom) / LANE)
  return lane === 0 ? 0 : -lane
}

/** A line through all axes; level at each of them, so that crossings are told apart. */
export function linePath(xs: readonly number[], ys: readonly number[]): string {
  return xs
    .map((x, i) => {
      if (i === 0) return `M${x} ${round(ys[0]!)}`
      const third = (x - xs[i - 1]!) / 3
      return `C${round(xs[i - 1]! + third)} ${round(ys[i - 1]!)} ${round(x - third)} ${round(ys[i]!)} ${x} ${round(ys[i]!)}`
    })
    .join('')
}

const round = (x: number): number => Math.round(x * 100) / 100

/** A name that fits into so many px, with an ellipsis where it was cut. */
export function fitted(text: string, width: number): string {
  const most = Math.max(2, Math.floor(width / textWidth('m')))
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
