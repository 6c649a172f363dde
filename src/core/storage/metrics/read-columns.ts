import type { SeriesColumns } from '../../domain/stats/series-view'
import type { StepValues } from '../../domain/stats/step-values'
import type { ReadableDb } from '../database'
import { fromBlob } from './blobs'
import { CHUNK, type ChunkSteps, fillSteps, unpackSteps } from './chunk-steps'
import { type ChunkTimes, unpackTimes } from './chunk-times'
import type { openPoints, Place } from './points'

/** Steps from one to another, both included. */
export type Range = readonly [from: number, to: number]

type StepsRow = Pick<ChunkSteps, 'step0' | 'stride' | 'steps'> & { ord0: number; n: number }
type ChunkRow = StepsRow & { vals: Buffer }

/** Points that were read. */
export interface ReadColumns extends SeriesColumns {
  /** What a column with a number for every point of the series says about them. */
  along(all: Float64Array): Float64Array
}

const IN_RANGE = 'c.track = ? AND c.max_step >= ? AND c.min_step <= ? ORDER BY c.ord0'
const STEPS = 'c.ord0, c.n, c.step0, c.stride, c.steps'
const SELECT = (more: string) => `
  SELECT ${STEPS}, v.vals${more}
  FROM chunk c JOIN chunk_values v ON v.metric = ? AND v.ord0 = c.ord0 WHERE ${IN_RANGE}`

/** Reads many points at once, for what looks at every one of them. */
export function openColumns(db: ReadableDb, points: ReturnType<typeof openPoints>) {
  const chunks = db.query<ChunkRow>(SELECT(''))
  const bareChunks = db.query<StepsRow>(`SELECT ${STEPS} FROM chunk c WHERE ${IN_RANGE}`)
  // Times are stored before the values: without them half of the pages are not read.
  const timedChunks = db.query<ChunkRow & ChunkTimes>(SELECT(', c.time0, c.times'))
  const chunkAt = db.query<ChunkRow>(`
    SELECT ${STEPS}, v.vals
    FROM chunk c JOIN chunk_values v ON v.metric = ? AND v.ord0 = c.ord0 WHERE c.track = ? AND c.ord0 = ?`)
  const times = db.query<ChunkTimes & { ord0: number; n: number }>(
    'SELECT ord0, n, time0, times FROM chunk WHERE track = ? AND max_step >= ? AND min_step <= ?',
  )
  const below = db.column<number | null>('SELECT max(max_step) FROM chunk WHERE track = ? AND max_step < ?')
  const above = db.column<number | null>('SELECT min(min_step) FROM chunk WHERE track = ? AND min_step > ?')

  return {
    /** [from, to] widened, so that the chunks which touch it hold the points next to it. */
    widened: (at: Place, [from, to]: Range): Range => [
      from === -Infinity ? from : (below.get(at.track, from) ?? from),
      to === Infinity ? to : (above.get(at.track, to) ?? to),
    ],

    /**
     * The points of every chunk that touches the steps from `from` to `to`, and of the open tail, in the order in which
     * they were recorded; what is not wanted of times and values is empty. The same chunks for every metric of a track.
     */
    read(at: Place, [from, to]: Range, want: { times?: boolean; values?: boolean | undefined } = {}): ReadColumns {
      const { times: withTimes = false, values: withValues = true } = want
      const all = withTimes ? timedChunks : chunks
      const sealed: (StepsRow & Partial<ChunkRow & ChunkTimes>)[] =
        withTimes || withValues ? all.all(at.metric, at.track, from, to) : bareChunks.all(at.track, from, to)
      const tail = points.tailOf(at)
      const n = sealed.reduce((sum, chunk) => sum + chunk.n, 0) + tail.reduce((sum, { steps }) => sum + steps.length, 0)
      const columns: SeriesColumns = {
        steps: new Float64Array(n),
        times: new Float64Array(withTimes ? n : 0),
        values: new Float64Array(withValues ? n : 0),
      }
      const parts: Stretch[] = []
      let end = 0
      for (const chunk of sealed) {
        fillSteps(columns.steps, end, chunk, chunk.n)
        if (withValues) columns.values.set(fromBlob(chunk.vals!), end)
        if (withTimes) columns.times.set(unpackTimes(chunk as ChunkTimes, chunk.n), end)
        parts.push({ ordinal: chunk.ord0, at: end, n: chunk.n })
        end += chunk.n
      }
      for (const part of tail) {
        columns.steps.set(part.steps, end)
        if (withValues) columns.values.set(part.values, end)
        if (withTimes) columns.times.set(part.times, end)
        parts.push({ ordinal: part.ordinal, at: end, n: part.steps.length })
        end += part.steps.length
      }
      return { ...columns, along: (column) => along(column, parts, n) }
    },

    /** Steps and values of the chunk that begins at an ordinal. */
    chunk(at: Place, ord0: number): StepValues {
      const chunk = chunkAt.get(at.metric, at.track, ord0)!
      return { steps: unpackSteps(chunk, chunk.n), values: fromBlob(chunk.vals) }
    },

    /** Wall times of points by their ordinals, each in a chunk that touches the range or in the open tail. */
    timesAt(at: Place, [from, to]: Range, ordinals: Float64Array): Float64Array {
      const chunks = new Map(times.all(at.track, from, to).map((chunk) => [chunk.ord0, unpackTimes(chunk, chunk.n)]))
      const tail = points.tailOf(at)
      return ordinals.map((ordinal) => {
        const start = ordinal - (ordinal % CHUNK)
        const chunk = chunks.get(start)
        if (chunk) return chunk[ordinal - start]!
        const part = tail.findLast((one) => one.ordinal <= ordinal)!
        return part.times[ordinal - part.ordinal]!
      })
    },
  }
}

/** So many points from an ordinal on, and where they lie among those that were read. */
interface Stretch {
  ordinal: number
  at: number
  n: number
}

function along(column: Float64Array, parts: readonly Stretch[], length: number): Float64Array {
  if (length === column.length) return column
  const some = new Float64Array(length)
  for (const { ordinal, at, n } of parts) some.set(column.subarray(ordinal, ordinal + n), at)
  return some
}
