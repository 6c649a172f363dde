import type { RunRow } from '../../../core/domain/run'
import type { RunColour } from '../../charts/run-colour'

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
