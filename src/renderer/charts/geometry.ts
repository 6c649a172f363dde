import type { XRange } from './types'

/** Space left and right of every plot: the same in all panels and stacks, so that a step is the same pixel in each. */
export const GUTTER = { left: 46, right: 14 }
/** Title line of a panel, and the line of x labels under the last one. */
export const HEAD = 24
export const FOOT = 22
/** Air between head and plot, and between plot and the next panel. */
const ABOVE = 6
const BELOW = 8

/** Where one panel lies in its stack, in px from the stack's top left. */
export interface PanelBox {
  top: number
  height: number
  plotTop: number
  plotHeight: number
}

export interface StackBox {
  width: number
  height: number
  plotLeft: number
  plotWidth: number
  panels: PanelBox[]
}

/** Splits a stack among panels by their shares; borders lie on whole pixels. */
export function layoutStack(size: { width: number; height: number }, shares: readonly number[]): StackBox {
  const total = shares.reduce((sum, share) => sum + share, 0)
  const free = Math.max(0, size.height - FOOT)
  let done = 0
  const panels = shares.map((share, i): PanelBox => {
    const top = Math.round((done / total) * free)
    done += share
    const bottom = Math.round((done / total) * free)
    const last = i === shares.length - 1
    const plotTop = top + HEAD + ABOVE
    return {
      top,
      height: bottom - top + (last ? FOOT : 0),
      plotTop,
      plotHeight: Math.max(1, bottom - plotTop - (last ? 0 : BELOW)),
    }
  })
  const plotWidth = Math.max(1, Math.round(size.width) - GUTTER.left - GUTTER.right)
  return { ...size, plotLeft: GUTTER.left, plotWidth, panels }
}

/** Pixel of a position on the x axis. */
export const toPixel = (x: number, range: XRange, box: StackBox): number =>
  box.plotLeft + ((x - range.from) / (range.to - range.from)) * box.plotWidth

/** Position on the x axis at a pixel, kept inside the range. */
export const fromPixel = (px: number, range: XRange, box: StackBox): number =>
  range.from + Math.min(1, Math.max(0, (px - box.plotLeft) / box.plotWidth)) * (range.to - range.from)

/** A range that has a width, whatever it is given. */
export const soundRange = ({ from, to }: XRange): XRange => (to > from ? { from, to } : { from, to: from + 1 })
