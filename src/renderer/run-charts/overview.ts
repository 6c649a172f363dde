import { formatCount } from '../../core/domain/format'
import type { LoadedSeries } from '../stores/series-entry'

/**
 * The honest count of a panel some of whose lines are overviews: extremes picked by the core, drawn without smoothing.
 * Undefined where every recorded point is here and the chart can count by itself.
 */
export function overviewAside(series: readonly (LoadedSeries | null)[]): string | undefined {
  if (!series.some((one) => one?.overview)) return undefined
  let [drawn, total] = [0, 0]
  for (const one of series) {
    drawn += one?.overview?.drawn ?? one?.steps.length ?? 0
    total += one?.overview?.total ?? one?.steps.length ?? 0
  }
  return `${formatCount(drawn)} of ${formatCount(total)} points drawn, extremes kept, not smoothed`
}
