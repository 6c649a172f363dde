import { addToSummary, emptySummary } from '../../domain/stats/summary'
import { readable, type WritableDb } from '../database'
import { fromSummary } from '../metric-summaries'
import { toBlob } from './blobs'
import { CHUNK, type ChunkSteps, unpackSteps } from './chunk-steps'
import { openNonFinite } from './non-finite-rows'
import type { openPoints, Place } from './points'
import { openTiers } from './tier-rows'

/**
 * Takes back the end of what a run recorded. What is left is as if the rest had never been recorded: points, overviews,
 * summaries and marks are those of the points that stay, to the last bit. Runs inside the caller's transaction.
 */
export function openTruncate(db: WritableDb, points: ReturnType<typeof openPoints>) {
  const read = readable(db)
  const tiers = openTiers(db)
  const nonFinite = openNonFinite(db)
  const tracksOf = read.query<{ key: number; name: string; points: number }>(
    'SELECT track.key, track.name, track.points FROM track JOIN run ON run.key = track.run WHERE run.id = ?',
  )
  const metricsOf = read.column<string>('SELECT name FROM metric WHERE track = ? ORDER BY position')
  const chunksFrom = read.query<ChunkSteps & { ord0: number; n: number }>(`
    SELECT ord0, n, min_step, max_step, step0, stride, steps FROM chunk
    WHERE track = ? AND max_step >= ? ORDER BY ord0 LIMIT 1`)
  const deleteTrack = db.prepare('DELETE FROM track WHERE key = ?')
  const deleteSegments = db.prepare('DELETE FROM seg WHERE track = ?')
  const deleteChunks = db.prepare('DELETE FROM chunk WHERE track = ? AND ord0 >= ?')
  const deleteValues = db.prepare('DELETE FROM chunk_values WHERE metric = ? AND ord0 >= ?')
  const insertSegment = db.prepare('INSERT INTO seg (track, ord0, n, data) VALUES (?, ?, ?, ?)')
  const setPoints = db.prepare('UPDATE track SET points = ? WHERE key = ?')
  const setSummary = db.prepare(`
    UPDATE metric SET (count, last, last_step, min, min_step, max, max_step, non_finite, first_non_finite_step)
      = (?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE key = ?`)

  /** Ordinal of the first point whose step is `from` or later; the number of points where there is none. */
  const cutOf = (at: Place, from: number): number => {
    const chunk = chunksFrom.get(at.track, from)
    if (chunk) return chunk.ord0 + unpackSteps(chunk, chunk.n).findIndex((step) => step >= from)
    for (const { ordinal, steps } of points.tailOf(at)) {
      const i = steps.findIndex((step) => step >= from)
      if (i >= 0) return ordinal + i
    }
    return at.points
  }

  const cutTrack = (places: Place[], cut: number): void => {
    const { track } = places[0]!
    const start = cut - (cut % CHUNK)
    const n = cut - start
    // Read before anything goes: the open chunk's points become its only segment.
    const tail = places.map((at) => points.after(at, start, n))
    const summaries = places.map((at) => {
      const summary = emptySummary()
      for (let from = 0; from < cut; from += CHUNK) {
        const { steps, values } = points.after(at, from, Math.min(CHUNK, cut - from))
        addToSummary(summary, steps, values)
      }
      return summary
    })
    places.forEach((at) => nonFinite.cut(at.metric, cut, (ordinal, count) => points.after(at, ordinal, count)))
    deleteSegments.run(track)
    deleteChunks.run(track, start)
    if (n) {
      const { steps, times } = tail[0]!
      const data = new Float64Array(n * (2 + places.length))
      data.set(steps)
      data.set(times, n)
      tail.forEach(({ values }, j) => data.set(values, (2 + j) * n))
      insertSegment.run(track, start, n, toBlob(data))
    }
    places.forEach((at, j) => {
      deleteValues.run(at.metric, start)
      tiers.cut(at.metric, start)
      setSummary.run(...fromSummary(summaries[j]!), at.metric)
    })
    setPoints.run(cut, track)
  }

  /**
   * Removes each track's points from the first one on whose step is `from(track)` or later.
   */
  return (run: string, from: (track: string) => number): void => {
    for (const { key, name, points: count } of tracksOf.all(run)) {
      const places = metricsOf.all(key).map((metric) => points.place(run, metric)!)
      const cut = cutOf(places[0]!, from(name))
      if (cut === 0) deleteTrack.run(key)
      else if (cut < count) cutTrack(places, cut)
    }
  }
}
