import { extent } from '../../domain/stats/decimate'
import type { ReadableDb } from '../database'
import type { RecordedPoint, SeriesPart } from '../types'
import { fromBlob } from './blobs'
import { CHUNK, type ChunkSteps, unpackSteps } from './chunk-steps'
import { type ChunkTimes, unpackTimes } from './chunk-times'

/** Where the points of a metric lie. */
export interface Place {
  metric: number
  track: number
  /** Column of the metric in its track's segments. */
  position: number
  /** Points of the track. */
  points: number
}

type ChunkRow = ChunkSteps & ChunkTimes & { ord0: number; n: number; vals: Buffer }
interface SegmentRow {
  ord0: number
  n: number
  data: Buffer
}

const CHUNKS = `
  SELECT c.ord0, c.n, c.min_step, c.max_step, c.step0, c.stride, c.steps, c.time0, c.times, v.vals
  FROM chunk c JOIN chunk_values v ON v.metric = ? AND v.ord0 = c.ord0 WHERE c.track = ?`

/** Reads recorded points bit by bit as they were appended, in the order of their ordinals. */
export function openPoints(db: ReadableDb) {
  const place = db.query<Place>(`
    SELECT m.key AS metric, m.track, m.position, t.points
    FROM run JOIN metric m ON m.run = run.key JOIN track t ON t.key = m.track WHERE run.id = ? AND m.name = ?`)
  const chunksInSteps = db.query<ChunkRow>(`${CHUNKS} AND c.max_step >= ? AND c.min_step <= ? ORDER BY c.ord0`)
  const chunkAt = db.query<ChunkRow>(`${CHUNKS} AND c.ord0 = ?`)
  const chunksAfter = db.query<ChunkRow>(`${CHUNKS} AND c.ord0 > ? AND c.ord0 < ? ORDER BY c.ord0`)
  const allSegments = db.query<SegmentRow>('SELECT ord0, n, data FROM seg WHERE track = ? ORDER BY ord0')
  const segmentsAfter = db.query<SegmentRow>(
    'SELECT ord0, n, data FROM seg WHERE track = ? AND ord0 > ? AND ord0 < ? ORDER BY ord0',
  )

  const fromChunk = (chunk: ChunkRow): SeriesPart => ({
    ordinal: chunk.ord0,
    steps: unpackSteps(chunk, chunk.n),
    times: unpackTimes(chunk, chunk.n),
    values: fromBlob(chunk.vals),
  })
  const fromSegment =
    ({ position }: Place) =>
    ({ ord0, n, data }: SegmentRow): SeriesPart => {
      const columns = fromBlob(data)
      const column = (j: number) => columns.subarray(j * n, (j + 1) * n)
      return { ordinal: ord0, steps: column(0), times: column(1), values: column(2 + position) }
    }
  const tailOf = (at: Place) => allSegments.all(at.track).map(fromSegment(at))

  return {
    /** Where a metric's points lie; undefined for a metric or run that is not there. */
    place: (run: string, metric: string): Place | undefined => place.get(run, metric),

    /** Points of the open tail. */
    tailOf,

    /** The point of an ordinal, which is there. */
    at(at: Place, ordinal: number): RecordedPoint {
      const chunk = chunkAt.get(at.metric, at.track, ordinal - (ordinal % CHUNK))
      const part = chunk ? fromChunk(chunk) : tailOf(at).findLast((one) => one.ordinal <= ordinal)!
      const i = ordinal - part.ordinal
      return { step: part.steps[i]!, time: part.times[i]!, value: part.values[i]! }
    },

    /** Every point whose step lies in [from, to]. Where steps went back, points outside between them are left out. */
    inSteps(at: Place, from: number, to: number): SeriesPart {
      const chunks = chunksInSteps.all(at.metric, at.track, from, to).map(fromChunk)
      const parts = [...chunks, ...tailOf(at)].map((part) => cut(part, from, to)).filter(({ steps }) => steps.length)
      return join(parts, at.points)
    },

    /** At most `limit` points from ordinal `after` on. */
    after(at: Place, after: number, limit: number): SeriesPart {
      // A part may begin before the cursor, but not by a whole chunk: parts never cross a chunk's border.
      const since = after - CHUNK
      const parts = [
        ...chunksAfter.all(at.metric, at.track, since, after + limit).map(fromChunk),
        ...segmentsAfter.all(at.track, since, after + limit).map(fromSegment(at)),
      ]
      const wanted = parts
        .map((part) => slice(part, Math.max(0, after - part.ordinal), after + limit - part.ordinal))
        .filter(({ steps }) => steps.length)
      return join(wanted, after)
    },
  }
}

const slice = ({ ordinal, steps, times, values }: SeriesPart, start: number, end: number): SeriesPart => ({
  ordinal: ordinal + start,
  steps: steps.subarray(start, end),
  times: times.subarray(start, end),
  values: values.subarray(start, end),
})

function cut(part: SeriesPart, from: number, to: number): SeriesPart {
  const [least, greatest] = extent(part.steps)
  if (least >= from && greatest <= to) return part
  const inside = (step: number) => step >= from && step <= to
  const kept = [...part.steps.keys()].filter((i) => inside(part.steps[i]!))
  const pick = (numbers: Float64Array) => Float64Array.from(kept, (i) => numbers[i]!)
  return {
    ordinal: part.ordinal + (kept[0] ?? 0),
    steps: pick(part.steps),
    times: pick(part.times),
    values: pick(part.values),
  }
}

/** Parts as one, copied: what a caller gets shares no memory with anything. */
function join(parts: SeriesPart[], ordinalIfEmpty: number): SeriesPart {
  const n = parts.reduce((sum, { steps }) => sum + steps.length, 0)
  const whole: SeriesPart = {
    ordinal: parts[0]?.ordinal ?? ordinalIfEmpty,
    steps: new Float64Array(n),
    times: new Float64Array(n),
    values: new Float64Array(n),
  }
  let at = 0
  for (const { steps, times, values } of parts) {
    whole.steps.set(steps, at)
    whole.times.set(times, at)
    whole.values.set(values, at)
    at += steps.length
  }
  return whole
}
