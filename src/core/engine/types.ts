import type { Track } from '../domain/metrics'
import type { DatasetSummary, EngineInfo } from '../domain/run'
import type { RunSpec } from '../domain/spec/run-spec'
import type { SavedCheckpoint } from './checkpoints/keeper'

/** Takes recorded values; the training loop calls it, the trainer process packs and sends. */
export interface Recorder {
  /** One point of each metric of a track at a step; values in the order of tracksOf(spec)[track]. */
  record(track: Track, step: number, values: readonly number[]): void
}

/** Where a run that goes on begins: its next update, and whether the evaluation after the one before is still to come. */
export interface StartingPoint {
  step: number
  evaluationDue: boolean
}

/** Where a run's checkpoints are, and who keeps their records. */
export interface CheckpointContext {
  /** Folder of the run's own; made at the first one. */
  folder: string
  /** Files to go on from, newest first; empty where the run begins. */
  resume: readonly string[]
  /** One is whole on disk. */
  saved(checkpoint: SavedCheckpoint): void
}

/** What the loop needs from the outside; none of it is about tensors. */
export interface TrainContext {
  recorder: Recorder
  /** Says what is going on before the first update, for people. */
  loading(what: string): void
  /** Everything is there, before the first point is recorded; all that was recorded from `start` on comes again. */
  ready(info: {
    engine: EngineInfo
    dataset: DatasetSummary
    parameters: number
    totalSteps: number
    start: StartingPoint
  }): void
  /** Says what went otherwise than asked for, for people; the run goes on. */
  notice(message: string): void
  /** Absent: none are written. */
  checkpoints?: CheckpointContext
  /** Asked between updates; true ends the run as stopped. */
  shouldStop(): boolean
  /** Awaited between updates: lets messages in and holds the loop back while too much is unacknowledged. */
  pause(): Promise<void>
}

export type TrainResult = { status: 'finished' | 'stopped' } | { status: 'diverged'; step: number }

/** Trains one run to its end. @throws AppError on anything but a finished, stopped or diverged run. */
export type Train = (spec: RunSpec, context: TrainContext) => Promise<TrainResult>
