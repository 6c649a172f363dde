import type { Points } from './line-view'

/**
 * Leaves out points that the line drawn without them still meets: of a flat or smooth line nearly all. What stands out
 * by more than the tolerance stays, as do the ends and whatever borders on a gap.
 * @param tolerance farthest that a point left out may lie above or below the line, in the unit of y
 */
export function straighten({ x, y }: Points, tolerance: number): Points {
  const kept: number[] = []
  let anchor = -1
  let [least, most] = [-Infinity, Infinity]
  /** Slopes of lines from the anchor that pass point i closely enough, and the same for all points before it. */
  const narrow = (i: number) => {
    const run = x[i]! - x[anchor]!
    least = Math.max(least, (y[i]! - tolerance - y[anchor]!) / run)
    most = Math.min(most, (y[i]! + tolerance - y[anchor]!) / run)
  }
  const start = (i: number) => {
    if (kept.at(-1) !== i) kept.push(i)
    anchor = i
    least = -Infinity
    most = Infinity
  }
  for (let i = 0; i < x.length; i++) {
    const follows = anchor >= 0 && Number.isFinite(y[i]!) && Number.isFinite(y[anchor]!) && x[i]! > x[i - 1]!
    if (!follows) {
      if (i) start(i - 1)
      start(i)
      continue
    }
    const slope = (y[i]! - y[anchor]!) / (x[i]! - x[anchor]!)
    if (slope < least || slope > most) start(i - 1)
    narrow(i)
  }
  if (x.length) start(x.length - 1)
  if (kept.length === x.length) return { x, y }
  return { x: Float64Array.from(kept, (i) => x[i]!), y: Float64Array.from(kept, (i) => y[i]!) }
}

const last = new WeakMap<Float64Array, { x: Float64Array; tolerance: number; result: Points }>()

/**
 * The same, remembered for the points that are drawn again: within the tolerance, rounded down to a power of two, so that
 * a small change of the axis finds it.
 */
export function straightened(points: Points, tolerance: number): Points {
  const rounded = 2 ** Math.floor(Math.log2(tolerance))
  const known = last.get(points.y)
  if (known?.x === points.x && known.tolerance === rounded) return known.result
  const result = straighten(points, rounded)
  last.set(points.y, { x: points.x, tolerance: rounded, result })
  return result
}
