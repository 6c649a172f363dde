import type { RunProgress, RunRow } from '../domain/run'

/** The queue of runs that train or wait; what the api needs of it. */
export interface Jobs {
  /** Trains a queued run as soon as a place is free. */
  enqueue(run: string): void
  /**
   * Lets a run that ended early go on from its newest whole checkpoint as soon as a place is free.
   * @param fromStart takes back all that it recorded and begins again
   * @throws AppError `run.state` where it cannot go on, `checkpoint.missing` where there is nothing to go on from
   */
  resume(run: string, fromStart: boolean): RunRow
  /** Ends a run between two updates (or takes it out of the queue); resolves with its last state. */
  stop(run: string): Promise<RunRow>
  /** Resolves when a run is no longer queued or running. */
  ended(run: string): Promise<RunRow>
  /** Runs that train now, and runs that wait, in order. */
  state(): { running: string[]; queued: string[] }
  onChange(listener: (run: RunRow) => void): () => void
  onProgress(listener: (progress: RunProgress) => void): () => void
  /** A run was taken back to a step: points after it are recorded anew. */
  onRewind(listener: (run: string) => void): () => void
  /** What a run did otherwise than asked for, for people. */
  onNotice(listener: (message: string) => void): () => void
  /** Stops what runs (kept as stopped), takes the rest out of the queue (kept as interrupted), waits for all. */
  close(): Promise<void>
}
