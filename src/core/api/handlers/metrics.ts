import { maySmooth } from '../../domain/stats/smoothing'
import { taskBreaks } from '../task-breaks'
import type { HandlerContext, HandlersOf } from './context'
import { ofKnownRuns } from './known-runs'
import { bandHandler } from './metric-bands'

export const metricHandlers = ({ storage: { metrics, runs } }: HandlerContext): HandlersOf<'metrics'> => ({
  'metrics.series': ({ run, metric, from, to }) => {
    runs.get(run)
    return { run, metric, ...metrics.series(run, metric, { from, to }) }
  },
  'metrics.tail': async ({ series, limit }, signal) => ({
    series: await ofKnownRuns(series, taskBreaks(signal), ({ run, metric, after }) => ({
      run,
      metric,
      ...metrics.tail(run, metric, after, limit),
    })),
  }),
  'metrics.view': async ({ series, smoothing, from, to, ...options }, signal) => ({
    series: await ofKnownRuns(series, taskBreaks(signal), ({ run, metric, ...own }) => {
      const range = { from: own.from ?? from, to: own.to ?? to }
      const ownSmoothing = maySmooth(metric) ? smoothing : undefined
      return { run, metric, ...metrics.view(run, metric, { ...options, ...range, smoothing: ownSmoothing }) }
    }),
  }),
  'metrics.band': bandHandler(metrics),
  'metrics.at': async ({ series, step, ms }, signal) => {
    const positionOf = (run: string, own: { step?: number; ms?: number }) => {
      const at = own.step ?? (own.ms === undefined ? step : undefined)
      return at === undefined ? { time: (runs.get(run).startedAt ?? NaN) + (own.ms ?? ms)! } : { step: at }
    }
    const points = await ofKnownRuns(series, taskBreaks(signal), ({ run, metric, ...own }) => {
      const point = metrics.nearest(run, metric, positionOf(run, own))
      return point && { run, metric, ...point }
    })
    return { points: points.filter((point) => point !== null) }
  },
  'metrics.count': async ({ series, ...target }, signal) => ({
    counts: await ofKnownRuns(series, taskBreaks(signal), ({ run, metric, ...range }) => ({
      run,
      metric,
      count: metrics.count(run, metric, target, range),
    })),
  }),
})
