import type { RunColumns } from '../../../../core/domain/table/columns'
import type { ChosenRun } from '../chosen-run'
import { type Axis, axisOf, placesOf } from '../axes/axis'
import { allOf, brushFilter, type Brushes, type Scales, underBrush } from '../axes/brush'
import { divergedOf, valuesOf } from '../axes/columns'
import { linePath, type ParallelBox, yOf } from './parallel-layout'

/** Many runs on some axes. */
export interface ParallelRuns {
  runs: RunColumns
  axes: readonly Axis[]
  /** Places of every run on each axis. */
  places: readonly Float32Array[]
  diverged: Uint8Array
}

export function layRuns(runs: RunColumns, fields: readonly string[], scales: Scales): ParallelRuns {
  const diverged = divergedOf(runs)
  const axes = fields.map((field) => axisOf(field, valuesOf(runs, field), diverged, scales[field]))
  return { runs, axes, places: axes.map((axis, i) => placesOf(axis, valuesOf(runs, fields[i]!), diverged)), diverged }
}

/** 1 for each run under every brush; null where nothing is brushed. */
export function underAll({ runs, axes, places }: ParallelRuns, brushes: Brushes): Uint8Array | null {
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

/** Spread of the lines that meet at a word, in px: many runs share it, and are to be seen as many. */
const SPREAD = 9

/** Pixel of every run on every axis, run by run; words are spread a little, numbers stand where they are. */
export function pixelsOf({ axes, places }: ParallelRuns, box: ParallelBox): Float32Array {
  const runs = places[0]?.length ?? 0
  const ys = new Float32Array(runs * axes.length)
  axes.forEach((axis, a) => {
    const spread = axis.kind === 'words' ? Math.min(SPREAD, (box.bottom - box.top) / (3 * axis.words.length)) : 0
    for (let run = 0; run < runs; run++) {
      const place = places[a]![run]!
      ys[run * axes.length + a] = yOf(box, place) + (place >= 0 ? spread * (fraction(run) - 0.5) : 0)
    }
  })
  return ys
}

/** An even, unordered share for a number: multiples of the golden ratio. */
const fraction = (n: number): number => (n * 0.618_033_988_75) % 1

/** A chosen run as a line. */
export interface ChosenLine {
  run: ChosenRun
  path: string
  diverged: boolean
  under: boolean
  /** Where its name may stand: the pixel at its last axis. */
  end: number
}

/** Lines of the chosen runs; one that is not among the columns any more has none. */
export function chosenLines(
  laid: ParallelRuns,
  chosen: readonly ChosenRun[],
  box: ParallelBox,
  under: Uint8Array | null,
): ChosenLine[] {
  const rows = new Map(laid.runs.ids.map((id, i) => [id, i]))
  return chosen.flatMap((run) => {
    const row = rows.get(run.id)
    if (row === undefined) return []
    const ys = laid.places.map((places) => yOf(box, places[row]!))
    const path = linePath(box.xs, ys)
    return [{ run, path, diverged: laid.diverged[row] === 1, under: !under || under[row] === 1, end: ys.at(-1) ?? 0 }]
  })
}

/** Numbers of the runs of each layer of the background: outside the brushes, inside, and the same of those that diverged. */
export function layerRuns(diverged: Uint8Array, under: Uint8Array | null, context: number) {
  const layers = {
    outside: [] as number[],
    outsideDiverged: [] as number[],
    inside: [] as number[],
    insideDiverged: [] as number[],
  }
  for (let run = 0; run < context; run++) {
    const inside = !under || under[run] === 1
    const layer = inside ? (diverged[run] ? 'insideDiverged' : 'inside') : diverged[run] ? 'outsideDiverged' : 'outside'
    layers[layer].push(run)
  }
  return layers
}
