import type { Failure } from '../../stores/fetched'
import { isAgainst } from './chart-wishes'

/**
 * Why a chart of some metrics cannot be drawn; null where nothing went wrong.
 *
 * @param places what went wrong with the positions of steps on the x axis, which every chart needs
 */
export function panelErrors(
  lines: readonly Failure[],
  places: readonly Failure[],
): (metrics: readonly string[]) => string | null {
  const isPlace = ({ key }: Failure) => isAgainst(key)
  const everywhere = [...places, ...lines.filter(isPlace)][0]
  const byMetric = new Map(lines.filter((one) => !isPlace(one)).map(({ metric, error }) => [metric, error.message]))
  return (metrics) => everywhere?.error.message ?? metrics.map((metric) => byMetric.get(metric)).find(Boolean) ?? null
}
