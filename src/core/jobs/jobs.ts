import type { RunProgress, RunRow } from '../domain/run'

/** The queue of runs that train or wait; what the api needs of it. */
export interface Jobs {
  /** Trains a queued run as soon as a place is free. */
  enqueue(run: string): void
  /** Ends a run between two updates (or takes it out of the queue); resolves with its last state. */
  stop(run: string): Promise<RunRow>
  /** Resolves when a run is no longer queued or running. */
  ended(run: string): Promise<RunRow>
  /** Runs that train now, and runs that wait, in order. */
  state(): { running: string[]; queued: string[] }
  onChange(listener: (run: RunRow) => void): () => void
  onProgress(listener: (progress: RunProgress) => void): () => void
  /** Stops what runs (kept as stopped), takes the rest out of the queue (kept as interrupted), waits for all. */
  close(): Promise<void>
}
