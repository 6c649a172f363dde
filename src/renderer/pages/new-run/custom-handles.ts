import type { Schedule } from '../../../core/domain/schedules/schedule'
import { asCount, asLow, asRate, between, type Handle, type Of } from './handle'
import { makePart, partEnd, partShape, partStart, withPartEnd, withPartSteps } from './parts'

type Piecewise = Of<'piecewise'>

/** More points than these are for the JSON. */
const MOST = 40

const pointRate = (spec: Piecewise, lr: number): number => (spec.interpolate === 'log' ? asRate(lr) : asLow(lr, 1e4))

/** Every point; the first keeps its update where it is 0, so that the start stays named. */
export function piecewiseHandles(spec: Piecewise, steps: number): Handle[] {
  const { points } = spec
  return points.slice(0, MOST).flatMap(([t, lr], i) => {
    if (t >= steps) return []
    const [before, after] = [points[i - 1]?.[0] ?? -1, points[i + 1]?.[0] ?? Infinity]
    const drag: Handle['drag'] = (to) => {
      const at = i === 0 && t === 0 ? 0 : between(Math.round(to.t), before + 1, Math.min(after - 1, steps - 1))
      return { ...spec, points: points.with(i, [at, pointRate(spec, to.lr)]) }
    }
    const remove =
      points.length > 1 && !(i === 0 && t === 0)
        ? () => ({ ...spec, points: points.filter((_, k) => k !== i) })
        : undefined
    return [{ id: `point${i}`, label: `Point ${i + 1}`, t, lr, drag, remove }]
  })
}

/** With one more point; a point that is already at this update moves. */
export function withPoint(spec: Piecewise, t: number, lr: number, steps: number): Piecewise {
  const at = between(Math.round(t), 0, steps - 1)
  const others = spec.points.filter(([point]) => point !== at)
  const points = [...others, [at, pointRate(spec, lr)] as [number, number]].sort(([a], [b]) => a - b)
  return { ...spec, points }
}

/** Where each part ends: its length, and the rate there where the part has one to set. */
export function sequenceHandles(spec: Of<'sequence'>, steps: number, { lr }: Schedule): Handle[] {
  let from = 0
  return spec.parts.slice(0, MOST).flatMap((part, i) => {
    const start = from
    from += part.steps
    const t = from - 1
    if (t >= steps) return []
    const drag: Handle['drag'] = (to) => {
      const resized = { ...part, steps: asCount(to.t + 1 - start, steps) }
      const moved = partEnd(part) === null ? resized : withPartEnd(resized, to.lr)
      return { ...spec, parts: spec.parts.with(i, moved) }
    }
    return [{ id: `part${i}`, label: `End of part ${i + 1}`, t, lr: lr(t), drag }]
  })
}

/**
 * With the part at update t in two there: its first half goes to this rate, its second on from it. A part that the
 * form does not edit stays whole.
 */
export function withSplit(spec: Of<'sequence'>, t: number, lr: number): Of<'sequence'> {
  const at = Math.round(t)
  let start = 0
  for (const [i, part] of spec.parts.entries()) {
    const [length, shape, from, end] = [at - start, partShape(part), partStart(part), partEnd(part)]
    start += part.steps
    if (at >= start) continue
    if (shape === null || from === null || end === null || length < 1) return spec
    const rate = asRate(lr)
    const first = shape === 'level' ? withPartSteps(part, length) : makePart(shape, length, from, rate)
    const second = makePart(shape, part.steps - length, rate, end)
    return { ...spec, parts: spec.parts.toSpliced(i, 1, first, second) }
  }
  return spec
}
