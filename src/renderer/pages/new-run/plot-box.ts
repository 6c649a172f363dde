import type { StackFrame, XRange } from '../../charts/types'

/** Where the curves of a stack's first panel are, in px. */
export interface PlotBox {
  left: number
  right: number
  top: number
  bottom: number
}

/** By the scale that is drawn, which for a moment is not yet the one just chosen: there no negative has a place on log. */
export function plotBox(frame: StackFrame, range: XRange): PlotBox {
  const { from, to } = frame.axes[0]!
  const isLog = !Number.isFinite(frame.y(0, -1))
  const value = (end: number) => (isLog ? 10 ** end : end)
  return {
    left: frame.x(range.from),
    right: frame.x(range.to),
    top: frame.y(0, value(to)),
    bottom: frame.y(0, value(from)),
  }
}
