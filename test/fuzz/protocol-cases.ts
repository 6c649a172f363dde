import fc from 'fast-check'
import { METRIC } from '../../src/core/domain/metrics'
import { isLive } from '../../src/core/domain/run'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import type { Train } from '../../src/core/engine/types'
import type { TrainerExit } from '../../src/core/jobs/launcher'
import { type FromTrainer, PROTOCOL_VERSION } from '../../src/core/jobs/protocol'
import { supervise } from '../../src/core/jobs/supervisor'
import { createSystemMetrics } from '../../src/core/jobs/system-metrics'
import { runTrainer } from '../../src/core/jobs/trainer'
import type { Storage } from '../../src/core/storage/types'
import { SPEC } from '../api/cores'
import { hostileNumber, hostileText, hostileValue } from './hostile'
import { Fault, inTime } from './oracle'
import type { Rig } from './rig'

const JOB = 'fuzzjob1'
const header = { v: PROTOCOL_VERSION, job: JOB }
const small = fc.integer({ min: 0, max: 60 })
/** Mostly what it should be. */
const or = (value: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 20, arbitrary: value }, { weight: 1, arbitrary: other })

const frames = fc
  .tuple(
    or(fc.constantFrom('update', 'evaluation', 'x'), hostileText),
    fc.constantFrom([METRIC.trainLoss], ['a', 'b'], ['a'], ['a', 'a'], ['__proto__']),
    fc.integer({ min: 0, max: 40 }),
    hostileNumber,
  )
  .map(([track, metrics, n, odd]) => {
    const data = Float64Array.from({ length: n * (metrics.length + 2) }, (_, i) => i % Math.max(1, n))
    if (n && data.length) data[data.length - 1] = odd
    return { track, metrics, n, data }
  })
const body = fc.oneof<fc.Arbitrary<object>[]>(
  fc.record({ type: fc.constant('hello'), pid: or(fc.constant(0), hostileValue) }),
  fc.record({ type: fc.constant('loading'), what: or(hostileText, hostileValue) }),
  fc.record({
    type: fc.constant('ready'),
    info: or(
      fc.record({
        start: or(fc.record({ step: or(small, hostileNumber), evaluationDue: fc.boolean() }), hostileValue),
        totalSteps: or(fc.constant(50), hostileValue),
        parameters: or(fc.constant(7), hostileValue),
        engine: fc.constant({ kind: 'wasm', label: 'x', version: '1', threads: 1, whyNotFaster: null }),
        dataset: or(fc.constant(null), hostileValue),
      }),
      hostileValue,
    ),
  }),
  fc.record({ type: fc.constant('notice'), message: or(hostileText, hostileValue) }),
  fc.record({
    type: fc.constant('checkpoint'),
    step: or(small, hostileNumber),
    bytes: or(small, hostileNumber),
    sha256: or(fc.constant('ab'.repeat(32)), hostileText),
    value: or(fc.constant(null), hostileValue),
  }),
  fc.record({
    type: fc.constant('batch'),
    seq: or(small, hostileNumber),
    steps: or(small, hostileNumber),
    frames: or(fc.array(or(frames, hostileValue), { maxLength: 3 }), hostileValue),
  }),
  fc.record({
    type: fc.constant('end'),
    seq: or(small, hostileNumber),
    end: or(
      fc.record(
        {
          status: fc.constantFrom('finished', 'stopped', 'diverged', 'failed', 'running'),
          step: or(small, hostileValue),
          error: or(fc.constant({ code: 'engine.failed', message: 'x', details: {} }), hostileValue),
        },
        { requiredKeys: ['status'] },
      ),
      hostileValue,
    ),
  }),
)
const fromTrainer = fc.oneof(
  { weight: 30, arbitrary: body.map((message) => ({ ...header, ...message })) },
  { weight: 1, arbitrary: body.map((message) => ({ v: 1, job: 'another', ...message })) },
  { weight: 1, arbitrary: hostileValue },
)
type Deed = { say: unknown } | { exit: TrainerExit } | { stop: true }
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 20, arbitrary: fromTrainer.map((say) => ({ say })) },
  { weight: 1, arbitrary: fc.constantFrom({ stop: true as const }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 1, 134, null), fc.constantFrom(null, 'SIGKILL'), hostileText)
      .map(([code, signal, stderr]) => ({ exit: { code, signal, stderr } })),
  },
)

/**
 * A trainer that says anything in any order, and then dies: its run ends in a state that is no longer live, with a reason
 * for people where it did not finish, and everything that was acknowledged is stored.
 */
export const trainerProperty = ({ storage }: Rig) =>
  fc.asyncProperty(fc.array(deeds, { maxLength: 12 }), async (all) => {
    const errors: unknown[] = []
    try {
      storage.runs.create({ id: JOB, name: 'x', spec: parseRunSpec(SPEC), totalSteps: 50, peakLr: 0.4, createdAt: 1 })
      await watched(storage, all, errors)
    } finally {
      storage.runs.purge([JOB])
    }
  })

async function watched(storage: Storage, all: readonly Deed[], errors: unknown[]): Promise<void> {
  let hear: (message: unknown) => void = () => {}
  let exit: (exit: TrainerExit) => void = () => {}
  let gone = false
  let recorded = 0
  let acknowledged = 0
  const die = (how: TrainerExit) => {
    if (gone) return
    gone = true
    exit(how)
  }
  const supervisor = supervise({
    run: storage.runs.get(JOB),
    storage,
    launch: () => ({
      pid: undefined,
      send: (message) => void (message.type === 'ack' && (acknowledged = recorded)),
      onMessage: (listener) => (hear = listener),
      onExit: (listener) => (exit = listener),
      kill: (signal) => die({ code: null, signal, stderr: '' }),
    }),
    system: createSystemMetrics(),
    now: Date.now,
    patience: { stop: 1e6, terminate: 1e6, silence: 1e6, disk: 1e6 },
    onChange: () => {},
    onProgress: () => {},
    onRewind: () => (recorded = acknowledged = 0),
    onNotice: () => {},
    onError: (error) => errors.push(error),
  })
  for (const deed of all) {
    if (gone) break
    if ('stop' in deed) supervisor.stop()
    else if ('exit' in deed) die(deed.exit)
    else {
      const { type, frames: sent } = (deed.say ?? {}) as { type?: string; frames?: { n: number }[] }
      const points =
        type === 'batch' && Array.isArray(sent) ? sent.reduce((sum, frame) => sum + Number(frame?.n ?? 0), 0) : 0
      recorded += points
      hear(deed.say)
      if (acknowledged !== recorded) recorded = acknowledged
    }
  }
  die({ code: null, signal: null, stderr: '' })
  const row = await inTime('the end of a run', supervisor.ended)
  if (isLive(row.status)) throw new Fault(`the run is still ${row.status}`)
  if (['failed', 'interrupted'].includes(row.status) && !row.reason) throw new Fault(`${row.status} without a reason`)
  if (/not a function|undefined|Cannot read|\[object/.test(row.reason ?? '')) throw new Fault(`reason: ${row.reason}`)
  if (row.status === 'diverged' && !Number.isFinite(row.divergedAt)) throw new Fault('diverged at no step')
  const stored = storage.runs.get(JOB)
  if (stored.status !== row.status) throw new Fault(`told ${row.status}, stored ${stored.status}: ${errors.join()}`)
}

const toTrainer = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.oneof<fc.Arbitrary<object>[]>(
      fc.constant({
        ...header,
        type: 'start',
        spec: parseRunSpec(SPEC),
        checkpoints: { folder: '/nowhere', resume: [] },
      }),
      fc.constant({ ...header, type: 'stop' }),
      fc.record({
        v: fc.constant(PROTOCOL_VERSION),
        job: fc.constant(JOB),
        type: fc.constant('ack'),
        seq: or(small, hostileValue),
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      v: or(fc.constant(PROTOCOL_VERSION), hostileValue),
      job: hostileValue,
      type: fc.constantFrom('start', 'stop', 'ack', 'x'),
    }),
  },
  { weight: 2, arbitrary: hostileValue },
)

/** A core that says anything in any order: the trainer trains at most one run, and ends or waits; it never breaks. */
export const coreProperty = () =>
  fc.asyncProperty(fc.array(toTrainer, { maxLength: 12 }), async (all) => {
    let hear: (message: unknown) => void = () => {}
    let lost: () => void = () => {}
    let exited = false
    let training = 0
    const sent: FromTrainer[] = []
    const train: Train = async (_, context) => {
      if (++training > 1) throw new Fault('two runs at a time')
      for (let t = 0; t < 3 && !context.shouldStop(); t++) {
        context.recorder.record('evaluation', t, [1, 2])
        await context.pause()
      }
      training--
      return { status: context.shouldStop() ? 'stopped' : 'finished' }
    }
    runTrainer(
      {
        send: (message) => sent.push(message),
        onMessage: (listener) => (hear = listener),
        onLost: (listener) => (lost = listener),
      },
      train,
      () => (exited = true),
    )
    for (const message of all) {
      if (exited) break
      hear(message)
      await new Promise(setImmediate)
    }
    const starts = sent.filter(({ type }) => type === 'hello').length
    if (starts > 1) throw new Fault(`it began ${starts} times`)
    lost()
    if (!exited) throw new Fault('it went on though nobody is there')
  })
