import { AppError } from '../../domain/errors'
import type { HandlerContext, HandlersOf } from './context'

export const metricHandlers = ({ storage: { metrics, runs } }: HandlerContext): HandlersOf<'metrics'> => ({
  'metrics.series': ({ run, metric, from, to }) => {
    runs.get(run)
    return { run, metric, ...metrics.series(run, metric, { from, to }) }
  },
  'metrics.tail': ({ series, limit }) => ({
    series: ofKnownRuns(series, ({ run, metric, after }) => ({
      run,
      metric,
      ...metrics.tail(run, metric, after, limit),
    })),
  }),
  'metrics.view': ({ series, from, to, buckets }) => ({
    series: ofKnownRuns(series, ({ run, metric }) => ({
      run,
      metric,
      ...metrics.view(run, metric, { from, to, buckets }),
    })),
  }),
})

/** A run that was purged a moment ago must not cost a page the lines of all others: it is left out. */
function ofKnownRuns<S extends { run: string }, T>(series: readonly S[], read: (one: S) => T): T[] {
  return series.flatMap((one) => {
    try {
      return [read(one)]
    } catch (error) {
      if (error instanceof AppError && error.code === 'run.notFound') return []
      throw error
    }
  })
}
