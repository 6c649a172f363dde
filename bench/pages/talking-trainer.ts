import { type Frame, TRACK } from '../../src/core/domain/metrics'
import { createRng } from '../../src/core/domain/rng'
import { createSchedule, type ScheduleSpec } from '../../src/core/domain/schedules/registry'
import { parseRunSpec, type RunSpec } from '../../src/core/domain/spec/run-spec'
import type { Launcher } from '../../src/core/jobs/launcher'
import { type FromTrainer, PROTOCOL_VERSION, type ToTrainer } from '../../src/core/jobs/protocol'

const EVERY = 100
const BATCH_MS = 50

/** A spec that is evaluated every hundred steps. */
export const specOf = (schedule: ScheduleSpec, steps: number): RunSpec =>
  parseRunSpec({
    name: schedule.kind,
    dataset: { kind: 'glyphs' },
    model: { preset: 'mlp' },
    schedule,
    budget: { steps },
    evaluate: { everySteps: EVERY },
  })

/** Points of updates `from` to `to` (exclusive) of a run that learns, as its trainer would pack them. */
export function framesOf(spec: RunSpec, steps: number, from: number, to: number, seed: number): Frame[] {
  const rng = createRng(seed, `bench ${from}`)
  const schedule = createSchedule(spec.schedule, steps)
  const loss = (t: number) => 0.03 + 2.3 * Math.exp((-9 * t) / steps)
  const pack = (track: 'update' | 'evaluation', at: number[], row: (t: number) => number[]): Frame => {
    const columns = [(t: number) => t, () => 1.7e12, ...TRACK[track].map((_, i) => (t: number) => row(t)[i]!)]
    return {
      track,
      metrics: TRACK[track],
      n: at.length,
      data: Float64Array.from(columns.flatMap((column) => at.map(column))),
    }
  }
  const updates = Array.from({ length: to - from }, (_, i) => from + i)
  const evaluations = updates.filter((t) => (t + 1) % EVERY === 0)
  return [
    pack('update', updates, (t) => {
      const noisy = loss(t) * Math.exp(0.3 * rng.normal())
      return [noisy, 0.9, schedule.lr(t), schedule.momentum?.(t) ?? 0.9, Math.abs(rng.normal()), 1]
    }),
    ...(evaluations.length ? [pack('evaluation', evaluations, (t) => [loss(t), 1 - loss(t) / 3])] : []),
  ]
}

/**
 * A trainer that only talks, in batches as a trainer sends them: the page is measured, and real training would take the
 * cores that it needs.
 * @param rate updates a second
 */
export const talker =
  (rate: number): Launcher =>
  () => {
    let listen: (message: FromTrainer) => void = () => {}
    let leave: () => void = () => {}
    let timer: NodeJS.Timeout | undefined
    const start = ({ job, spec }: Extract<ToTrainer, { type: 'start' }>) => {
      const steps = 'steps' in spec.budget ? spec.budget.steps : 0
      const head = { v: PROTOCOL_VERSION, job } as const
      let done = 0
      let seq = 0
      timer = setInterval(() => {
        const from = done
        done = Math.min(steps, done + (rate * BATCH_MS) / 1000)
        if (done > from) {
          const frames = framesOf(spec, steps, from, done, spec.seed)
          listen({ ...head, type: 'batch', seq: ++seq, steps: done, frames })
        }
        if (done < steps) return
        clearInterval(timer)
        listen({ ...head, type: 'end', seq: ++seq, end: { status: 'finished' } })
        leave()
      }, BATCH_MS)
    }
    return {
      pid: undefined,
      send: (message) => (message.type === 'start' ? start(message) : undefined),
      onMessage: (listener) => (listen = listener),
      onExit: (listener) => (leave = () => listener({ code: 0, signal: null, stderr: '' })),
      kill: () => (clearInterval(timer), leave()),
    }
  }
