import { extent } from '../../domain/stats/decimate'
import { nearestPoint } from '../../domain/stats/nearest-point'
import type { ReadableDb } from '../database'
import type { RecordedPoint } from '../types'
import { type ChunkSteps, unpackSteps } from './chunk-steps'
import { type ChunkTimes, unpackTimes } from './chunk-times'
import type { openPoints, Place } from './points'

/** Points that follow one another, whose positions lie between two. */
interface Stretch {
  ordinal: number
  low: number
  high: number
  positions(): Float64Array
}

/** Finds single points without reading the values of others. */
export function openNearest(db: ReadableDb, points: ReturnType<typeof openPoints>) {
  const steps = db.query<ChunkSteps & { ord0: number; n: number }>(
    'SELECT ord0, n, min_step, max_step, step0, stride, steps FROM chunk WHERE track = ? ORDER BY ord0',
  )
  const times = db.query<ChunkTimes & { ord0: number; n: number }>(
    'SELECT ord0, n, time0, times FROM chunk WHERE track = ? ORDER BY ord0',
  )
  const bySteps = (at: Place): Stretch[] =>
    steps.all(at.track).map((chunk) => ({
      ordinal: chunk.ord0,
      low: chunk.min_step,
      high: chunk.max_step,
      positions: () => unpackSteps(chunk, chunk.n),
    }))
  // Only a chunk's earliest time is stored apart: where clocks go back, any of them may hold the nearest point.
  const byTimes = (at: Place): Stretch[] =>
    times.all(at.track).map((chunk) => ({
      ordinal: chunk.ord0,
      low: chunk.time0,
      high: Infinity,
      positions: () => unpackTimes(chunk, chunk.n),
    }))

  /** The point nearest to a step or to a wall time, by the rule of {@link nearestPoint}; null where there is none. */
  return (at: Place, to: { step: number } | { time: number }): RecordedPoint | null => {
    const [sealed, wanted] = 'step' in to ? [bySteps(at), to.step] : [byTimes(at), to.time]
    const tail = points.tailOf(at).map((part): Stretch => {
      const positions = 'step' in to ? part.steps : part.times
      const [low, high] = extent(positions)
      return { ordinal: part.ordinal, low, high, positions: () => positions }
    })
    const ordinal = nearestOrdinal([...sealed, ...tail], wanted)
    if (ordinal < 0) return null
    const point = points.after(at, ordinal, 1)
    return { step: point.steps[0]!, time: point.times[0]!, value: point.values[0]! }
  }
}

/** Looks at the stretches that may hold it, the nearest ones first; −1 where there is no point. */
function nearestOrdinal(stretches: readonly Stretch[], to: number): number {
  const atLeast = ({ low, high }: Stretch) => Math.max(0, low - to, to - high)
  let best = { ordinal: -1, position: NaN, distance: Infinity }
  for (const stretch of stretches.toSorted((a, b) => atLeast(a) - atLeast(b))) {
    if (atLeast(stretch) > best.distance) break
    const positions = stretch.positions()
    const i = nearestPoint(positions, to)
    if (i < 0) continue
    const found = { ordinal: stretch.ordinal + i, position: positions[i]!, distance: Math.abs(positions[i]! - to) }
    if (found.distance < best.distance || (found.distance === best.distance && isBehind(found, best))) best = found
  }
  return best.ordinal
}

interface Found {
  ordinal: number
  position: number
}
const isBehind = (a: Found, b: Found): boolean =>
  a.position > b.position || (a.position === b.position && a.ordinal > b.ordinal)
