import { AppError } from '../../domain/errors'
import { nearest } from '../../domain/nearest'
import { readable, type WritableDb } from '../database'
import { openSummaries } from '../metric-summaries'
import { runNotFound } from '../runs'
import type { MetricStore } from '../types'
import { openRecorder } from './append'
import { openPoints, type Place } from './points'
import { openTruncate } from './truncate'
import { openView } from './view'

/** Points of runs: recorded, sealed, read exactly or as an overview. */
export function openMetrics(db: WritableDb): MetricStore {
  const read = readable(db)
  const recorder = openRecorder(db)
  const points = openPoints(read)
  const view = openView(db, points)
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

  return {
    append: recorder.append,
    seal: recorder.seal,
    truncate(run, from) {
      try {
        db.transaction(truncate).immediate(run, from)
      } finally {
        recorder.forget(run)
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
    view(run, metric, range) {
      const place = placeOf(run, metric)
      if (place) return view(place, range)
      return { x: new Float64Array(), y: new Float64Array(), drawn: 0, total: 0, nonFinite: [] }
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
