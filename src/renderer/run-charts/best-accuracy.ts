import { METRIC } from '../../core/domain/metrics'
import type { RunProgress, RunRow } from '../../core/domain/run'

/**
 * Best validation accuracy of a run: as its row says, or what a live run has just reached, which the row does not know
 * yet. The step is null where it cannot be told.
 */
export function bestAccuracy(run: RunRow, progress: RunProgress | null): { value: number; step: number | null } | null {
  const stored = run.metrics[METRIC.validationAccuracy]
  const best = stored && Number.isFinite(stored.max) ? { value: stored.max, step: stored.maxStep } : null
  const now = progress?.validationAccuracy ?? null
  if (now === null || (best && best.value >= now)) return best
  return { value: now, step: lastEvaluation(run, progress!) }
}

/** Step of the last evaluation: they come after every n updates, and after the last one. */
function lastEvaluation({ spec, totalSteps }: RunRow, { counts }: RunProgress): number | null {
  const count = counts[METRIC.validationAccuracy]
  const every = spec.evaluate?.everySteps
  return count && every ? Math.min(count * every, totalSteps) - 1 : null
}
