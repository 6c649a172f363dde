import type { ChosenRun } from '../chosen-run'
import { type LaidRuns, unordered } from '../axes/laid-runs'
import { linePath, type ParallelBox, yOf } from './parallel-layout'

/** Spread of the lines that meet at a word, in px: many runs share it, and are to be seen as many. */
const SPREAD = 9

/** Pixel of every run on every axis, run by run; words are spread a little, numbers stand where they are. */
export function pixelsOf({ axes, places }: LaidRuns, box: ParallelBox): Float32Array {
  const runs = places[0]?.length ?? 0
  const ys = new Float32Array(runs * axes.length)
  axes.forEach((axis, a) => {
    const spread = axis.kind === 'words' ? Math.min(SPREAD, (box.bottom - box.top) / (3 * axis.words.length)) : 0
    for (let run = 0; run < runs; run++) {
      const place = places[a]![run]!
      ys[run * axes.length + a] = yOf(box, place) + (place >= 0 ? spread * (unordered(run) - 0.5) : 0)
    }
  })
  return ys
}

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
  laid: LaidRuns,
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
