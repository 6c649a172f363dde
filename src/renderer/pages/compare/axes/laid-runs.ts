import type { RunColumns } from '../../../../core/domain/table/columns'
import { type Axis, axisOf, placesOf } from './axis'
import { allOf, brushFilter, type Brushes, type Scales, underBrush } from './brush'
import { divergedOf, valuesOf } from './columns'

/** Many runs on some axes. */
export interface LaidRuns {
  runs: RunColumns
  axes: readonly Axis[]
  /** Places of every run on each axis. */
  places: readonly Float32Array[]
  diverged: Uint8Array
}

/** Lays runs out on an axis for each field. */
export function layRuns(runs: RunColumns, fields: readonly string[], scales: Scales): LaidRuns {
  const diverged = divergedOf(runs)
  const axes = fields.map((field) => axisOf(field, valuesOf(runs, field), diverged, scales[field]))
  return { runs, axes, places: axes.map((axis) => placesOf(axis, valuesOf(runs, axis.field), diverged)), diverged }
}

/** 1 for each run under every brush; null where nothing is brushed. */
export function underAll({ runs, axes, places }: LaidRuns, brushes: Brushes): Uint8Array | null {
  const marks = axes.flatMap((axis, i) => {
    const brush = brushes[axis.field]
    return brush ? [underBrush(axis, brush, places[i]!, valuesOf(runs, axis.field))] : []
  })
  if (!marks.length) return null
  return marks[0]!.map((_, run) => Number(marks.every((under) => under[run])))
}

/** All brushes as one filter; empty where there are none. */
export const brushesFilter = (axes: readonly Axis[], brushes: Brushes): string =>
  allOf(axes.map((axis) => (brushes[axis.field] ? brushFilter(axis, brushes[axis.field]!) : '')))

/** An even, unordered share for a number: multiples of the golden ratio. For marks that would lie on each other. */
export const unordered = (n: number): number => (n * 0.618_033_988_75) % 1
