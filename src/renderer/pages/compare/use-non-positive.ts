import { useTransport } from '../../composables/use-transport'
import { useFetched, type Wish } from '../../stores/fetched'
import type { Drawn } from './drawn'
import { lineKey, shownMetrics } from './chart-wishes'
import type { CompareState } from './compare-state'
import { scaleOf } from './metric-panel'

interface CountWish extends Wish {
  run: string
  metric: string
  from?: number
  to?: number
}

/**
 * How many recorded values of each line lie at or below 0, where a log axis cannot show them: counted from every point,
 * and only of those metrics whose least value says that there are any.
 * @param rangeOf steps of a run that are in view; null for all
 */
export function useNonPositive(
  wanted: () => { state: CompareState; drawn: readonly Drawn[] },
  rangeOf: (run: string) => { from: number; to: number } | null,
) {
  const transport = useTransport()
  const wishes = (): CountWish[] => {
    const { state, drawn } = wanted()
    return shownMetrics(state)
      .filter((metric) => scaleOf(metric, state.logY) === 'log')
      .flatMap((metric) =>
        drawn
          .flatMap(({ runs }) => runs)
          .filter((run) => run.metrics[metric] && run.metrics[metric].min <= 0)
          .map(({ id }) => {
            const range = rangeOf(id) ?? {}
            return {
              key: lineKey(id, metric),
              run: id,
              metric,
              ...range,
              runs: [id],
              signature: JSON.stringify([id, metric, range]),
            }
          }),
      )
  }
  const counts = useFetched<CountWish, number>(wishes, async (due, signal) => {
    const answers = new Map<string, number>()
    for (const { key, run, metric, from, to } of due) {
      const input = { run, metric, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
      const { values } = await transport.call('metrics.series', input, { signal })
      answers.set(
        key,
        values.reduce((count, value) => count + (value <= 0 && value > -Infinity ? 1 : 0), 0),
      )
    }
    return answers
  })
  return (run: string, metric: string): number => counts.get(lineKey(run, metric)) ?? 0
}
