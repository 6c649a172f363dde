import { METRIC } from '../../src/core/domain/metrics'
import type { Launcher } from '../../src/core/jobs/launcher'
import { type FromTrainer, PROTOCOL_VERSION, type ToTrainer } from '../../src/core/jobs/protocol'

/** What a run records before it waits to be stopped: every value that JSON cannot say. */
export const RECORDED = Float64Array.of(0.5, NaN, Infinity, -Infinity, -0, 1e-300)

type Body = FromTrainer extends infer M ? (M extends FromTrainer ? Omit<M, 'v' | 'job'> : never) : never

/**
 * A trainer that speaks the protocol and trains nothing: it records {@link RECORDED} as train/loss, then waits for stop.
 * In this process, so that tests of the api need no build.
 */
export const idleTrainer: Launcher = () => {
  let job = ''
  let last = 0
  let onMessage: (message: unknown) => void = () => {}
  let onExit: (exit: { code: number | null; signal: string | null; stderr: string }) => void = () => {}
  const say = (body: Body) => queueMicrotask(() => onMessage({ v: PROTOCOL_VERSION, job, ...body }))
  const exit = (code: number | null, signal: string | null) =>
    queueMicrotask(() => onExit({ code, signal, stderr: '' }))

  const record = () => {
    const n = RECORDED.length
    const data = new Float64Array(3 * n)
    for (let i = 0; i < n; i++) data[i] = i
    data.set(RECORDED, 2 * n)
    say({ type: 'batch', seq: ++last, steps: n, frames: [{ track: 'update', metrics: [METRIC.trainLoss], n, data }] })
  }
  const hear: Record<ToTrainer['type'], (message: never) => void> = {
    start: (message: ToTrainer) => {
      job = message.job
      say({ type: 'hello', pid: process.pid })
      record()
    },
    stop: () => say({ type: 'end', seq: ++last, end: { status: 'stopped' } }),
    ack: ({ seq }: { seq: number }) => {
      if (seq === last && seq > 1) exit(0, null)
    },
  }
  return {
    pid: process.pid,
    send: (message) => hear[message.type](message as never),
    onMessage: (listener) => (onMessage = listener),
    onExit: (listener) => (onExit = listener),
    kill: (signal) => exit(null, signal),
  }
}
