import type { Frame, MetricSummary } from '../domain/metrics'
import type { DatasetSummary, EngineInfo, Environment, RunRow, RunStatus } from '../domain/run'
import type { SavedView } from '../domain/saved-view'
import type { RunSpec } from '../domain/spec/run-spec'
import type { SeriesView, ViewOptions } from '../domain/stats/series-view'
import type { StepValues } from '../domain/stats/step-values'

/** What a new run is made of; times are ms since the epoch. */
export interface NewRun {
  id: string
  spec: RunSpec
  name: string
  totalSteps: number
  peakLr: number
  createdAt: number
}

/** Fields of a run that change after it was created; what is absent stays. */
export interface RunPatch {
  name?: string
  group?: string
  tags?: string[]
  notes?: string
  totalSteps?: number
  startedAt?: number
  endedAt?: number | null
  divergedAt?: number
  reason?: string | null
  engine?: EngineInfo
  dataset?: DatasetSummary
  environment?: Environment
  parameters?: number
  hidden?: boolean
  pinned?: boolean
  colour?: number | null
}

/** A whole run from elsewhere; its metrics follow from its points. */
export type BroughtRun = Omit<RunRow, 'metrics'>

export interface RunStore {
  create(run: NewRun): RunRow
  /** Takes in a run that has ended elsewhere. Nobody sees it until {@link restore}; {@link purge} takes it back. */
  bring(run: BroughtRun): void
  /** Whether an id is taken, by a removed run too. */
  has(id: string): boolean
  /** @throws AppError `run.notFound` */
  get(id: string): RunRow
  /** Ids of the runs that an id, the beginning of one, or a name refers to. */
  find(reference: string): string[]
  /** Every run, oldest first. The list and its rows are shared and stay as they are: a change makes new ones. */
  all(): readonly RunRow[]
  /** Number of runs, without reading them. */
  count(): number
  update(id: string, patch: RunPatch): RunRow
  /** Changes many runs in one transaction, all or none. @throws AppError `run.notFound` */
  updateAll(patches: ReadonlyMap<string, RunPatch>): RunRow[]
  /** Changes the status where the state machine allows it. @throws AppError `run.state` */
  setStatus(id: string, status: RunStatus, patch?: RunPatch): RunRow
  /** Takes a run out of the workspace so that it can be restored; {@link purge} removes such runs for good. */
  remove(id: string): void
  restore(id: string): RunRow
  /** The same of many, all or none. @throws AppError `run.notFound` */
  removeAll(ids: readonly string[]): void
  restoreAll(ids: readonly string[]): RunRow[]
  /** Removes runs with all their points; without ids those that were removed before. Returns how many. */
  purge(ids?: string[]): number
  /** Marks every run that is queued or running as interrupted; called once after opening. Returns the runs' ids. */
  interruptLive(reason: string, now: number): string[]
}

/** Points of one metric from an ordinal on. */
export interface SeriesPart {
  /** Ordinal of the first point here; the next cursor is ordinal + steps.length. */
  ordinal: number
  steps: Float64Array
  times: Float64Array
  values: Float64Array
}

/** One recorded point; `time` is ms since the epoch. */
export interface RecordedPoint {
  step: number
  time: number
  value: number
}

/** A value to be reached from below (`atLeast`) or from above. */
export interface Target {
  value: number
  atLeast: boolean
}

export interface MetricStore {
  /**
   * Stores frames of one run in one transaction and returns the number of points of each metric afterwards.
   * `steps` is the number of updates done, kept with the run in the same transaction.
   */
  append(run: string, frames: Frame[], steps: number): Record<string, number>
  /** Packs what is still in segments into chunks; called when a run ends. */
  seal(run: string): void
  /** Removes each track's points from the first one on whose step is `from(track)` or later. */
  truncate(run: string, from: (track: string) => number): void
  summaries(run: string): Record<string, MetricSummary>
  /** What was recorded at the same steps, in the order in which it began. @throws AppError `run.notFound` */
  tracks(run: string): { name: string; metrics: string[]; points: number }[]
  /** Exact recorded points whose step lies in [from, to]. @throws AppError `metric.notFound` */
  series(run: string, metric: string, range?: { from?: number; to?: number }): SeriesPart
  /** At most `limit` points from ordinal `after` on; empty where there is nothing new. */
  tail(run: string, metric: string, after: number, limit: number): SeriesPart
  /**
   * Steps and values of every point, or at least of those in [from, to] and next to it; none where the run has not
   * recorded the metric.
   */
  points(run: string, metric: string, range?: { from?: number; to?: number }): StepValues
  /**
   * Overview for drawing, through the tiers where they suffice: min and max of each of `buckets` equal stretches of steps
   * in [from, to]. `against` names another metric of the run; of one that is not there every value is NaN.
   */
  view(run: string, metric: string, options: ViewOptions & { against?: string }): SeriesView
  /**
   * The recorded points of some metrics nearest to a step, or to a wall time: of two equally near the one behind, of
   * several at one position the last recorded. Null where there is no point.
   */
  nearest(run: string, metrics: readonly string[], to: { step: number } | { time: number }): (RecordedPoint | null)[]
  /** The first recorded point that reaches a value; null where none does. Non-finite points reach nothing. */
  reach(run: string, metric: string, target: Target): { step: number; time: number } | null
  /** How many recorded points with a step in [from, to] reach a value; 0 where the metric was not recorded. */
  count(run: string, metric: string, target: Target, range?: { from?: number; to?: number }): number
}

/** One checkpoint of a run. */
export interface CheckpointRow {
  /** Updates done. */
  step: number
  /** Its path; `there` is false where the file has gone. */
  file: string
  there: boolean
  bytes: number
  sha256: string
  /** Value at this step of the metric that the run keeps its best checkpoint by; null where none was measured. */
  value: number | null
  best: boolean
  savedAt: number
}

export interface CheckpointStore {
  /** Where a run's checkpoints are written. */
  folder(run: string): string
  /** Records one that is whole on disk, and removes those that the run's rule no longer keeps. `savedAt`: now. */
  add(run: string, saved: { step: number; bytes: number; sha256: string; value: number | null; savedAt?: number }): void
  /** Newest first. @throws AppError `run.notFound` */
  list(run: string): CheckpointRow[]
  /** Those that nothing could go on from, and why. Reads every one from end to end. */
  unusable(): { run: string; step: number; why: string }[]
}

/** What pages save of themselves, by kind and name. */
export interface SavedViews {
  /** By name. */
  list(kind: string): SavedView[]
  /** One of the same name is replaced. */
  save(kind: string, name: string, state: unknown): void
  /** Returns whether there was one. */
  remove(kind: string, name: string): boolean
}

/** Updates of a run that were stored and are lost; `known` is false where the run itself is. */
export interface Loss {
  run: string
  missing: number
  known: boolean
}

/** An open workspace: one SQLite file, one writer. */
export interface Storage {
  /** The workspace folder and its database file. */
  dir: string
  file: string
  runs: RunStore
  metrics: MetricStore
  checkpoints: CheckpointStore
  /**
   * Takes a run back to where `step` updates were done, before it goes on from there: every point recorded from that
   * update on goes, with the evaluation after the last one where it is still to come, and all later checkpoints. One
   * transaction: after a crash either all of it has happened or none.
   */
  rewind(run: string, to: { step: number; evaluationDue: boolean }): void
  views: SavedViews
  /** Free-form settings by key. */
  settings: { get(key: string): unknown; set(key: string, value: unknown): void }
  /** What a damaged log has lost. */
  losses(): Loss[]
  /** What `doctor` reports: integrity_check and foreign_key_check results ("ok" when sound), schema version, sizes. */
  check(): { integrity: string; foreignKeys: number; version: number; bytes: number; runs: number; points: number }
  /** Purges removed runs, checkpoints the write-ahead log, closes the file. Safe to call twice. */
  close(): void
}
