export interface Curve {
  /** SVG path of the line; broken where a value is not finite or, on a log axis, not above 0. */
  path: string
  /** Places of values that are not finite: one mark each stretch. */
  marks: readonly { x: number; y: number }[]
}

/**
 * A series as a tiny picture in a box: x by step, y on a log axis where all values are above 0, else linear.
 * @param x steps, rising; @param y values, as many; NaN breaks the line
 */
export function curvePath(x: ArrayLike<number>, y: ArrayLike<number>, box: { width: number; height: number }): Curve {
  const points = Array.from(x, (step, i) => ({ step, value: y[i]! }))
  const finite = points.filter(({ value }) => Number.isFinite(value))
  const log = finite.length > 0 && finite.every(({ value }) => value > 0)
  const scale = (value: number) => (log ? Math.log(value) : value)
  const [low, high] = extent(finite.map(({ value }) => scale(value)))
  const [from, to] = extent(points.map(({ step }) => step))
  const round = (pixel: number) => Math.round(pixel * 10) / 10
  const xOf = (step: number) => round(to > from ? ((step - from) / (to - from)) * box.width : box.width / 2)
  // A constant is a line through the middle.
  const yOf = (value: number) =>
    round(high > low ? box.height * (1 - (scale(value) - low) / (high - low)) : box.height / 2)
  let pen = false
  let last = box.height / 2
  let inside = false
  const marks: { x: number; y: number }[] = []
  let path = ''
  for (const { step, value } of points) {
    if (Number.isFinite(value)) {
      last = yOf(value)
      path += `${pen ? 'L' : 'M'}${xOf(step)} ${last}`
      pen = true
      inside = false
    } else {
      if (!inside) marks.push({ x: xOf(step), y: last })
      pen = false
      inside = true
    }
  }
  // One point is a dot: a line of no length with round ends.
  return { path: finite.length === 1 ? `${path}h0` : path, marks }
}

function extent(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b), Infinity), values.reduce((a, b) => Math.max(a, b), -Infinity)]
}
