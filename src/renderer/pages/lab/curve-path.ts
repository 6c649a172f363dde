/**
 * A curve as an SVG path in a box, from its least value at the foot to its first at a third of the height: what rises
 * above is cut, so that the fall can be seen whatever the loss did at the end. Empty where nothing is finite.
 */
export function curvePath(values: ArrayLike<number>, box: { width: number; height: number }): string {
  const points = Array.from(values)
  const finite = points.filter(Number.isFinite)
  if (finite.length < 2) return ''
  const low = Math.min(...finite)
  const first = finite[0]!
  const span = Math.max(first - low, 0.05 * Math.abs(first), Number.MIN_VALUE) * 1.5
  const x = (i: number) => round((i / (points.length - 1)) * box.width)
  const y = (value: number) => round(box.height * (1 - Math.min(1, (value - low) / span)))
  let pen = 'M'
  return points
    .map((value, i) => {
      if (!Number.isFinite(value)) {
        pen = 'M'
        return ''
      }
      const part = `${pen}${x(i)} ${y(value)}`
      pen = 'L'
      return part
    })
    .join('')
}

const round = (x: number): number => Math.round(x * 10) / 10
