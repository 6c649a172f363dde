import { layoutStack, type StackBox } from '../../charts/geometry'
import { logTicks } from '../../charts/ticks'

/** Handles lie in a strip between the head of the loss panel and its plot, in px. */
export const STRIP = 26

/** Least and greatest height of the slope panel, in px. */
const SLOPE = { least: 96, most: 150 }

/** Loss above, slope below: one x axis, the same gutters, the strip of the handles over the loss. */
export function labBox(size: { width: number; height: number }): StackBox {
  const slope = Math.min(SLOPE.most, Math.max(SLOPE.least, size.height * 0.25))
  const box = layoutStack(size, [Math.max(1, size.height - slope), slope])
  const [loss, rest] = box.panels as [StackBox['panels'][0], StackBox['panels'][0]]
  const top = { ...loss, plotTop: loss.plotTop + STRIP, plotHeight: Math.max(1, loss.plotHeight - STRIP) }
  return { ...box, panels: [top, rest] }
}

/** Room for one label on the axis of rates, in px. */
const X_LABEL = 64

/** Rates to label between two ends (log10), and minor lines where there is room for them. */
export function rateTicks(range: { from: number; to: number }, width: number): { major: number[]; minor: number[] } {
  const decades = range.to - range.from
  const [low, high] = [10 ** range.from, 10 ** range.to]
  const most = Math.max(2, Math.floor(width / X_LABEL))
  const whole = Array.from({ length: Math.floor(range.to) - Math.ceil(range.from) + 1 }, (_, i) =>
    Number(`1e${Math.ceil(range.from) + i}`),
  )
  const major = whole.length >= 2 && whole.length <= most ? whole : logTicks(low, high, most)
  const minor =
    width / Math.max(0.1, decades) < 60
      ? []
      : Array.from({ length: Math.ceil(decades) + 2 }, (_, i) => Math.floor(range.from) + i)
          .flatMap((power) => [2, 3, 4, 5, 6, 7, 8, 9].map((m) => m * 10 ** power))
          .filter((lr) => lr > low && lr < high)
  return { major, minor }
}
