import * as v from 'valibot'
import type { Comparison } from '../domain/compare/compare'
import type { Recipe } from '../domain/recipe/recipe'
import type { RunProgress, RunRow } from '../domain/run'
import { choice, flag, number, positive, rate, text } from '../domain/spec/fields'
import { MAX_SEED } from '../domain/spec/run-spec'
import { BANDS } from '../domain/stats/band'
import { MAX_SMOOTHING, SMOOTHINGS } from '../domain/stats/smoothing'
import { exportContract } from './contract-export'
import { filesContract } from './contract-files'
import type {
  AppInfo,
  BandData,
  CheckpointInfo,
  CountData,
  PointData,
  RangeTestData,
  RangeTestEntry,
  SeriesData,
  SeriesViewData,
} from './contract-outputs'
import {
  command,
  type Entry,
  FilterText,
  MetricName,
  Nothing,
  query,
  RunId,
  RunSort,
  several,
  Step,
  trusted,
  WholeNumber,
} from './contract-schema'
import { tableContract } from './contract-table'

export type { ExportedFile, ImportResult } from './contract-export'
export type { SavedFile, SpecFile } from './contract-files'
export type * from './contract-outputs'

const Series = { run: RunId, metric: MetricName }
const Buckets = v.pipe(WholeNumber(8192), v.minValue(1, 'must be at least 1'))
const Smoothing = v.strictObject({
  kind: choice(SMOOTHINGS),
  amount: number(`must be from 0 to ${MAX_SMOOTHING}`, (x) => x >= 0 && x <= MAX_SMOOTHING),
  unit: v.optional(positive()),
})

/** Every method of the core: what it takes, what it gives, whether it changes anything. */
export const contract = {
  'app.info': query({ input: Nothing, output: trusted<AppInfo>() }),

  'runs.list': query({
    input: v.strictObject({
      filter: v.optional(FilterText),
      sort: v.optional(RunSort),
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

  /**
   * How many recorded points of each series reach a value, from below (`atLeast`) or from above; non-finite ones reach
   * nothing. A series may have a range of steps of its own. Runs that are gone are left out.
   */
  'metrics.count': query({
    input: v.strictObject({
      series: several(v.strictObject({ ...Series, from: v.optional(Step), to: v.optional(Step) }), 'series', 1000),
      value: number('must be a finite number', () => true),
      atLeast: v.optional(flag(), false),
    }),
    output: trusted<{ counts: CountData[] }>(),
  }),

  ...tableContract,

  ...exportContract,

  ...filesContract,
} satisfies Record<string, Entry>

export type Contract = typeof contract
export type Method = keyof Contract
export type Input<M extends Method> = v.InferInput<Contract[M]['input']>
export type Output<M extends Method> = v.InferOutput<Contract[M]['output']>

/** What the core tells everyone who listens. Points never travel here: a page fetches those it draws by cursor. */
export type CoreEvent =
  /** All that one call or one message of a trainer changed. */
  | { type: 'runs.changed'; runs: readonly RunRow[] }
  | { type: 'runs.removed'; runs: readonly string[] }
  /** It goes on from an earlier step: points that were fetched of it are to be fetched again. */
  | { type: 'run.rewound'; run: string }
  | { type: 'run.progress'; progress: RunProgress }
  /** How much of a bundle has been read, from 0 to 1. */
  | { type: 'import.progress'; share: number }
  | { type: 'notice'; level: 'note' | 'caution' | 'error'; message: string }

/** Tells a handler that nobody waits for its answer any more; an AbortSignal does. */
export interface Cancellation {
  readonly aborted: boolean
}

/** What a method handler map must provide: one function per method, input already valid and complete. */
export type Handlers = {
  [M in Method]: (input: v.InferOutput<Contract[M]['input']>, signal?: Cancellation) => Output<M> | Promise<Output<M>>
}
