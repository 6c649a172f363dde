import type { StackFrame, XRange } from '../../charts/types'

/** Where the curves of a stack's first panel are, in px. */
export interface PlotBox {
  left: number
  right: number
  top: number
  bottom: number
}

export function plotBox(frame: StackFrame, range: XRange, scale: 'linear' | 'log'): PlotBox {
  const { from, to } = frame.axes[0]!
  const value = (end: number) => (scale === 'log' ? 10 ** end : end)
  return {
    left: frame.x(range.from),
    right: frame.x(range.to),
    top: frame.y(0, value(to)),
    bottom: frame.y(0, value(from)),
  }
}
