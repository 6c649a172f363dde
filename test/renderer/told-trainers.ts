import type { Frame } from '../../src/core/domain/metrics'
import type { Launcher } from '../../src/core/jobs/launcher'
import { type FromTrainer, PROTOCOL_VERSION, type ToTrainer, type TrainerEnd } from '../../src/core/jobs/protocol'

type Body = FromTrainer extends infer M ? (M extends FromTrainer ? Omit<M, 'v' | 'job'> : never) : never

interface Told {
  loading(what: string): void
  batch(steps: number, frames: Frame[]): void
  end(end: TrainerEnd): void
}

export interface ToldTrainers {
  launcher: Launcher
  /** Lets a run say what it is busy with before it trains. */
  loading(run: string, what: string): void
  /** Lets a run report points; `steps` updates are done then. @throws where it does not train */
  batch(run: string, steps: number, frames: Frame[]): void
  end(run: string, end: TrainerEnd): void
}

/** Trainers that speak the protocol and do what the test tells them, in this process; they stop when they are asked to. */
export function toldTrainers(): ToldTrainers {
  const told = new Map<string, Told>()
  const of = (run: string): Told => {
    const one = told.get(run)
    if (!one) throw new Error(`${run} does not train`)
    return one
  }
  const launcher: Launcher = () => {
    let job = ''
    let seq = 0
    let lastSeq = Infinity
    let onMessage: (message: unknown) => void = () => {}
    let onExit: (exit: { code: number | null; signal: string | null; stderr: string }) => void = () => {}
    const say = (body: Body) => queueMicrotask(() => onMessage({ v: PROTOCOL_VERSION, job, ...body }))
    const exit = (code: number | null, signal: string | null) => {
      told.delete(job)
      queueMicrotask(() => onExit({ code, signal, stderr: '' }))
    }
    const end = (how: TrainerEnd) => say({ type: 'end', seq: (lastSeq = ++seq), end: how })
    const hear = (message: ToTrainer) => {
      if (message.type === 'start') {
        job = message.job
        told.set(job, {
          loading: (what) => say({ type: 'loading', what }),
          batch: (steps, frames) => say({ type: 'batch', seq: ++seq, steps, frames }),
          end,
        })
        say({ type: 'hello', pid: process.pid })
      } else if (message.type === 'stop') end({ status: 'stopped' })
      else if (message.seq === lastSeq) exit(0, null)
    }
    return {
      pid: process.pid,
      send: hear,
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      kill: (signal) => exit(null, signal),
    }
  }
  return {
    launcher,
    loading: (run, what) => of(run).loading(what),
    batch: (run, steps, frames) => of(run).batch(steps, frames),
    end: (run, how) => of(run).end(how),
  }
}
