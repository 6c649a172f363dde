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
    const points = await ofKnownRuns(atOnePlace(series), taskBreaks(signal), ({ run, metrics: names, ...own }) =>
      metrics
        .nearest(run, names, positionOf(run, own))
        .flatMap((point, i) => (point ? { run, metric: names[i]!, ...point } : [])),
    )
    return { points: points.flat() }
  },
  'metrics.count': async ({ series, ...target }, signal) => ({
    counts: await ofKnownRuns(series, taskBreaks(signal), ({ run, metric, ...range }) => ({
      run,
      metric,
      count: metrics.count(run, metric, target, range),
    })),
  }),
})

interface Asked {
  run: string
  metric: string
  step?: number | undefined
  ms?: number | undefined
}

/** Series that follow one another and ask about one place of one run, together. */
function atOnePlace(series: readonly Asked[]) {
  const groups: (Omit<Asked, 'metric'> & { metrics: string[] })[] = []
  for (const { metric, ...place } of series) {
    const last = groups.at(-1)
    if (last && last.run === place.run && last.step === place.step && last.ms === place.ms) last.metrics.push(metric)
    else groups.push({ ...place, metrics: [metric] })
  }
  return groups
}
