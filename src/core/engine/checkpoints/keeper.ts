import { cpus } from 'node:os'
import { type CheckpointRule, isBetter } from '../../domain/checkpoint-rule'
import { METRIC } from '../../domain/metrics'
import type { EngineInfo } from '../../domain/run'
import type { CheckpointFacts } from './format'
import type { StateEntry } from './state'
import { writeCheckpoint, type WrittenCheckpoint } from './write-checkpoint'

/** What an evaluation says, as far as a checkpoint may be the best by it. */
export interface Evaluation {
  loss: number
  accuracy: number
}

/** A checkpoint as whoever keeps the run's records is told of it. */
export interface SavedCheckpoint extends WrittenCheckpoint {
  step: number
  /** Value of the metric that the best one is kept by; null where none was measured at this step. */
  value: number | null
}

/** Writes a run's checkpoints as its rule says. A failure costs a notice, never the run. */
export interface Keeper {
  /** After each update (`step` are done), or after the evaluation that follows it. */
  after(step: number, evaluation: Evaluation | null): void
  /** Before the run ends early; `evaluationDue` where the evaluation after the last update is still to come. */
  stop(step: number, evaluationDue: boolean): void
}

interface Options {
  folder: string
  rule: CheckpointRule
  /** Where the run begins now. */
  from: { step: number; evaluationDue: boolean; best: number | null }
  totalSteps: number
  stepsPerEpoch: number
  engine: EngineInfo
  data: string
  state: () => StateEntry[]
  /** State of a schedule that follows the run, as plain JSON; null of any other. */
  schedule: () => unknown
  saved: (checkpoint: SavedCheckpoint) => void
  notice: (message: string) => void
}

const valueOf = (metric: string | null, { loss, accuracy }: Evaluation): number | null => {
  const value = metric === METRIC.validationLoss ? loss : metric === METRIC.validationAccuracy ? accuracy : NaN
  return Number.isFinite(value) ? value : null
}

export const cpuModel = (): string => cpus()[0]?.model.trim() ?? 'unknown'

export function openKeeper(options: Options): Keeper {
  const { folder, rule, from, totalSteps, stepsPerEpoch, data, state, saved, notice } = options
  const { whyNotFaster: _, ...engine } = options.engine
  const cpu = cpuModel()
  let best = from.best
  let last = from.step > 0 ? { step: from.step, evaluationDue: from.evaluationDue } : null
  let trouble: string | null = null

  /** False where it failed. */
  const write = (step: number, evaluationDue: boolean, value: number | null): boolean => {
    const facts: CheckpointFacts = {
      step,
      epoch: Math.floor(step / stepsPerEpoch),
      batch: step % stepsPerEpoch,
      evaluationDue,
      best,
      schedule: options.schedule(),
      engine,
      cpu,
      data,
    }
    try {
      const written = writeCheckpoint(folder, facts, state())
      last = { step, evaluationDue }
      trouble = null
      saved({ step, value, ...written })
      return true
    } catch (error) {
      const reason = reasonOf(error)
      // A full disk stays full for a while: said once, not at every checkpoint.
      if (reason !== trouble)
        notice(
          `No checkpoint could be written at update ${step}: ${reason}. The run goes on, and those before are kept`,
        )
      trouble = reason
      return false
    }
  }

  return {
    after(step, evaluation) {
      const value = evaluation && valueOf(rule.best, evaluation)
      const improved = rule.best !== null && isBetter(rule.best, value, best)
      const before = best
      if (improved) best = value
      const due = rule.everySteps === null ? evaluation !== null : step % rule.everySteps === 0
      // One that is not there is not the best: the next that beats the one before is.
      if ((due || improved || step === totalSteps) && !write(step, false, value)) best = before
    },
    stop(step, evaluationDue) {
      if (step > 0 && !(last?.step === step && last.evaluationDue === evaluationDue)) write(step, evaluationDue, null)
    },
  }
}

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than allowed',
  EACCES: 'its folder may not be written',
  EPERM: 'its folder may not be written',
  EROFS: 'its disk may only be read',
  EIO: 'the disk reports an error',
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code && code in REASONS ? `${REASONS[code]} (${code})` : message
}
