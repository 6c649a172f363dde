import { serializeError } from '../domain/errors'
import { tracksOf } from '../domain/metrics'
import type { Train } from '../engine/types'
import { Batcher, FLUSH_MS, MAX_UNACKNOWLEDGED, MAX_UNACKNOWLEDGED_BYTES } from './batcher'
import { environment } from './environment'
import { type FromTrainer, parseToTrainer, PROTOCOL_VERSION, type ToTrainer, type TrainerEnd } from './protocol'
import type { TrainerPort } from './trainer-port'

/** An idle or busy trainer says so at least this often; the supervisor gives up on one that does not. */
const HEARTBEAT_MS = 1000

type Start = Extract<ToTrainer, { type: 'start' }>
type WithoutHeader<T> = T extends unknown ? Omit<T, 'v' | 'job'> : never

/** Runs one job: trains as told, sends packed batches, waits for acknowledgements, ends when asked to. */
export function runTrainer(port: TrainerPort, train: Train, exit: (code: number) => void): void {
  let job = ''
  let seq = 0
  let acknowledged = 0
  /** Bytes of points in each batch on its way, by its number. */
  const onTheWay = new Map<number, number>()
  let bytesOnTheWay = 0
  let stopping = false
  let stepsDone = 0
  let flushedAt = 0
  let wake: (() => void) | null = null
  const now = () => performance.timeOrigin + performance.now()
  let batcher = new Batcher(now)

  const send = (message: WithoutHeader<FromTrainer>) =>
    port.send({ v: PROTOCOL_VERSION, job, ...message } as FromTrainer)
  const flush = () => {
    flushedAt = now()
    const frames = batcher.take()
    const bytes = frames.reduce((sum, { data }) => sum + data.byteLength, 0)
    onTheWay.set(++seq, bytes)
    bytesOnTheWay += bytes
    send({ type: 'batch', seq, steps: stepsDone, frames })
  }
  const forgetUpTo = (upTo: number) => {
    for (; acknowledged < upTo; acknowledged++) {
      bytesOnTheWay -= onTheWay.get(acknowledged + 1) ?? 0
      onTheWay.delete(acknowledged + 1)
    }
  }
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise<void>((resolve) => (wake = resolve))
  }
  const hasRoom = () => seq - acknowledged <= MAX_UNACKNOWLEDGED && bytesOnTheWay <= MAX_UNACKNOWLEDGED_BYTES

  async function pause(): Promise<void> {
    const since = now() - flushedAt
    if (since >= HEARTBEAT_MS || (since >= FLUSH_MS && !batcher.isEmpty)) flush()
    // The event loop turns once, so that a stop or an acknowledgement comes in between two updates.
    await new Promise((resolve) => setImmediate(resolve))
    await until(() => stopping || hasRoom())
  }

  async function start({ spec, checkpoints }: Start): Promise<void> {
    batcher = new Batcher(now, tracksOf(spec))
    const end: TrainerEnd = await train(spec, {
      recorder: {
        record(track, step, values) {
          if (track === 'update') stepsDone = step + 1
          batcher.record(track, step, values)
        },
      },
      loading: (what) => send({ type: 'loading', what }),
      ready(info) {
        stepsDone = info.start.step
        send({ type: 'ready', info: { ...info, environment: environment() } })
      },
      notice: (message) => send({ type: 'notice', message }),
      checkpoints: {
        ...checkpoints,
        saved(checkpoint) {
          // Whoever goes on from it must find every point before it stored.
          if (!batcher.isEmpty) flush()
          send({ type: 'checkpoint', ...checkpoint })
        },
      },
      shouldStop: () => stopping,
      pause,
    }).catch((error: unknown) => ({ status: 'failed', error: serializeError(error) }))
    if (!batcher.isEmpty) flush()
    send({ type: 'end', seq: ++seq, end })
    await until(() => acknowledged >= seq)
    exit(0)
  }

  port.onLost(() => exit(1))
  port.onMessage((raw) => {
    const message = parseToTrainer(raw)
    const isSecond = message?.type === 'start' && job !== ''
    // Whoever says such things is not the core that started it, or one of another version.
    if (!message || isSecond) return exit(64)
    if (message.type === 'start') {
      job = message.job
      send({ type: 'hello', pid: process.pid })
      void start(message)
    } else if (message.type === 'stop') {
      stopping = true
      wake?.()
    } else {
      forgetUpTo(message.seq)
      wake?.()
    }
  })
}
