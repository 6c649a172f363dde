import { AppError } from '../../domain/errors'
import { nearest } from '../../domain/nearest'
import { readable, type WritableDb } from '../database'
import { openSummaries } from '../metric-summaries'
import { runNotFound } from '../runs'
import type { MetricStore } from '../types'
import { openRecorder } from './append'
import { openPoints, type Place } from './points'
import { openReach } from './reach'
import { openTruncate } from './truncate'
import { openView } from './view'
import { nearestPoint } from '../../domain/stats/nearest-point'
import { smooths } from '../../domain/stats/smoothing'
import { viewSeries } from '../../domain/stats/series-view'

/**
 * Points of runs: recorded, sealed, read exactly or as an overview.
 * @param changed is told of each run whose summaries change
 */
export function openMetrics(db: WritableDb, changed: (run: string) => void = () => {}): MetricStore {
  const read = readable(db)
  const recorder = openRecorder(db)
  const points = openPoints(read)
  const view = openView(db, points)
  const reach = openReach(db, points)
  const truncate = openTruncate(db, points)
  const summariesOf = openSummaries(read)
  const runKey = read.column<number>('SELECT key FROM run WHERE id = ?')
  const names = read.column<string>('SELECT name FROM metric WHERE run = ? ORDER BY key')

  const keyOf = (run: string): number => {
    const key = runKey.get(run)
    if (key === undefined) throw runNotFound(run)
    return key
  }
  /** Undefined where the run has not recorded the metric, or not yet. */
  const placeOf = (run: string, metric: string): Place | undefined => {
    const place = points.place(run, metric)
    if (!place) keyOf(run)
    return place
  }

  const all = (run: string, metric: string) => {
    const place = placeOf(run, metric)
    return place ? points.after(place, 0, place.points) : { ...nothing(), times: new Float64Array() }
  }

  return {
    append(run, frames, steps) {
      const counts = recorder.append(run, frames, steps)
      changed(run)
      return counts
    },
    seal: recorder.seal,
    truncate(run, from) {
      try {
        db.transaction(truncate).immediate(run, from)
      } finally {
        recorder.forget(run)
        changed(run)
      }
    },
    summaries(run) {
      const key = keyOf(run)
      return summariesOf([key]).get(key)!
    },
    series(run, metric, { from = -Infinity, to = Infinity } = {}) {
      const place = placeOf(run, metric)
      if (!place) throw metricNotFound(run, metric, names.all(keyOf(run)))
      return points.inSteps(place, from, to)
    },
    tail(run, metric, after, limit) {
      const place = placeOf(run, metric)
      return place ? points.after(place, after, limit) : { ordinal: after, ...nothing(), times: new Float64Array() }
    },
    reach(run, metric, target) {
      const place = placeOf(run, metric)
      return place ? reach(place, target) : null
    },
    points: all,
    view(run, metric, { against, ...options }) {
      const place = placeOf(run, metric)
      const { smoothing, times, edges } = options
      const tiersSuffice = !(smoothing && smooths(smoothing)) && !times && !edges && against === undefined
      if (place && tiersSuffice) return view(place, options)
      return viewSeries(all(run, metric), options, against === undefined ? undefined : all(run, against))
    },
    nearest(run, metric, to) {
      const { steps, times, values } = all(run, metric)
      const i = 'step' in to ? nearestPoint(steps, to.step) : nearestPoint(times, to.time)
      return i < 0 ? null : { step: steps[i]!, time: times[i]!, value: values[i]! }
    },
  }
}

const nothing = () => ({ steps: new Float64Array(), values: new Float64Array() })

function metricNotFound(run: string, metric: string, known: string[]): AppError {
  const close = nearest(metric, known)
  const allowed = known.length ? known.join(', ') : 'none: it has recorded nothing yet'
  return new AppError(
    'metric.notFound',
    `Run ${run} has no metric ${metric}${close ? `: did you mean ${close}?` : '.'} It has: ${allowed}`,
    { field: 'metric', got: metric, allowed },
  )
}
