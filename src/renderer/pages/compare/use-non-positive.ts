import { inParts } from '../../../core/domain/in-parts'
import { useTransport } from '../../composables/use-transport'
import { useFetched, type Wish } from '../../stores/fetched'
import type { Drawn } from './drawn'
import { lineKey, shownMetrics } from './chart-wishes'
import type { CompareState } from './compare-state'
import { scaleOf } from './metric-panel'

interface CountWish extends Wish {
  run: string
  metric: string
  range: { from?: number; to?: number }
}

/** Most series that one question may name. */
const AT_ONCE = 1000

/**
 * How many recorded values of each line lie at or below 0, where a log axis cannot show them: counted where the points
 * are, and only of those metrics whose least value says that there are any. Lines come first: they are asked for before.
 * @param rangeOf steps of a run that are in view; null for all
 * @param linesWait whether lines are still on their way
 */
export function useNonPositive(
  wanted: () => { state: CompareState; drawn: readonly Drawn[] },
  rangeOf: (run: string) => { from: number; to: number } | null,
  linesWait: () => boolean,
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
              range,
              runs: [id],
              signature: JSON.stringify([id, metric, range]),
            }
          }),
      )
  }
  let last: readonly CountWish[] = []
  const afterLines = () => (linesWait() ? last : (last = wishes()))
  const counts = useFetched<CountWish, number>(afterLines, async (due, signal) => {
    const answers = new Map<string, number>()
    for (const part of inParts(due, AT_ONCE)) {
      const series = part.map(({ run, metric, range }) => ({ run, metric, ...range }))
      const { counts } = await transport.call('metrics.count', { series, value: 0 }, { signal })
      for (const { run, metric, count } of counts) answers.set(lineKey(run, metric), count)
    }
    return answers
  })
  return (run: string, metric: string): number => counts.get(lineKey(run, metric)) ?? 0
}
