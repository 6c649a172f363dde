import type { RangeAnalysis, Sweep } from '../domain/range-test/types'
import type { RunRow } from '../domain/run'
import type { Band } from '../domain/stats/band'
import type { SeriesView } from '../domain/stats/series-view'

export interface AppInfo {
  version: string
  /** The workspace's folder name, its path, and its database's size in bytes. */
  workspace: { name: string; dir: string; bytes: number }
  runs: number
  engine: { kind: 'native' | 'wasm' | 'cpu'; label: string; whyNotFaster: string | null }
  /** Runs that may train at the same time. */
  parallel: number
  cores: number
  memoryGb: number
}

/** One piece of a series; `ordinal` is that of the first point, the next cursor is ordinal + steps.length. */
export interface SeriesData {
  run: string
  metric: string
  ordinal: number
  steps: Float64Array
  times: Float64Array
  values: Float64Array
}

export interface SeriesViewData extends SeriesView {
  run: string
  metric: string
}

/** Mean of a group's runs with a band; x is empty where none of them has recorded the metric. */
export interface BandData extends Band {
  key: string
  /** Runs that have recorded something. */
  runs: number
  /** Recorded points in the range that are not finite: they enter nothing. */
  nonFinite: number
  /** 1; more where only every so many-th step was looked at, since there were too many. */
  every: number
}

/** The recorded point nearest to where it was asked for; `time` is ms since the epoch. */
export interface PointData {
  run: string
  metric: string
  step: number
  time: number
  value: number
}

/** How many points of a series were counted. */
export interface CountData {
  run: string
  metric: string
  count: number
}

/** One checkpoint of a run. */
export interface CheckpointInfo {
  /** Updates done. */
  step: number
  /** Its path; `there` is false where the file has gone. */
  file: string
  there: boolean
  bytes: number
  /** Value at this step of the metric that the run keeps its best checkpoint by; null where none was measured. */
  value: number | null
  best: boolean
  savedAt: number
}

/** Where a run first reached a value. */
export interface RunTarget {
  run: string
  /** Step of the point; null where no point reaches the value. */
  step: number | null
  /** From the run's start to that point; null where there is none. */
  ms: number | null
}

/** One range test in the list of them. */
export interface RangeTestEntry {
  run: RunRow
  max: number | null
  confidence: RangeAnalysis['confidence']
  refusal: RangeAnalysis['refusal']
  /** Smoothed mean loss at 54 rates, equally far apart in log lr from the first to the last that was used; NaN where there is none. */
  curve: Float64Array
}

/** What a range test recorded, and what it says. */
export interface RangeTestData {
  run: RunRow
  sweeps: Sweep[]
  /** Null while there are too few points. */
  analysis: RangeAnalysis | null
  /** Runs of its newest confirmation in the order of their rates: max/3, max, 3·max. */
  confirm: RunRow[]
  /** Loss over the validation part with the weights that were put back; null before. */
  evaluationLoss: number | null
  /** Whether all that it had changed was put back to the last bit; null before. */
  restored: boolean | null
}
