import { type Frame, TRACK, type Track } from '../../src/core/domain/metrics'
import { createRng } from '../../src/core/domain/rng'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { momentumOf } from '../../src/core/domain/spec/optimizers'
import type { RunSpec } from '../../src/core/domain/spec/run-spec'
import type { Outcome } from './draw-outcome'
import { bestRate } from './draw-settings'

/** Updates over which a run that diverges climbs before its loss is no number. */
const RISE = 18
/** Loss of ten classes by chance. */
const CHANCE = Math.LN10

/** Columns of one track; `data` as storage wants it. */
export function pack(track: Track, steps: readonly number[], times: readonly number[], rows: number[][]): Frame {
  const columns = [steps, times, ...TRACK[track].map((_, i) => rows.map((row) => row[i]!))]
  return { track, metrics: TRACK[track], n: steps.length, data: Float64Array.from(columns.flat()) }
}

export interface CurveOptions {
  /** First update of the run in ms since the epoch, and ms an update takes. */
  startedAt: number
  stepMs: number
  /** Share of updates whose loss jumps for this one update. */
  spikes?: number
  /** Updates whose gradient norm is infinite. */
  infinite?: ReadonlySet<number>
}

/**
 * A run's points by formula: the loss falls with the sum of the rates used so far, its noise follows the rate, momentum
 * and rate are the schedule's own. `next` gives frames of further updates; each call goes on from the last.
 */
export function learningCurve(spec: RunSpec, totalSteps: number, outcome: Outcome, options: CurveOptions) {
  const { startedAt, stepMs, spikes = 0, infinite } = options
  const schedule = createSchedule(spec.schedule, totalSteps)
  const rng = createRng(spec.seed, spec.name)
  const best = bestRate(spec)
  const { divergedAt, error } = outcome
  const climbs = divergedAt ?? Infinity
  const every = spec.evaluate?.everySteps ?? totalSteps
  let done = 0
  /** Rates used so far, in units of the best one. */
  let used = 0

  const updateRow = (t: number, lr: number): number[] => {
    const base = 2.2 * error * (1 + Math.min(1, (0.6 * lr) / best)) + CHANCE / (1 + used / 8)
    const rise = t < climbs - RISE ? 1 : 1.24 ** (t - climbs + RISE)
    const spike = spikes && rng.next() < spikes ? 2 + 6 * rng.next() : 1
    const loss = t === divergedAt ? NaN : base * Math.exp(0.15 * rng.normal()) * rise * spike
    const accuracy = Math.min(1, Math.max(0.1, 1 - 0.35 * base * rise * (1 + 0.1 * rng.normal())))
    const norm = infinite?.has(t) ? Infinity : 2 * Math.sqrt(loss) * Math.exp(0.3 * rng.normal())
    const momentum = schedule.momentum?.(t) ?? momentumOf(spec.optimizer)
    return [loss, accuracy, lr, momentum, norm, stepMs * (0.95 + 0.1 * rng.next())]
  }
  const evaluationRow = (): number[] => {
    const wrong = Math.min(0.9, error + 0.9 * (1 + used / 8) ** -1.3)
    return [3.1 * wrong * (1 + 0.02 * rng.normal()), 1 - wrong * (1 + 0.015 * rng.normal())]
  }

  return {
    /** Frames of all updates up to `to` (exclusive); of those that `keeps`, where given, and of every evaluation. */
    next(to: number, keeps: (t: number) => boolean = () => true): Frame[] {
      const updates: number[] = []
      const rows: number[][] = []
      const evaluations: number[] = []
      const evaluationRows: number[][] = []
      for (; done < to; done++) {
        const lr = schedule.lr(done)
        used += lr / best
        if (keeps(done)) {
          updates.push(done)
          rows.push(updateRow(done, lr))
        }
        if ((done + 1) % every === 0 && done < climbs) {
          evaluations.push(done)
          evaluationRows.push(evaluationRow())
          const accuracy = evaluationRows.at(-1)![1]!
          if (schedule.feedback?.metrics.includes('validation/accuracy'))
            schedule.feedback.observe('validation/accuracy', accuracy, done)
        }
      }
      const at = (steps: number[]) => steps.map((t) => startedAt + stepMs * t)
      return [
        pack('update', updates, at(updates), rows),
        pack('evaluation', evaluations, at(evaluations), evaluationRows),
      ].filter(({ n }) => n > 0)
    },
  }
}
