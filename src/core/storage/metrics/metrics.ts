import { AppError } from '../../domain/errors'
import { nearest } from '../../domain/nearest'
import { type SeriesColumns, viewSeries } from '../../domain/stats/series-view'
import { readable, type WritableDb } from '../database'
import { openSummaries } from '../metric-summaries'
import { runNotFound } from '../runs'
import type { MetricStore } from '../types'
import { openRecorder } from './append'
import { openNearest } from './nearest'
import { openPoints, type Place } from './points'
import { openReach } from './reach'
import { openColumns } from './read-columns'
import { openSmoothed } from './smoothed'
import { openTruncate } from './truncate'
import { openView } from './view'

/**
 * Points of runs: recorded, sealed, read exactly or as an overview.
 * @param changed is told of each run whose summaries change
 * @param smoothed is to be cleared by whoever removes points elsewhere
 */
export function openMetrics(
  db: WritableDb,
  changed: (run: string) => void = () => {},
  smoothed = openSmoothed(),
): MetricStore {
  const read = readable(db)
  const recorder = openRecorder(db)
  const points = openPoints(read)
  const columns = openColumns(read, points)
  const view = openView(db, points, columns, smoothed)
  const nearestTo = openNearest(read, points, columns)
  const reach = openReach(db, points, columns)
  const truncate = openTruncate(db, points)
  const summaries = openSummaries(read)
  const runKey = read.column<number>('SELECT key FROM run WHERE id = ?')
  const names = read.column<string>('SELECT name FROM metric WHERE run = ? ORDER BY key')

  const tracksOf = read.query<{ key: number; name: string; points: number }>(
    'SELECT key, name, points FROM track WHERE run = ? ORDER BY key',
  )
  const metricsOf = read.column<string>('SELECT name FROM metric WHERE track = ? ORDER BY position')

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

  /** Reading a series takes several statements: in one transaction they see the same points, and take half the time. */
  const inTransaction = db.transaction((reading: () => unknown) => reading())
  const snapshot = <T>(reading: () => T): T => inTransaction(reading) as T

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
        smoothed.clear()
        changed(run)
      }
    },
    summaries(run) {
      const key = keyOf(run)
      return summaries.of([key]).get(key) ?? {}
    },
    tracks(run) {
      return tracksOf.all(keyOf(run)).map(({ key, name, points: count }) => ({
        name,
        metrics: metricsOf.all(key),
        points: count,
      }))
    },
    series(run, metric, { from = -Infinity, to = Infinity } = {}) {
      const place = placeOf(run, metric)
      if (!place) throw metricNotFound(run, metric, names.all(keyOf(run)))
      return points.inSteps(place, from, to)
    },
    tail(run, metric, after, limit) {
      const place = placeOf(run, metric)
      return place ? points.after(place, after, limit) : { ordinal: after, ...NO_POINTS }
    },
    reach(run, metric, target) {
      const place = placeOf(run, metric)
      return place ? reach.first(place, target) : null
    },
    count: (run, metric, target, { from = -Infinity, to = Infinity } = {}) =>
      snapshot(() => {
        const place = placeOf(run, metric)
        return place ? reach.count(place, target, [from, to]) : 0
      }),
    points: (run, metric, { from = -Infinity, to = Infinity } = {}) =>
      snapshot(() => {
        const place = placeOf(run, metric)
        return place ? columns.read(place, columns.widened(place, [from, to])) : NO_POINTS
      }),
    view: (run, metric, { against, ...options }) =>
      snapshot(() => {
        const place = placeOf(run, metric)
        const other = against === undefined ? undefined : (placeOf(run, against) ?? null)
        return place
          ? view(place, options, other)
          : viewSeries(NO_POINTS, options, other === undefined ? other : NO_POINTS)
      }),
    nearest: (run, metrics, to) =>
      snapshot(() =>
        nearestTo(
          metrics.map((metric) => placeOf(run, metric)),
          to,
        ),
      ),
  }
}

const NO_POINTS: SeriesColumns = { steps: new Float64Array(), times: new Float64Array(), values: new Float64Array() }

function metricNotFound(run: string, metric: string, known: string[]): AppError {
  const close = nearest(metric, known)
  const allowed = known.length ? known.join(', ') : 'none: it has recorded nothing yet'
  return new AppError(
    'metric.notFound',
    `Run ${run} has no metric ${metric}${close ? `: did you mean ${close}?` : '.'} It has: ${allowed}`,
    { field: 'metric', got: metric, allowed },
  )
}
