import { AppError } from '../../domain/errors'
import { bandOf, decimateBand } from '../../domain/stats/band'
import type { SeriesColumns } from '../../domain/stats/series-view'
import { maySmooth, smoothSeries, type Smoothing } from '../../domain/stats/smoothing'
import { taskBreaks } from '../task-breaks'
import type { HandlerContext, HandlersOf } from './context'

export const metricHandlers = ({ storage: { metrics, runs } }: HandlerContext): HandlersOf<'metrics'> => ({
  'metrics.series': ({ run, metric, from, to }) => {
    runs.get(run)
    return { run, metric, ...metrics.series(run, metric, { from, to }) }
  },
  'metrics.tail': async ({ series, limit }) => ({
    series: await ofKnownRuns(series, ({ run, metric, after }) => ({
      run,
      metric,
      ...metrics.tail(run, metric, after, limit),
    })),
  }),
  'metrics.view': async ({ series, smoothing, from, to, ...options }) => ({
    series: await ofKnownRuns(series, ({ run, metric, ...own }) => {
      const range = { from: own.from ?? from, to: own.to ?? to }
      const ownSmoothing = maySmooth(metric) ? smoothing : undefined
      return { run, metric, ...metrics.view(run, metric, { ...options, ...range, smoothing: ownSmoothing }) }
    }),
  }),
  'metrics.band': async ({ groups, metric, kind, smoothing, buckets, ...range }) => {
    const bands = []
    for (const { key, runs: ids } of groups) {
      const read = await ofKnownRuns(
        ids.map((run) => ({ run })),
        ({ run }) => metrics.points(run, metric),
      )
      const recorded = read.filter(({ steps }) => steps.length)
      const shown = smoothing && maySmooth(metric) ? recorded.map((one) => smoothedColumns(one, smoothing)) : recorded
      const { every, nonFinite, ...band } = bandOf(shown, kind, range)
      bands.push({ key, runs: recorded.length, every, nonFinite, ...decimateBand(band, { ...range, buckets }) })
    }
    return { bands }
  },
  'metrics.at': async ({ series, step, ms }) => {
    const positionOf = (run: string, own: { step?: number; ms?: number }) => {
      const at = own.step ?? (own.ms === undefined ? step : undefined)
      return at === undefined ? { time: (runs.get(run).startedAt ?? NaN) + (own.ms ?? ms)! } : { step: at }
    }
    const points = await ofKnownRuns(series, ({ run, metric, ...own }) => {
      const point = metrics.nearest(run, metric, positionOf(run, own))
      return point && { run, metric, ...point }
    })
    return { points: points.filter((point) => point !== null) }
  },
})

const smoothedColumns = ({ steps, values }: SeriesColumns, smoothing: Smoothing) => ({
  steps,
  values: smoothSeries(steps, values, smoothing),
})

/**
 * Reads one after another and lets everything else that waits have its turn in between. A run that was purged a moment
 * ago must not cost a page the lines of all others: it is left out.
 */
async function ofKnownRuns<S extends { run: string }, T>(series: readonly S[], read: (one: S) => T): Promise<T[]> {
  const found: T[] = []
  const breathe = taskBreaks()
  for (const one of series) {
    try {
      found.push(read(one))
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'run.notFound')) throw error
    }
    await breathe()
  }
  return found
}
