import { higherIsBetter, METRIC } from './metrics'
import type { RunSpec } from './spec/run-spec'

/** When a run writes checkpoints, and which of them are kept. */
export interface CheckpointRule {
  /** Updates from one to the next; null: one at each evaluation. */
  everySteps: number | null
  /** The newest ones that are kept, at least 1. */
  keep: number
  /** The metric of whose best value one more is kept and, where it is reached, written; null: none. */
  best: string | null
}

/** Two, so that the one before is there where the newest turns out to be damaged. */
export const KEPT_CHECKPOINTS = 2

/**
 * The rule of a run. A spec that does not say: one at each evaluation, the newest two and the best one kept.
 * @returns null where the spec asks for none, and for a range test, which begins again where it was interrupted
 */
export function checkpointRule({
  checkpoint,
  loss,
  rangeTest,
}: Pick<RunSpec, 'checkpoint' | 'loss' | 'rangeTest'>): CheckpointRule | null {
  if (checkpoint === null || rangeTest) return null
  if (checkpoint) {
    const { everySteps, keep = KEPT_CHECKPOINTS, best = null } = checkpoint
    return { everySteps, keep, best }
  }
  const best = loss === 'cross-entropy' ? METRIC.validationAccuracy : METRIC.validationLoss
  return { everySteps: null, keep: KEPT_CHECKPOINTS, best }
}

/** Is a value of a metric better than the best so far? The first of equals stays; what is not finite is never better. */
export function isBetter(metric: string, value: number | null, best: number | null): boolean {
  if (value === null || !Number.isFinite(value)) return false
  if (best === null) return true
  return higherIsBetter(metric) ? value > best : value < best
}

/** The best of some checkpoints in the order of their steps; undefined where none has a value. */
export function bestCheckpoint<C extends { value: number | null }>(
  rule: CheckpointRule,
  checkpoints: readonly C[],
): C | undefined {
  const { best: metric } = rule
  if (metric === null) return undefined
  return checkpoints.reduce<C | undefined>(
    (best, one) => (isBetter(metric, one.value, best?.value ?? null) ? one : best),
    undefined,
  )
}

/** Those that the rule no longer keeps, of all of a run in the order of their steps. */
export function supersededCheckpoints<C extends { value: number | null }>(
  rule: CheckpointRule,
  checkpoints: readonly C[],
): C[] {
  const best = bestCheckpoint(rule, checkpoints)
  return checkpoints.slice(0, -rule.keep).filter((one) => one !== best)
}
