import type { DatasetSummary, EngineInfo } from '../domain/run'
import type { RunSpec } from '../domain/spec/run-spec'

/** Takes recorded values; the training loop calls it, the trainer process packs and sends. */
export interface Recorder {
  /** One point of each metric of a track at a step; values in the order of TRACK[track]. */
  record(track: 'update' | 'ratio' | 'evaluation', step: number, values: readonly number[]): void
}

/** What the loop needs from the outside; none of it is about tensors. */
export interface TrainContext {
  recorder: Recorder
  /** Says what is going on before the first update, for people. */
  loading(what: string): void
  ready(info: { engine: EngineInfo; dataset: DatasetSummary; parameters: number; totalSteps: number }): void
  /** Asked between updates; true ends the run as stopped. */
  shouldStop(): boolean
  /** Awaited between updates: lets messages in and holds the loop back while too much is unacknowledged. */
  pause(): Promise<void>
}

export type TrainResult = { status: 'finished' | 'stopped' } | { status: 'diverged'; step: number }

/** Trains one run to its end. @throws AppError on anything but a finished, stopped or diverged run. */
export type Train = (spec: RunSpec, context: TrainContext) => Promise<TrainResult>
