import * as v from 'valibot'
import { choice, rateOrZero } from '../spec/fields'
import { formatRate } from '../format'
import { annealCosine, annealLinear } from './anneal'
import type { Family } from './family'
import { ascending, wholeOrZero } from './fields'
import { passed } from './passed'
import { phasesFrom, type Schedule } from './schedule'
import { warmup } from './warmup'

/** Fields of a schedule of the user's own: updates with their rates. */
export const PiecewiseSpec = v.pipe(
  v.strictObject({
    kind: v.literal('piecewise'),
    points: v.pipe(
      v.array(v.strictTuple([wholeOrZero(), rateOrZero()], 'must be [update, rate]')),
      v.minLength(1, 'must have at least one point'),
      v.maxLength(1000, 'must have at most 1000 points'),
      ascending(([t]) => t, 'update of the point'),
    ),
    interpolate: v.optional(choice(['none', 'linear', 'log', 'cosine']), 'none'),
    ...warmup,
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value.interpolate !== 'log') return
    const { points } = dataset.value
    const zero = points.findIndex(([, lr]) => lr === 0)
    if (zero < 0) return
    const [t, lr] = points[zero]!
    const path = [dataset.value, points, points[zero]!].map((input, i) => ({
      type: 'unknown' as const,
      origin: 'value' as const,
      input,
      key: ['points', zero, 1][i]!,
      value: [points, [t, lr], lr][i],
    }))
    addIssue({ message: 'must be above 0 for log interpolation', input: lr, path: path as never })
  }),
)
export type PiecewiseSpec = v.InferOutput<typeof PiecewiseSpec>

const BETWEEN = {
  none: (a: number) => a,
  linear: annealLinear,
  log: (a: number, b: number, p: number) => a * (b / a) ** p,
  cosine: annealCosine,
}

/**
 * The rate of each point from its update on (`none`), or on a line, a line in log rate or half a cosine to the next
 * point. Before the first point the rate is that of the first, after the last that of the last.
 */
export function piecewise({ points, interpolate }: PiecewiseSpec, steps: number): Schedule {
  const between = BETWEEN[interpolate]
  const lr = (t: number) => {
    const behind = passed(points.length, (i) => points[i]![0], t)
    if (behind === 0) return points[0]![1]
    const [from, a] = points[behind - 1]!
    const next = points[behind]
    return next ? between(a, next[1], (t - from) / (next[0] - from)) : a
  }
  const bends = points.filter(([t]) => t > 0).map(([at, rate]) => ({ at, label: formatRate(rate) }))
  return { lr, momentum: null, phases: phasesFrom([{ at: 0, label: formatRate(lr(0)) }, ...bends], steps) }
}

const HOW = { none: 'in steps', linear: 'in lines', log: 'in lines of log rate', cosine: 'in half cosines' }

export const piecewiseFamily: Family<PiecewiseSpec> = {
  kind: 'piecewise',
  label: 'Pieces',
  schema: PiecewiseSpec,
  create: piecewise,
  describe: ({ points, interpolate }) => {
    const named = points.slice(0, 6).map(([t, lr]) => `${formatRate(lr)} at ${t}`)
    const more = points.length > named.length ? ` and ${points.length - named.length} more` : ''
    return `Pieces ${HOW[interpolate]}: ${named.join(', ')}${more}`
  },
  defaults: (peak, steps) => {
    const end = steps - 1
    const points: [number, number][] = [
      [0, peak / 10],
      [Math.round(0.2 * end), peak],
      [Math.round(0.7 * end), peak / 10],
      [end, peak / 100],
    ]
    // Of points that fall on one update the highest stays.
    const apart = points.filter(([t, lr]) => points.every(([u, other]) => u !== t || other <= lr))
    return { kind: 'piecewise', points: apart, interpolate: 'linear' }
  },
  warnings: ({ points }, steps) => {
    const beyond = points.filter(([t]) => t >= steps)
    if (beyond.length === 0) return []
    const [t, lr] = beyond[0]!
    const others = beyond.length > 1 ? ` and ${beyond.length - 1} more` : ''
    const message = `The point at update ${t} (${formatRate(lr)})${others} comes after the end: the last update is ${steps - 1}`
    return [{ field: `points.${points.length - beyond.length}`, message }]
  },
}
