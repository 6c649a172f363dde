import { type AppError, serializeError } from '../domain/errors'
import type { Frame } from '../domain/metrics'
import type { RunProgress, RunRow, RunStatus } from '../domain/run'
import type { RunPatch, Storage } from '../storage/types'
import { startAwakeClock } from './awake-clock'
import { createDiskQueue, mayPass } from './disk-queue'
import { exitReason, failureReason } from './exit-reason'
import type { SavedCheckpoint } from '../engine/checkpoints/keeper'
import type { StartingPoint } from '../engine/types'
import type { Launcher, TrainerExit, TrainerProcess } from './launcher'
import { ProgressMeter } from './progress'
import { type FromTrainer, parseFromTrainer, PROTOCOL_VERSION, type TrainerEnd } from './protocol'
import { checkpointsOf } from './resume'
import { recordSystem } from './record-system'
import { afterAwake, watchSilence } from './silence'
import type { SystemMetrics } from './system-metrics'

/** How long a trainer may take to obey, in ms of awake time, before the next rung of the ladder. */
export interface Patience {
  /** After asking it to stop between two updates: then SIGTERM. */
  stop: number
  /** After SIGTERM: then SIGKILL. */
  terminate: number
  /** Without any message while the machine is awake: then it counts as hung. One update of a large model in pure JS can take minutes. */
  silence: number
  /** From one attempt to store what the disk did not take to the next. */
  disk: number
}

export const PATIENCE: Patience = { stop: 20_000, terminate: 5_000, silence: 600_000, disk: 1000 }

export interface Supervisor {
  /** Asks the run to end between two updates; harder and harder if it does not. */
  stop(): void
  /** The run's last state; never rejects. */
  ended: Promise<RunRow>
}

interface Options {
  run: RunRow
  storage: Storage
  launch: Launcher
  system: SystemMetrics
  now: () => number
  patience: Patience
  onChange: (run: RunRow) => void
  onProgress: (progress: RunProgress) => void
  /** Points from a step on were taken back: what others have of them is old. */
  onRewind: (run: string) => void
  onNotice: (message: string) => void
  onError: (error: unknown) => void
}

/** Progress goes out at most this often. */
const PROGRESS_MS = 100

/**
 * Follows one trainer process from its start to its end: stores each batch, acknowledges after the commit,
 * and turns however the process ends into a status with a reason.
 *
 * Where the disk takes nothing (full, not to be written, failing) the run waits: what its trainer has sent is kept here,
 * what is not acknowledged holds the trainer back, and all goes on by itself once the disk takes it. Only a stop ends that.
 */
export function supervise(options: Options): Supervisor {
  const { run, storage, launch, now, patience, onChange, onProgress, onRewind, onNotice, onError } = options
  const job = run.id
  const meter = new ProgressMeter(job, run.totalSteps, run.steps)
  const awake = startAwakeClock(now)
  const system = recordSystem(options.system, now)
  let process: TrainerProcess | null = null
  let end: TrainerEnd | null = null
  let gaveUp: { status: RunStatus; reason: string } | null = null
  let stopping = false
  let exited = false
  let progressAt = 0
  const takeBack = new Set<() => void>()
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<RunRow>()

  const after = (ms: number, action: () => void) => takeBack.add(afterAwake(ms, action))

  const giveUp = (status: RunStatus, reason: string) => {
    if (!end) gaveUp ??= { status, reason }
    process?.kill('SIGKILL')
  }

  const silence = watchSilence(patience.silence, () =>
    giveUp('failed', `The trainer gave no sign of life for ${Math.round(patience.silence / 1000)} s and was ended`),
  )

  const disk = createDiskQueue({
    retryMs: patience.disk,
    onWait(trouble, first) {
      // A trainer that is held back says nothing.
      silence.heard()
      meter.waitFor(waitsFor(trouble))
      onProgress(meter.now)
      if (first)
        onNotice(`${run.name} waits: ${trouble.message}. It goes on by itself once the disk takes what it has recorded`)
    },
    onGoOn() {
      meter.waitFor(null)
      onProgress(meter.now)
      onNotice(`${run.name} goes on: everything that waited is stored`)
    },
    onFailure(error) {
      giveUp('failed', storingFailed(error))
      onError(error)
    },
  })

  /** Its work is done: whatever keeps the process alive now must not keep the queue waiting. */
  const endSoon = () => after(patience.terminate, () => process?.kill('SIGKILL'))

  const acknowledge = (seq: number) => process?.send({ v: PROTOCOL_VERSION, job, type: 'ack', seq })

  const receive = (message: FromTrainer) => {
    if (message.type === 'hello') {
      system.trainerIs(message.pid)
    } else if (message.type === 'loading') {
      meter.loading(message.what)
      onProgress(meter.now)
    } else if (message.type === 'ready') {
      const { start, ...info } = message.info
      disk.push(() => {
        if (Object.keys(run.metrics).length) rewind(start)
        meter.plan(info.totalSteps, start.step)
        onChange(storage.runs.update(job, info))
      })
    } else if (message.type === 'notice') {
      onNotice(`${run.name}: ${message.message}`)
    } else if (message.type === 'checkpoint') {
      disk.push(() => recordCheckpoint(message))
    } else if (message.type === 'batch') {
      disk.push(storing(message))
    } else if (message.type === 'end') {
      disk.push(() => {
        end = message.end
        acknowledge(message.seq)
        endSoon()
      })
      // Nobody waits for the disk any more, and all that the trainer has recorded is here.
      if (disk.trouble && stopping) endSoon()
    }
  }

  const rewind = (start: StartingPoint) => {
    storage.rewind(job, start)
    onRewind(job)
  }

  /** One that cannot be recorded is lost, the run is not. */
  const recordCheckpoint = (saved: SavedCheckpoint) => {
    try {
      storage.checkpoints.add(job, saved)
    } catch (error) {
      if (mayPass(error)) throw error
      onError(error)
      onNotice(`${run.name}: the checkpoint at update ${saved.step} is lost: ${serializeError(error).message}`)
    }
  }

  const storing = ({ seq, steps, frames }: Extract<FromTrainer, { type: 'batch' }>) => {
    let all: Frame[] | undefined
    return () => {
      // What was seen of the machine goes with the next batch: it costs no transaction of its own.
      all ??= [...frames, ...system.take(steps)]
      if (all.length) {
        const counts = storage.metrics.append(job, all, steps)
        meter.add(awake.now(), steps, frames, counts)
        if (now() - progressAt >= PROGRESS_MS) {
          progressAt = now()
          onProgress(meter.now)
        }
      }
      acknowledge(seq)
    }
  }

  /** Status and reason of a run whose process is gone. */
  const outcome = (exit: TrainerExit): { status: RunStatus } & RunPatch => {
    if (gaveUp) return gaveUp
    if (end?.status === 'failed') return { status: 'failed', reason: failureReason(end.error) }
    if (end?.status === 'diverged') return { status: 'diverged', divergedAt: end.step, reason: null }
    if (end?.status === 'finished') return { status: 'finished', reason: null }
    if (stopping)
      return {
        status: 'stopped',
        reason: end ? null : 'The trainer did not end in time and was killed; every stored step is kept',
      }
    return { status: 'interrupted', reason: exitReason(exit, { batchSize: run.spec.batchSize, held: system.held }) }
  }

  const close = (exit: TrainerExit) => {
    exited = true
    for (const undo of takeBack) undo()
    silence.end()
    system.close()
    let unstored: Frame[] | undefined
    disk.push(() => {
      const { status, ...patch } = outcome(exit)
      unstored ??= gaveUp ? [] : system.take(meter.now.step)
      try {
        if (unstored.length) storage.metrics.append(job, unstored, meter.now.step)
        storage.metrics.seal(job)
        const row = storage.runs.setStatus(job, status, { ...patch, endedAt: now() })
        onProgress(meter.now)
        finish(row)
      } catch (error) {
        if (mayPass(error)) throw error
        endUnstored(error)
      }
    })
    if (stopping) giveUpOnDisk()
  }

  const finish = (row: RunRow) => {
    silence.end()
    awake.end()
    onChange(row)
    resolveEnded(row)
  }

  /**
   * Nothing can be written any more: what was acknowledged is safe, and the next start will call the run interrupted.
   * Whoever waits for its end is told so now.
   */
  const endUnstored = (error: unknown) => {
    onError(error)
    finish({ ...run, status: 'interrupted', reason: endNotStored(error), endedAt: now() })
  }

  /** The user does not want to wait for the disk. */
  const giveUpOnDisk = () => {
    const { trouble } = disk
    if (trouble && disk.giveUp()) endUnstored(trouble)
  }

  const fail = (error: unknown) => {
    gaveUp = { status: 'failed', reason: serializeError(error).message }
    queueMicrotask(() => close({ code: null, signal: null, stderr: '' }))
  }

  const start = () => {
    // Time goes on from the first start, as the points' times do.
    const startedAt = run.steps > 0 && run.startedAt !== null ? run.startedAt : now()
    onChange(storage.runs.setStatus(job, 'running', { startedAt, reason: null }))
    try {
      const checkpoints = checkpointsOf(storage, run)
      process = launch()
      process.onExit(close)
      process.onMessage((raw) => {
        silence.heard()
        if (gaveUp) return
        const message = parseFromTrainer(raw)
        if (!message || message.job !== job)
          return giveUp('failed', 'The trainer sent a message that is not part of the protocol')
        receive(message)
      })
      process.send({ v: PROTOCOL_VERSION, job, type: 'start', spec: run.spec, checkpoints })
    } catch (error) {
      fail(error)
    }
  }
  disk.push(() => {
    try {
      start()
    } catch (error) {
      if (mayPass(error)) throw error
      fail(error)
    }
  })

  return {
    ended,
    stop() {
      if (stopping) return
      stopping = true
      if (exited || !process) giveUpOnDisk()
      if (exited || !process) return
      process.send({ v: PROTOCOL_VERSION, job, type: 'stop' })
      after(patience.stop, () => {
        process?.kill('SIGTERM')
        after(patience.terminate, () => process?.kill('SIGKILL'))
      })
    },
  }
}

const storingFailed = (error: unknown): string =>
  `A batch could not be stored: ${serializeError(error).message}. Every step acknowledged before is kept`

const endNotStored = (error: unknown): string =>
  `The end of the run could not be stored: ${serializeError(error).message}. Every step acknowledged before is kept`

const WAITS: Partial<Record<AppError['code'], string>> = {
  'workspace.full': 'the disk is full',
  'workspace.readonly': 'the disk may not be written',
  'workspace.locked': 'another program has the database open',
}

const waitsFor = ({ code }: AppError): string => WAITS[code] ?? 'the disk reports an error'
