import type { LostPoints } from './track-points'

/** What came of a salvage: what is in the new workspace, and exactly what is not. */
export interface SalvageReport {
  into: string
  runs: SalvagedRun[]
  /** Runs of which something is left, but not their settings: their points are in a CSV file, where there are any. */
  lostRuns: { id: string | null; points: number; file: string | null }[]
  /** Saved views and settings that cannot be read. */
  lostSettings: string[]
  /** Where nothing could be read: pages of the file by number, rows on pages that could, frames of the log. */
  damaged: { pages: number[]; rows: number; logFrames: number }
}

export interface SalvagedRun {
  id: string
  name: string
  points: number
  lost: LostPoints[]
  /** Facts of the run that cannot be read, by name. */
  lostFacts: string[]
  checkpoints: number[]
  /** Checkpoints that are recorded, and why they cannot be used. */
  lostCheckpoints: { step: number; why: string }[]
}
