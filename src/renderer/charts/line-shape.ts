import { graphic } from 'echarts/core'
import type { Points } from './line-view'

/** What ECharts' custom series call the shape below. */
export const LINE_SHAPE = 'recordedLine'

/** A line as it is drawn: points in plot units, and how they become pixels. */
export interface PlacedLine {
  points: Points
  /** Where the pixel (left, top) lies in plot units, and pixels for each unit; y grows upwards. */
  x0: number
  y0: number
  left: number
  top: number
  perX: number
  perY: number
}

/** Where lines are drawn: a canvas, or what collects a path for something else. */
export interface Pen {
  moveTo(x: number, y: number): unknown
  lineTo(x: number, y: number): unknown
}

/** Draws a line straight from its columns of numbers; what is not finite breaks it. */
export function drawLine(pen: Pen, { points: { x, y }, x0, y0, left, top, perX, perY }: PlacedLine): void {
  let broken = true
  for (let i = 0; i < x.length; i++) {
    // Subtracted before it is scaled: where values differ little from one another, their size costs no digits.
    const px = left + (x[i]! - x0) * perX
    const py = top + (y[i]! - y0) * perY
    if (py - py !== 0) broken = true
    else if (broken) {
      pen.moveTo(px, py)
      broken = false
    } else pen.lineTo(px, py)
  }
}

type Proxy = Pen & { getContext?(): Pen | null }

/**
 * A whole line as one shape. A series of ECharts for each of many lines costs several times as much as drawing them:
 * models, copies of the data and layers of states that nothing here uses.
 */
graphic.registerShape(
  LINE_SHAPE,
  graphic.extendShape({
    shape: { line: null as PlacedLine | null },
    buildPath(path, shape) {
      const { line } = shape as { line: PlacedLine | null }
      const proxy = path as unknown as Proxy
      // To a canvas without the proxy's bookkeeping, which is for shapes that can be pointed at.
      if (line) drawLine(proxy.getContext?.() ?? proxy, line)
    },
  }),
)
