import * as v from 'valibot'
import type { PlainError } from '../domain/errors'
import type { Frame } from '../domain/metrics'
import type { DatasetSummary, EngineInfo, Environment } from '../domain/run'
import type { RunSpec } from '../domain/spec/run-spec'
import type { SavedCheckpoint } from '../engine/checkpoints/keeper'
import type { StartingPoint } from '../engine/types'

/** Raised when a message changes its meaning; the two sides refuse each other otherwise. */
export const PROTOCOL_VERSION = 2

interface Header {
  v: typeof PROTOCOL_VERSION
  job: string
}

/** From the core to a trainer process. */
export type ToTrainer = Header &
  /** Checkpoints are written to `folder`; the run goes on from the first of `resume` that is whole, or begins. */
  (
    | { type: 'start'; spec: RunSpec; checkpoints: { folder: string; resume: string[] } }
    /** Ends the run between two updates. */
    | { type: 'stop' }
    /** Every batch up to seq is committed and may be forgotten. */
    | { type: 'ack'; seq: number }
  )

export type TrainerEnd =
  { status: 'finished' | 'stopped' } | { status: 'diverged'; step: number } | { status: 'failed'; error: PlainError }

/** What a trainer knows once data, model and engine are ready. */
export interface TrainerReady {
  engine: EngineInfo
  dataset: DatasetSummary
  environment: Environment
  parameters: number
  totalSteps: number
  /** Where it begins: everything stored from there on is recorded once more. */
  start: StartingPoint
}

/** From a trainer process to the core. Batches carry seq 1, 2, 3 ... and are repeated by nobody: the pipe is reliable. */
export type FromTrainer = Header &
  (
    | { type: 'hello'; pid: number }
    /** What the trainer is busy with before the first update, for people. */
    | { type: 'loading'; what: string }
    | { type: 'ready'; info: TrainerReady }
    /** What went otherwise than asked for, for people; the run goes on. */
    | { type: 'notice'; message: string }
    /** A checkpoint is whole on disk; every point before it has been sent. */
    | ({ type: 'checkpoint' } & SavedCheckpoint)
    /** Points since the last batch; `steps` updates are done. An empty batch is a heartbeat. */
    | { type: 'batch'; seq: number; steps: number; frames: Frame[] }
    /** The last message, numbered like a batch; the process exits when it is acknowledged. */
    | { type: 'end'; seq: number; end: TrainerEnd }
  )

const Header = { v: v.literal(PROTOCOL_VERSION), job: v.pipe(v.string(), v.minLength(1), v.maxLength(64)) }
const Count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
/** Facts that people read. */
const Facts = v.looseObject({})
const FrameSchema = v.pipe(
  v.strictObject({
    track: v.pipe(v.string(), v.maxLength(64)),
    metrics: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(256))), v.minLength(1), v.maxLength(4096)),
    n: Count,
    data: v.instance(Float64Array),
  }),
  v.check(
    (frame) => frame.data.length === frame.n * (frame.metrics.length + 2),
    'data must hold n steps, n times and n values a metric',
  ),
)

const FromTrainerSchema = v.variant('type', [
  v.strictObject({ ...Header, type: v.literal('hello'), pid: Count }),
  v.strictObject({ ...Header, type: v.literal('loading'), what: v.pipe(v.string(), v.maxLength(256)) }),
  v.strictObject({
    ...Header,
    type: v.literal('ready'),
    info: v.strictObject({
      engine: Facts,
      dataset: Facts,
      environment: Facts,
      parameters: Count,
      totalSteps: Count,
      start: v.strictObject({ step: Count, evaluationDue: v.boolean() }),
    }),
  }),
  v.strictObject({ ...Header, type: v.literal('notice'), message: v.pipe(v.string(), v.maxLength(10_000)) }),
  v.strictObject({
    ...Header,
    type: v.literal('checkpoint'),
    step: v.pipe(Count, v.minValue(1)),
    bytes: Count,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    value: v.nullable(v.pipe(v.number(), v.finite())),
  }),
  v.strictObject({ ...Header, type: v.literal('batch'), seq: Count, steps: Count, frames: v.array(FrameSchema) }),
  v.strictObject({
    ...Header,
    type: v.literal('end'),
    seq: Count,
    end: v.variant('status', [
      v.strictObject({ status: v.picklist(['finished', 'stopped']) }),
      v.strictObject({ status: v.literal('diverged'), step: Count }),
      v.strictObject({
        status: v.literal('failed'),
        error: v.looseObject({ code: v.string(), message: v.pipe(v.string(), v.minLength(1)) }),
      }),
    ]),
  }),
])

/** The spec was checked where the run was made. */
const ToTrainerSchema = v.variant('type', [
  v.strictObject({
    ...Header,
    type: v.literal('start'),
    spec: v.looseObject({}),
    checkpoints: v.strictObject({ folder: v.string(), resume: v.array(v.string()) }),
  }),
  v.strictObject({ ...Header, type: v.literal('stop') }),
  v.strictObject({ ...Header, type: v.literal('ack'), seq: Count }),
])

const parser =
  <Message>(schema: v.GenericSchema) =>
  (message: unknown): Message | null =>
    v.is(schema, message) ? (message as Message) : null

/** Checks a message from a trainer process; null where it is none of ours. */
export const parseFromTrainer = parser<FromTrainer>(FromTrainerSchema)

/** Checks a message to a trainer process; null where it is none of ours. */
export const parseToTrainer = parser<ToTrainer>(ToTrainerSchema)
