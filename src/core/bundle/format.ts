import * as v from 'valibot'
import { type DatasetSummary, type EngineInfo, type Environment, RUN_STATUSES } from '../domain/run'
import { integer, text } from '../domain/spec/fields'

/**
 * A bundle is a zip archive with these files and no others:
 *
 * | name | what |
 * |---|---|
 * | manifest.json | {@link Manifest}: format, version, every other file with its bytes and SHA-256 |
 * | runs.json | {@link BundleRuns}: each run's settings and result, its tracks and checkpoints |
 * | series/RUN/TRACK-ORDINAL.f64 | n steps, n wall times (ms), then n values of each metric of the track, Float64 little-endian |
 * | checkpoints/RUN/STEP.ckpt | a checkpoint as the trainer wrote it |
 *
 * RUN, TRACK and ORDINAL are numbers from 0 (place of the run, place of its track, ordinal of the first point). Series
 * and checkpoints are stored, JSON is deflated.
 */
export const BUNDLE_FORMAT = 'anneal-bundle'
export const BUNDLE_VERSION = 1

export const MANIFEST = 'manifest.json'
export const RUNS = 'runs.json'
/** Names that a bundle may hold; nothing else is read, so that no name can lead out of a folder. */
export const FILE_NAME =
  /^(manifest\.json|runs\.json|series\/\d{1,6}\/\d{1,6}-\d{1,12}\.f64|checkpoints\/\d{1,6}\/\d{1,9}\.ckpt)$/

export const seriesFile = (run: number, track: number, ordinal: number): string =>
  `series/${run}/${track}-${ordinal}.f64`
export const checkpointEntry = (run: number, step: number): string => `checkpoints/${run}/${step}.ckpt`

/** What is accepted; a bundle beyond is refused before anything of it is read. */
export interface BundleLimits {
  /** Bytes of all files together, unpacked. */
  totalBytes: number
  files: number
  runs: number
}
export const FILE_LIMITS: BundleLimits = { totalBytes: 64 * 2 ** 30, files: 200_000, runs: 10_000 }
/** For a bundle that comes through a page and is held in memory. */
export const PAGE_LIMITS: BundleLimits = { totalBytes: 2 ** 30, files: 50_000, runs: 10_000 }

/** Bytes of the JSON files, unpacked. */
export const MAX_JSON = 256 * 2 ** 20
/** Bytes of one file with points: what a bundle of ours never reaches, and memory easily holds. */
export const MAX_SERIES_FILE = 64 * 2 ** 20
/** So many times larger than the archive may its contents be where it matters; honest bundles stay below 30. */
export const MAX_RATIO = 200

const WHOLE = 'must be a whole number'
const Count = v.pipe(v.number(WHOLE), v.safeInteger(WHOLE), v.minValue(0, WHOLE))
const Sha256 = v.pipe(v.string('must be a SHA-256'), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256'))
const Finite = v.pipe(v.number('must be a number'), v.finite('must be a number'))
const Moment = v.nullable(Finite)
/** Facts of a run that only people read: any object of moderate depth; its size is limited with that of the file. */
const Facts = <T>() =>
  v.nullable(
    v.custom<T>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), 'must be an object'),
  )

const FileEntry = v.strictObject({ name: v.pipe(v.string(), v.regex(FILE_NAME)), bytes: Count, sha256: Sha256 })

export const Manifest = v.strictObject({
  format: v.literal(BUNDLE_FORMAT, `must be ${BUNDLE_FORMAT}`),
  version: Count,
  program: text(64),
  runs: Count,
  files: v.array(FileEntry),
})
export type Manifest = v.InferOutput<typeof Manifest>
export type FileEntry = v.InferOutput<typeof FileEntry>

const BundleTrack = v.strictObject({
  name: text(256, 1),
  metrics: v.pipe(v.array(text(256, 1)), v.minLength(1, 'must name a metric'), v.maxLength(100_000)),
  points: Count,
  /** Ordinal of the first point of each file, and how many points it has; one behind the other from 0 on. */
  files: v.array(v.strictObject({ ordinal: Count, n: Count })),
})
export type BundleTrack = v.InferOutput<typeof BundleTrack>

const BundleCheckpoint = v.strictObject({
  step: Count,
  bytes: Count,
  /** Of what the checkpoint holds, as the workspace records it; the manifest has that of the file. */
  sha256: Sha256,
  value: v.nullable(Finite),
  savedAt: Finite,
})

export const BundleRun = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[0-9a-z]{1,64}$/, 'must be a run id')),
  name: text(256),
  group: text(256),
  tags: v.pipe(v.array(text(64, 1)), v.maxLength(64)),
  notes: text(65536),
  status: v.picklist(
    RUN_STATUSES.filter((status) => status !== 'queued' && status !== 'running'),
    'must be that of a run that has ended',
  ),
  reason: v.nullable(text(65536)),
  /** Checked by the spec's own schema. */
  spec: v.unknown(),
  steps: Count,
  totalSteps: Count,
  peakLr: Finite,
  divergedAt: Moment,
  createdAt: Finite,
  startedAt: Moment,
  endedAt: Moment,
  engine: Facts<EngineInfo>(),
  dataset: Facts<DatasetSummary>(),
  environment: Facts<Environment>(),
  parameters: v.nullable(Count),
  hidden: v.boolean(),
  pinned: v.boolean(),
  colour: v.nullable(integer('from 1 to 12', 1, 12)),
  tracks: v.pipe(v.array(BundleTrack), v.maxLength(100_000)),
  checkpoints: v.pipe(v.array(BundleCheckpoint), v.maxLength(10_000)),
})
export type BundleRun = v.InferOutput<typeof BundleRun>

export const BundleRuns = v.strictObject({ runs: v.array(BundleRun) })
