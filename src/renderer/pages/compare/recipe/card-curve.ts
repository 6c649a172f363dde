import { linearTicks } from '../../../charts/ticks'

/** A small curve in a box: its path in px, and the values to label with their heights. */
export interface CardCurve {
  path: string
  /** The same closed along the foot, to be filled. */
  area: string
  ticks: { value: number; y: number }[]
  /** Where it stopped being finite, in px; null where it never did. */
  brokenAt: { x: number; y: number } | null
}

/**
 * The curve of recorded points; what is not finite breaks the line, and its first point is told.
 * @param low the value at the foot: 0 for a rate, null for the least value
 */
export function cardCurve(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  box: { width: number; height: number },
  low: number | null,
): CardCurve | null {
  const finite = Array.from(y).filter(Number.isFinite)
  if (finite.length < 2) return null
  const from = low ?? Math.min(...finite)
  const top = Math.max(...finite)
  const to = top > from ? top : from + Math.max(Math.abs(from) * 0.1, Number.MIN_VALUE)
  const [first, last] = [x[0]!, x[x.length - 1]!]
  const px = (at: number) => round(((at - first) / Math.max(last - first, Number.MIN_VALUE)) * box.width)
  const py = (value: number) => round(box.height * (1 - (value - from) / (to - from)))
  let path = ''
  let pen = 'M'
  let end = 0
  let broken: CardCurve['brokenAt'] = null
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i]!)) {
      broken ??= { x: px(x[i]!), y: py(lastFinite(y, i) ?? from) }
      pen = 'M'
      continue
    }
    path += `${pen}${px(x[i]!)} ${py(y[i]!)}`
    end = px(x[i]!)
    pen = 'L'
  }
  return {
    path,
    area: broken ? '' : `${path}L${end} ${box.height}L0 ${box.height}Z`,
    ticks: linearTicks(from, to, 4).map((value) => ({ value, y: py(value) })),
    brokenAt: broken,
  }
}

function lastFinite(y: ArrayLike<number>, before: number): number | null {
  for (let i = before - 1; i >= 0; i--) if (Number.isFinite(y[i]!)) return y[i]!
  return null
}

const round = (x: number): number => Math.round(x * 10) / 10
