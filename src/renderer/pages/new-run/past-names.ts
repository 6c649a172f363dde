import { textWidth } from '../../charts/labels'
import type { StackFrame } from '../../charts/types'
import type { PlotBox } from './plot-box'

/** A past schedule as it is drawn: x in the unit of the axis. */
export interface Course {
  key: string
  name: string
  x: Float64Array
  values: Float64Array
}

export interface PlacedName {
  key: string
  text: string
  x: number
  y: number
}

/** Where along the plot a name is tried, in this order. */
const PLACES = [0.9, 0.74, 0.58, 0.42, 0.26]
const LINE = 14
/** Words of phases stand in this much of the plot's top, in px. */
const HEAD = 22

/** Names just above their lines, each where no other one stands; a name without room is left out, its line stays. */
export function placedNames(
  courses: readonly Course[],
  frame: Pick<StackFrame, 'x' | 'y'>,
  plot: PlotBox,
): PlacedName[] {
  const placed: PlacedName[] = []
  courses.forEach(({ key, name, x, values }, k) => {
    const half = textWidth(name) / 2
    for (let i = 0; i < PLACES.length; i++) {
      // Each starts at another place: names in one column are hard to tell apart.
      const px = plot.left + PLACES[(i + k) % PLACES.length]! * (plot.right - plot.left)
      const at = x.findIndex((position) => frame.x(position) >= px)
      const y = at < 0 ? NaN : frame.y(0, values[at]!) - 5
      const fits = px - half > plot.left && px + half < plot.right && y > plot.top + HEAD && y < plot.bottom
      const isFree = placed.every(
        (other) => Math.abs(other.y - y) > LINE || Math.abs(other.x - px) > half + textWidth(other.text) / 2 + 6,
      )
      if (!fits || !isFree) continue
      placed.push({ key, text: name, x: px, y })
      return
    }
  })
  return placed
}
