import { AppError } from '../../../domain/errors'
import type { MetricSummary } from '../../../domain/metrics'
import { nearestPoint } from '../../../domain/stats/nearest-point'
import { viewSeries } from '../../../domain/stats/series-view'
import { addToSummary, emptySummary } from '../../../domain/stats/summary'
import type { MetricStore, Target } from '../../../storage/types'

interface Series {
  steps: number[]
  times: number[]
  values: number[]
  summary: MetricSummary
}

/** Points of runs in plain lists: what storage keeps in chunks, without any of its reasons to. */
export function memoryMetrics(requireRun: (run: string) => void): MetricStore {
  const runs = new Map<string, Map<string, Series>>()

  const allOf = (run: string): Map<string, Series> => {
    requireRun(run)
    return runs.get(run) ?? runs.set(run, new Map()).get(run)!
  }
  const part = (series: Series | undefined, ordinal: number, keep: (i: number) => boolean) => {
    const kept = [...(series?.steps.keys() ?? [])].filter(keep)
    const pick = (list: number[] | undefined) => Float64Array.from(kept, (i) => list![i]!)
    const { steps, times, values } = series ?? {}
    return { ordinal: kept[0] ?? ordinal, steps: pick(steps), times: pick(times), values: pick(values) }
  }

  const all = (run: string, metric: string) => part(allOf(run).get(metric), 0, () => true)

  return {
    append(run, frames) {
      const all = allOf(run)
      for (const { metrics, n, data } of frames)
        metrics.forEach((metric, m) => {
          const series = all.get(metric) ?? { steps: [], times: [], values: [], summary: emptySummary() }
          all.set(metric, series)
          const column = (c: number) => data.subarray(c * n, (c + 1) * n)
          for (const step of column(0)) series.steps.push(step)
          for (const time of column(1)) series.times.push(time)
          for (const value of column(m + 2)) series.values.push(value)
          addToSummary(series.summary, column(0), column(m + 2))
        })
      return Object.fromEntries([...all].map(([metric, { steps }]) => [metric, steps.length]))
    },
    seal() {},
    truncate(run, from) {
      for (const [metric, series] of allOf(run)) {
        // Here every metric is a track of its own.
        const cut = series.steps.findIndex((step) => step >= from(metric))
        if (cut < 0) continue
        for (const list of [series.steps, series.times, series.values]) list.length = cut
        series.summary = emptySummary()
        addToSummary(series.summary, Float64Array.from(series.steps), Float64Array.from(series.values))
      }
    },
    summaries: (run) => Object.fromEntries([...allOf(run)].map(([metric, { summary }]) => [metric, { ...summary }])),
    // Here every metric is a track of its own.
    tracks: (run) =>
      [...allOf(run)].map(([metric, { steps }]) => ({ name: metric, metrics: [metric], points: steps.length })),
    series(run, metric, { from = -Infinity, to = Infinity } = {}) {
      const series = allOf(run).get(metric)
      if (!series)
        throw new AppError('metric.notFound', `Run ${run} has no metric ${metric}`, { field: 'metric', got: metric })
      return part(series, 0, (i) => series.steps[i]! >= from && series.steps[i]! <= to)
    },
    tail: (run, metric, after, limit) => part(allOf(run).get(metric), after, (i) => i >= after && i < after + limit),
    reach(run, metric, target) {
      const { steps, times, values } = all(run, metric)
      const i = values.findIndex(reached(target))
      return i < 0 ? null : { step: steps[i]!, time: times[i]! }
    },
    count(run, metric, target, { from = -Infinity, to = Infinity } = {}) {
      const { steps, values } = all(run, metric)
      const isCounted = reached(target)
      return values.filter((value, i) => isCounted(value) && steps[i]! >= from && steps[i]! <= to).length
    },
    points: all,
    view: (run, metric, { against, ...options }) =>
      viewSeries(all(run, metric), options, against === undefined ? undefined : all(run, against)),
    nearest: (run, metrics, to) =>
      metrics.map((metric) => {
        const { steps, times, values } = all(run, metric)
        const i = 'step' in to ? nearestPoint(steps, to.step) : nearestPoint(times, to.time)
        return i < 0 ? null : { step: steps[i]!, time: times[i]!, value: values[i]! }
      }),
  }
}

const reached =
  ({ value, atLeast }: Target) =>
  (one: number): boolean =>
    Number.isFinite(one) && (atLeast ? one >= value : one <= value)
