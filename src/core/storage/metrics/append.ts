import type { Frame } from '../../domain/metrics'
import { addToSummary } from '../../domain/stats/summary'
import { readable, type WritableDb } from '../database'
import { fromSummary } from '../metric-summaries'
import { runNotFound } from '../runs'
import { toBlob } from './blobs'
import { checkFrames } from './check-frames'
import { CHUNK, packSteps } from './chunk-steps'
import { packTimes } from './chunk-times'
import { openNonFinite } from './non-finite-rows'
import { openTiers } from './tier-rows'
import { openTrackStates, type RunState, type TrackState } from './track-state'

/** Records points: each batch is one transaction, which also seals the chunks that it fills. */
export function openRecorder(db: WritableDb) {
  const states = new Map<string, RunState>()
  const tracks = openTrackStates(db)
  const tiers = openTiers(db)
  const nonFinite = openNonFinite(db)
  const insertSegment = db.prepare('INSERT INTO seg (track, ord0, n, data) VALUES (?, ?, ?, ?)')
  const deleteSegments = db.prepare('DELETE FROM seg WHERE track = ?')
  const insertChunk = db.prepare(`
    INSERT INTO chunk (track, ord0, n, min_step, max_step, step0, stride, steps, time0, times)
    VALUES (@track, @ord0, @n, @min_step, @max_step, @step0, @stride, @steps, @time0, @times)`)
  const insertValues = db.prepare('INSERT INTO chunk_values (metric, ord0, vals) VALUES (?, ?, ?)')
  const setPoints = db.prepare('UPDATE track SET points = ? WHERE key = ?')
  const setSummary = db.prepare(`
    UPDATE metric SET (count, last, last_step, min, min_step, max, max_step, non_finite, first_non_finite_step)
      = (?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE key = ?`)
  const setSteps = db.prepare(
    // Of updates that were lost those count no longer that are recorded anew.
    'UPDATE run SET missing = max(0, missing + steps - @steps), steps = @steps WHERE id = @run',
  )
  const unsealed = readable(db).column<number>(
    'SELECT 1 FROM run JOIN track ON track.run = run.key JOIN seg ON seg.track = track.key WHERE run.id = ? LIMIT 1',
  )

  const stateOf = (run: string): RunState => {
    let state = states.get(run)
    if (!state) states.set(run, (state = tracks.load(run)))
    return state
  }

  /** Turns the open chunk's n points into a chunk; only full ones get tiers, a short one is read as it is. */
  const sealChunk = (track: TrackState, ord0: number, n: number) => {
    insertChunk.run({
      track: track.key,
      ord0,
      n,
      ...packSteps(track.steps.subarray(0, n)),
      ...packTimes(track.times.subarray(0, n)),
    })
    track.metrics.forEach(({ key }, j) => {
      const values = track.values[j]!.subarray(0, n)
      insertValues.run(key, ord0, toBlob(values))
      if (n === CHUNK) tiers.add(key, ord0, values)
    })
    deleteSegments.run(track.key)
  }

  const addPoints = (track: TrackState, { n, data }: Frame) => {
    const column = (j: number) => data.subarray(j * n, (j + 1) * n)
    track.metrics.forEach(({ key, summary }, j) => {
      const before = summary.nonFinite
      addToSummary(summary, column(0), column(2 + j))
      if (summary.nonFinite > before) nonFinite.add(key, track.points, column(0), column(2 + j))
      setSummary.run(...fromSummary(summary), key)
    })
    for (let at = 0; at < n;) {
      const ordinal = track.points + at
      const fill = ordinal % CHUNK
      const take = Math.min(CHUNK - fill, n - at)
      const buffers = [track.steps, track.times, ...track.values]
      buffers.forEach((buffer, j) => buffer.set(column(j).subarray(at, at + take), fill))
      if (fill + take === CHUNK) sealChunk(track, ordinal - fill, CHUNK)
      else {
        const segment = take === n ? data : pack(buffers, fill, take)
        insertSegment.run(track.key, ordinal, take, toBlob(segment))
      }
      at += take
    }
    track.points += n
    setPoints.run(track.points, track.key)
  }

  const append = db.transaction((run: string, frames: Frame[], steps: number): Record<string, number> => {
    if (!setSteps.run({ steps, run }).changes) throw runNotFound(run)
    const state = stateOf(run)
    for (const frame of frames) if (frame.n > 0) addPoints(tracks.trackFor(run, state, frame), frame)
    const counts = [...state.tracks.values()].flatMap(({ metrics, points }) =>
      metrics.map(({ name }) => [name, points] as const),
    )
    return Object.fromEntries(counts)
  })

  const seal = db.transaction((run: string) => {
    if (unsealed.get(run) === undefined) return
    for (const track of stateOf(run).tracks.values()) {
      const n = track.points % CHUNK
      if (n) sealChunk(track, track.points - n, n)
    }
  })

  return {
    append(run: string, frames: Frame[], steps: number): Record<string, number> {
      checkFrames(frames)
      try {
        return append.immediate(run, frames, steps)
      } catch (error) {
        // What memory holds may be ahead of the database now: the next batch starts from what is stored.
        states.delete(run)
        throw error
      }
    },
    /** Drops what memory holds of a run: somebody else has changed what is stored. */
    forget: (run: string): void => void states.delete(run),
    seal(run: string): void {
      try {
        seal.immediate(run)
      } finally {
        states.delete(run)
      }
    },
  }
}

/** Part of the open chunk as a segment's columns. */
function pack(buffers: Float64Array[], start: number, n: number): Float64Array {
  const segment = new Float64Array(buffers.length * n)
  buffers.forEach((buffer, j) => segment.set(buffer.subarray(start, start + n), j * n))
  return segment
}
