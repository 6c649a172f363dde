import type { Rng } from '../../src/core/domain/rng'
import type { RunStatus } from '../../src/core/domain/run'
import type { RunSpec } from '../../src/core/domain/spec/run-spec'
import { decadesOff } from './draw-settings'

/** What becomes of a made-up run. */
export interface Outcome {
  status: Exclude<RunStatus, 'queued' | 'running'>
  /** Updates done. */
  steps: number
  divergedAt: number | null
  /** Share of wrong answers that it ends at if it gets far enough. */
  error: number
}

/** How schedules compare in the generated world: the error of each against that of a cosine. */
const SCHEDULE_ERROR: Partial<Record<RunSpec['schedule']['kind'], number>> = {
  constant: 1.35,
  'inverse-time': 1.2,
  exponential: 1.1,
  step: 1.08,
  sawtooth: 1.1,
  triangular: 1.05,
  'one-cycle': 0.92,
  wsd: 0.96,
}
const MODEL_ERROR = { mlp: 1.6, 'cnn-small': 0.85, 'resnet-small': 0.7 }

const modelError = ({ model }: RunSpec) => ('preset' in model ? MODEL_ERROR[model.preset] : 1)

/** Too little decay overfits a little, too much costs more; best near 5e-4. */
function decayError({ optimizer: { weightDecay } }: RunSpec): number {
  if (weightDecay === 0) return 1.12
  return 1 + 0.12 * Math.log10(weightDecay / 5e-4) ** 2
}

/**
 * Decides how a run ends, by formula: rates far above the best one diverge, sooner the higher they are; others lose
 * accuracy with their distance from it. Replicates share all but the noise.
 * @param rng of this run alone
 */
export function drawOutcome(spec: RunSpec, peak: number, steps: number, rng: Rng): Outcome {
  const off = decadesOff(spec, peak)
  const gentle = spec.schedule.warmup || spec.schedule.kind === 'one-cycle' ? 0.15 : 0
  const edge = 0.76 + gentle + 0.07 * rng.normal()
  const error =
    0.012 *
    (SCHEDULE_ERROR[spec.schedule.kind] ?? 1) *
    modelError(spec) *
    decayError(spec) *
    (spec.dataset.kind === 'mnist' ? 1 : 7) *
    (1 + 1.4 * off * off) *
    Math.exp(0.05 * rng.normal())
  if (off > edge) {
    const share = 0.02 + 0.5 * rng.next() * Math.exp(-4 * (off - edge))
    const divergedAt = Math.min(steps - 1, Math.max(1, Math.round(share * steps)))
    return { status: 'diverged', steps: divergedAt + 1, divergedAt, error }
  }
  const luck = rng.next()
  const part = () => Math.max(1, Math.floor(steps * rng.next()))
  if (luck < 0.04) return { status: 'stopped', steps: part(), divergedAt: null, error }
  if (luck < 0.06) return { status: 'interrupted', steps: part(), divergedAt: null, error }
  if (luck < 0.07) return { status: 'failed', steps: part(), divergedAt: null, error }
  return { status: 'finished', steps, divergedAt: null, error }
}
