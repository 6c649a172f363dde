import { METRIC } from '../../../core/domain/metrics'
import { isLive, type RunRow } from '../../../core/domain/run'

/** Loss over the validation part at the end of a run that came to its end; null for all others. */
export function endLoss(run: RunRow): number | null {
  const last = run.metrics[METRIC.validationLoss]?.last
  return run.status === 'finished' && last !== undefined && Number.isFinite(last) ? last : null
}

/** The run with the least loss at its end, once all have ended: a measurement, where the rules are heuristics. */
export function bestFinite(runs: readonly RunRow[]): string | null {
  if (!runs.length || runs.some(({ status }) => isLive(status))) return null
  const measured = runs.filter((run) => endLoss(run) !== null).sort((a, b) => endLoss(a)! - endLoss(b)!)
  return measured[0]?.id ?? null
}

/** What a run's peak is of the maximum that is confirmed, the middle one of three. */
export function confirmLabel(runs: readonly RunRow[], run: RunRow): string {
  const middle = runs[1]?.peakLr ?? run.peakLr
  const factor = run.peakLr / middle
  return factor < 0.9 ? 'max / 3' : factor > 1.1 ? '3 · max' : 'max'
}
