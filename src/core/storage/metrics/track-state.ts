import { AppError } from '../../domain/errors'
import type { Frame, MetricSummary } from '../../domain/metrics'
import { emptySummary } from '../../domain/stats/summary'
import { readable, type WritableDb } from '../database'
import { type SummaryRecord, SUMMARY_COLUMNS, toSummary } from '../metric-summaries'
import { runNotFound } from '../runs'
import { fromBlob, toBlob } from './blobs'
import { CHUNK, type ChunkSteps, unpackSteps } from './chunk-steps'
import { type ChunkTimes, unpackTimes } from './chunk-times'

/** A metric of a run that is being recorded. */
export interface MetricState {
  key: number
  name: string
  summary: MetricSummary
}

/** A track of a run that is being recorded; the buffers hold the points of its open chunk, `points % CHUNK` of them. */
export interface TrackState {
  key: number
  name: string
  metrics: MetricState[]
  points: number
  steps: Float64Array
  times: Float64Array
  values: Float64Array[]
}

/** What recording keeps in memory about a run; always as the database has it, else thrown away. */
export interface RunState {
  key: number
  tracks: Map<string, TrackState>
  /** Which track records a metric. */
  trackOf: Map<string, string>
}

const withBuffers = (track: Omit<TrackState, 'steps' | 'times' | 'values'>): TrackState => ({
  ...track,
  steps: new Float64Array(CHUNK),
  times: new Float64Array(CHUNK),
  values: track.metrics.map(() => new Float64Array(CHUNK)),
})

/** Loads and extends what a run records. Every function here runs inside the caller's transaction. */
export function openTrackStates(db: WritableDb) {
  const read = readable(db)
  const runKey = read.column<number>('SELECT key FROM run WHERE id = ?')
  const tracksOf = read.query<{ key: number; name: string; points: number }>(
    'SELECT key, name, points FROM track WHERE run = ? ORDER BY key',
  )
  const metricsOf = read.query<SummaryRecord & { key: number; name: string }>(
    `SELECT key, name, ${SUMMARY_COLUMNS} FROM metric WHERE track = ? ORDER BY position`,
  )
  const segments = read.query<{ n: number; data: Buffer }>('SELECT n, data FROM seg WHERE track = ? ORDER BY ord0')
  const openChunk = read.query<ChunkSteps & ChunkTimes & { ord0: number; n: number }>(
    `SELECT ord0, n, min_step, max_step, step0, stride, steps, time0, times FROM chunk WHERE track = ? AND n < ${CHUNK}`,
  )
  const chunkValues = read.column<Buffer>('SELECT vals FROM chunk_values WHERE metric = ? AND ord0 = ?')
  const insertTrack = db.prepare('INSERT INTO track (run, name) VALUES (?, ?)')
  const insertMetric = db.prepare('INSERT INTO metric (run, track, position, name) VALUES (?, ?, ?, ?)')
  const insertSegment = db.prepare('INSERT INTO seg (track, ord0, n, data) VALUES (?, ?, ?, ?)')
  const deleteChunk = db.prepare('DELETE FROM chunk WHERE track = ? AND ord0 = ?')
  const deleteValues = db.prepare('DELETE FROM chunk_values WHERE metric = ? AND ord0 = ?')

  const loadTrack = (record: { key: number; name: string; points: number }): TrackState => {
    const metrics = metricsOf
      .all(record.key)
      .map(({ key, name, ...summary }) => ({ key, name, summary: toSummary(summary) }))
    const track = withBuffers({ ...record, metrics })
    reopen(track)
    let at = 0
    for (const { n, data } of segments.all(record.key)) {
      const columns = fromBlob(data)
      track.steps.set(columns.subarray(0, n), at)
      track.times.set(columns.subarray(n, 2 * n), at)
      track.values.forEach((values, j) => values.set(columns.subarray((2 + j) * n, (3 + j) * n), at))
      at += n
    }
    return track
  }

  /** A run that goes on after it ended: its last, short chunk becomes a segment again. */
  const reopen = (track: TrackState) => {
    const chunk = openChunk.get(track.key)
    if (!chunk) return
    const { ord0, n } = chunk
    const data = new Float64Array(n * (2 + track.metrics.length))
    data.set(unpackSteps(chunk, n))
    data.set(unpackTimes(chunk, n), n)
    track.metrics.forEach(({ key }, j) => {
      data.set(fromBlob(chunkValues.get(key, ord0)!), (2 + j) * n)
      deleteValues.run(key, ord0)
    })
    deleteChunk.run(track.key, ord0)
    insertSegment.run(track.key, ord0, n, toBlob(data))
  }

  const addTrack = (run: string, state: RunState, { track: name, metrics: names }: Frame): TrackState => {
    const taken = names.find((metric) => state.trackOf.has(metric))
    if (taken !== undefined)
      throw new AppError(
        'input.invalid',
        `Run ${run} records ${taken} on track ${state.trackOf.get(taken)}: track ${name} cannot record it too. A metric belongs to one track`,
        { field: 'track', got: name, allowed: `metrics other than ${[...state.trackOf.keys()].join(', ')}` },
      )
    const key = Number(insertTrack.run(state.key, name).lastInsertRowid)
    const metrics = names.map((metric, position) => ({
      key: Number(insertMetric.run(state.key, key, position, metric).lastInsertRowid),
      name: metric,
      summary: emptySummary(),
    }))
    const track = withBuffers({ key, name, points: 0, metrics })
    state.tracks.set(name, track)
    for (const metric of names) state.trackOf.set(metric, name)
    return track
  }

  return {
    /** @throws AppError run.notFound */
    load(run: string): RunState {
      const key = runKey.get(run)
      if (key === undefined) throw runNotFound(run)
      const tracks = new Map(tracksOf.all(key).map((record) => [record.name, loadTrack(record)]))
      const trackOf = new Map(
        [...tracks.values()].flatMap(({ name, metrics }) => metrics.map((metric) => [metric.name, name] as const)),
      )
      return { key, tracks, trackOf }
    },

    /**
     * The track that a frame goes to, made at its first frame.
     * @throws AppError input.invalid where the track records other metrics, or another track records one of them
     */
    trackFor(run: string, state: RunState, frame: Frame): TrackState {
      const track = state.tracks.get(frame.track)
      if (!track) return addTrack(run, state, frame)
      const same =
        track.metrics.length === frame.metrics.length && track.metrics.every(({ name }, j) => name === frame.metrics[j])
      if (same) return track
      const allowed = track.metrics.map(({ name }) => name).join(', ')
      throw new AppError(
        'input.invalid',
        `Track ${frame.track} of run ${run} records ${allowed}, in this order; got ${frame.metrics.join(', ')}. Record others on a track of their own`,
        { field: 'metrics', got: frame.metrics.join(', '), allowed },
      )
    },
  }
}
