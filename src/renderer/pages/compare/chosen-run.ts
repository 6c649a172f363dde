import type { RunRow } from '../../../core/domain/run'
import type { RunColour } from '../../charts/run-colour'
import { letterAt } from '../../stores/compare-choice'

/** A run as all panels of Compare show it: with its letter and colour, and the runs that differ from it in the seed only. */
export interface ChosenRun {
  id: string
  /** A, B and so on, by its place among the chips. */
  letter: string
  name: string
  colour: RunColour
  row: RunRow
  /** Runs folded into it, this one first; it alone where nothing is folded. */
  replicates: readonly RunRow[]
}

/** Runs that belong together, in order: each with those behind it that `keyOf` says are the same but for the seed. */
export function foldRuns(rows: readonly RunRow[], keyOf: (row: RunRow) => string): RunRow[][] {
  return [...Map.groupBy(rows, keyOf).values()]
}

/**
 * Places in the palette, from 1 on: a run keeps its own, takes the one that is wanted for it where that is free, and else
 * the lowest free one.
 */
export function assignPlaces(
  before: ReadonlyMap<string, number>,
  runs: readonly { id: string; wanted: number | null }[],
): Map<string, number> {
  const places = new Map<string, number>()
  const used = new Set<number>()
  const give = (id: string, place: number | null | undefined): void => {
    if (!place || used.has(place) || places.has(id)) return
    places.set(id, place)
    used.add(place)
  }
  for (const { id, wanted } of runs) give(id, wanted)
  for (const { id } of runs) give(id, before.get(id))
  let free = 1
  for (const { id } of runs) {
    while (!places.has(id) && used.has(free)) free++
    give(id, free)
  }
  return places
}

/** Chosen runs from groups of replicates: lettered in order, coloured by place or by what `colourOf` says. */
export function chosenFrom(groups: readonly (readonly RunRow[])[], colourOf: (head: RunRow) => RunColour): ChosenRun[] {
  return groups.map((replicates, i) => {
    const row = replicates[0]!
    return { id: row.id, letter: letterAt(i), name: row.name, colour: colourOf(row), row, replicates }
  })
}
