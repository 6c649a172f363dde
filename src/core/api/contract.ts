import * as v from 'valibot'
import type { Comparison } from '../domain/compare/compare'
import type { RangeAnalysis, Sweep } from '../domain/range-test/types'
import type { RunProgress, RunRow } from '../domain/run'
import type { Recipe } from '../domain/recipe/recipe'
import { choice, flag, number, positive, rate, text } from '../domain/spec/fields'
import { MAX_SEED } from '../domain/spec/run-spec'
import { type Band, BANDS } from '../domain/stats/band'
import type { SeriesView } from '../domain/stats/series-view'
import { MAX_SMOOTHING, SMOOTHINGS } from '../domain/stats/smoothing'
import { exportContract } from './contract-export'
import { command, type Entry, MetricName, Nothing, query, RunId, Step, trusted, WholeNumber } from './contract-schema'

export type { ExportedFile } from './contract-export'

const Series = { run: RunId, metric: MetricName }
const Buckets = v.pipe(WholeNumber(8192), v.minValue(1, 'must be at least 1'))
const Smoothing = v.strictObject({
  kind: choice(SMOOTHINGS),
  amount: number(`must be from 0 to ${MAX_SMOOTHING}`, (x) => x >= 0 && x <= MAX_SMOOTHING),
  unit: v.optional(positive()),
})

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

/** Every method of the core: what it takes, what it gives, whether it changes anything. */
export const contract = {
  'app.info': query({ input: Nothing, output: trusted<AppInfo>() }),

  'runs.list': query({
    input: v.strictObject({
      filter: v.optional(v.pipe(v.string('must be text'), v.maxLength(4096, 'must be at most 4096 characters'))),
      sort: v.optional(v.strictObject({ column: text(512, 1), descending: flag() })),
      offset: v.optional(WholeNumber(1e9), 0),
      limit: v.optional(WholeNumber(1000), 500),
    }),
    /** `total` runs match; `all` are in the workspace. */
    output: trusted<{ rows: RunRow[]; total: number; all: number }>(),
  }),
  'runs.get': query({ input: v.strictObject({ run: RunId }), output: trusted<RunRow>() }),
  /** Finds runs by id, beginning of an id, or name; exactly one must match each reference. */
  'runs.find': query({ input: v.strictObject({ reference: RunId }), output: trusted<RunRow>() }),
  /** Creates and queues one run per seed; the spec is checked as a whole first. */
  'runs.create': command({
    input: v.strictObject({
      spec: v.unknown(),
      seeds: v.optional(
        v.pipe(
          v.array(WholeNumber(MAX_SEED)),
          v.minLength(1, 'must name at least one seed'),
          v.maxLength(1000, 'must name at most 1000 seeds'),
        ),
      ),
    }),
    output: trusted<{ runs: RunRow[]; notices: string[] }>(),
  }),
  /** What a run can go on from, newest first; the file is named, not sent. */
  'runs.checkpoints': query({
    input: v.strictObject({ run: RunId }),
    output: trusted<{ checkpoints: CheckpointInfo[] }>(),
  }),
  /**
   * Lets a run that was stopped, interrupted or failed go on from its newest whole checkpoint, as if it had never ended.
   * `fromStart` takes back all that it recorded and begins again.
   */
  'runs.resume': command({
    input: v.strictObject({ run: RunId, fromStart: v.optional(flag(), false) }),
    output: trusted<RunRow>(),
  }),
  'runs.stop': command({ input: v.strictObject({ run: RunId }), output: trusted<RunRow>() }),
  'runs.update': command({
    input: v.strictObject({
      run: RunId,
      name: v.optional(text(256, 1)),
      group: v.optional(text(256)),
      tags: v.optional(v.pipe(v.array(text(64, 1)), v.maxLength(64, 'must have at most 64 tags'))),
      notes: v.optional(text(65536)),
    }),
    output: trusted<RunRow>(),
  }),
  /** Hides a run until the workspace is closed, then it is gone; a live run is stopped first. */
  'runs.remove': command({ input: v.strictObject({ run: RunId }), output: trusted<{ run: string }>() }),
  'runs.restore': command({ input: v.strictObject({ run: RunId }), output: trusted<RunRow>() }),
  /** Removes a run with all its points at once, without undo. */
  'runs.purge': command({ input: v.strictObject({ run: RunId }), output: trusted<{ run: string }>() }),
  'runs.compare': query({
    input: v.strictObject({
      runs: v.pipe(
        v.array(RunId),
        v.minLength(1, 'must name at least one run'),
        v.maxLength(100, 'must name at most 100 runs'),
      ),
    }),
    output: trusted<Comparison>(),
  }),
  'runs.recipe': query({ input: v.strictObject({ run: RunId }), output: trusted<Recipe>() }),
  /** The three runs of the first launch: constant, step decay and 1cycle at equal budget on bundled MNIST. */
  'quickstart.start': command({
    input: v.strictObject({ steps: v.optional(v.pipe(WholeNumber(100_000), v.minValue(3, 'must be at least 3'))) }),
    output: trusted<{ runs: RunRow[] }>(),
  }),

  /** Range tests, newest first. */
  'rangeTests.list': query({ input: Nothing, output: trusted<{ tests: RangeTestEntry[] }>() }),
  'rangeTests.get': query({ input: v.strictObject({ run: RunId }), output: trusted<RangeTestData>() }),
  /**
   * Tries out what a range test suggests: short 1cycle runs at max/3, max and 3·max from the same weights with the same
   * batches, in one group. `max` takes the place of the test's own.
   */
  'rangeTests.confirm': command({
    input: v.strictObject({
      run: RunId,
      max: v.optional(rate()),
      steps: v.optional(v.pipe(WholeNumber(100_000), v.minValue(2, 'must be at least 2')), 200),
    }),
    output: trusted<{ runs: RunRow[]; notices: string[] }>(),
  }),

  'metrics.series': query({
    input: v.strictObject({ run: RunId, metric: MetricName, from: v.optional(Step), to: v.optional(Step) }),
    output: trusted<SeriesData>(),
  }),
  /** New points of several series since their cursors; at most `limit` points a series. Runs that are gone are left out. */
  'metrics.tail': query({
    input: v.strictObject({
      series: v.pipe(
        v.array(v.strictObject({ run: RunId, metric: MetricName, after: WholeNumber(1e12) })),
        v.maxLength(1000, 'must name at most 1000 series'),
      ),
      limit: v.optional(v.pipe(WholeNumber(1_000_000), v.minValue(1, 'must be at least 1')), 50_000),
    }),
    output: trusted<{ series: SeriesData[] }>(),
  }),
  /**
   * Overviews for drawing: min and max per bucket of steps in [from, to], done where the data is; runs that are gone are
   * left out. A series may have a range of its own. Smoothing is of all raw points, before they are reduced; rates and
   * momentum are never smoothed. `raw`, `times` and `against` (another metric of each run) add what they name, `edges`
   * the points next to the range.
   */
  'metrics.view': query({
    input: v.strictObject({
      series: v.pipe(
        v.array(v.strictObject({ ...Series, from: v.optional(Step), to: v.optional(Step) })),
        v.maxLength(1000, 'must name at most 1000 series'),
      ),
      from: v.optional(Step),
      to: v.optional(Step),
      buckets: Buckets,
      smoothing: v.optional(Smoothing),
      raw: v.optional(flag(), false),
      times: v.optional(flag(), false),
      against: v.optional(MetricName),
      edges: v.optional(flag(), false),
    }),
    output: trusted<{ series: SeriesViewData[] }>(),
  }),
  /**
   * Mean over the runs of each group and a band around it, at every step at which one of them recorded, reduced so that
   * no extreme of mean or band is lost. With smoothing each run is smoothed first. Runs that are gone are left out.
   */
  'metrics.band': query({
    input: v.strictObject({
      groups: v.pipe(
        v.array(
          v.strictObject({
            key: text(1024),
            runs: v.pipe(v.array(RunId), v.maxLength(1000, 'must name at most 1000 runs')),
          }),
        ),
        v.maxLength(100, 'must name at most 100 groups'),
      ),
      metric: MetricName,
      kind: choice(BANDS),
      smoothing: v.optional(Smoothing),
      from: v.optional(Step),
      to: v.optional(Step),
      buckets: Buckets,
    }),
    output: trusted<{ bands: BandData[] }>(),
  }),
  /**
   * The recorded points nearest to a step, or to so many ms after the start of each run: of two equally near the one
   * behind, of several at one position the last. A series may have a position of its own. Runs that are gone and series
   * without a point are left out.
   */
  'metrics.at': query({
    input: v.pipe(
      v.strictObject({
        series: v.pipe(
          v.array(v.strictObject({ ...Series, step: v.optional(Step), ms: v.optional(Step) })),
          v.maxLength(1000, 'must name at most 1000 series'),
        ),
        step: v.optional(Step),
        ms: v.optional(Step),
      }),
      v.check(
        ({ series, ...all }) =>
          series.every((one) => [one.step, one.ms, all.step, all.ms].some((x) => x !== undefined)),
        'must name a step or ms, for all series or for each',
      ),
    ),
    output: trusted<{ points: PointData[] }>(),
  }),

  ...exportContract,
} satisfies Record<string, Entry>

export type Contract = typeof contract
export type Method = keyof Contract
export type Input<M extends Method> = v.InferInput<Contract[M]['input']>
export type Output<M extends Method> = v.InferOutput<Contract[M]['output']>

/** What the core tells everyone who listens. Points never travel here: a page fetches those it draws by cursor. */
export type CoreEvent =
  | { type: 'run.changed'; run: RunRow }
  | { type: 'run.removed'; run: string }
  /** It goes on from an earlier step: points that were fetched of it are to be fetched again. */
  | { type: 'run.rewound'; run: string }
  | { type: 'run.progress'; progress: RunProgress }
  | { type: 'notice'; level: 'note' | 'caution' | 'error'; message: string }

/** What a method handler map must provide: one function per method, input already valid and complete. */
export type Handlers = {
  [M in Method]: (input: v.InferOutput<Contract[M]['input']>) => Output<M> | Promise<Output<M>>
}
