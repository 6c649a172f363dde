import { extent } from '../../domain/stats/decimate'
import { nearestPoint } from '../../domain/stats/nearest-point'
import type { ReadableDb } from '../database'
import type { RecordedPoint } from '../types'
import { type ChunkSteps, unpackSteps } from './chunk-steps'
import { type ChunkTimes, unpackTimes } from './chunk-times'
import type { openPoints, Place } from './points'
import type { openColumns } from './read-columns'

/** Points that follow one another, whose positions lie between two. */
interface Stretch {
  ordinal: number
  low: number
  high: number
  positions(): Float64Array
}

/** Finds single points without reading the values of others. */
export function openNearest(
  db: ReadableDb,
  points: ReturnType<typeof openPoints>,
  columns: ReturnType<typeof openColumns>,
) {
  const steps = db.query<ChunkSteps & { ord0: number; n: number }>(`
    SELECT ord0, n, min_step, max_step, step0, stride, steps FROM chunk
    WHERE track = ? AND max_step >= ? AND min_step <= ? ORDER BY ord0`)
  const times = db.query<ChunkTimes & { ord0: number; n: number }>(
    'SELECT ord0, n, time0, times FROM chunk WHERE track = ? ORDER BY ord0',
  )
  // The nearest step lies in a chunk that holds the wanted one between its ends, or in the next one on either side.
  const bySteps = (at: Place, to: number): Stretch[] =>
    steps.all(at.track, ...columns.widened(at, [to, to])).map((chunk) => ({
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

  const ordinalOf = (at: Place, to: { step: number } | { time: number }): number => {
    const [sealed, wanted] = 'step' in to ? [bySteps(at, to.step), to.step] : [byTimes(at), to.time]
    const tail = points.tailOf(at).map((part): Stretch => {
      const positions = 'step' in to ? part.steps : part.times
      const [low, high] = extent(positions)
      return { ordinal: part.ordinal, low, high, positions: () => positions }
    })
    return nearestOrdinal([...sealed, ...tail], wanted)
  }

  /**
   * The points nearest to a step or to a wall time, by the rule of {@link nearestPoint}; null where there is none. Series
   * of one track have theirs at the same place, which is looked for once.
   */
  return (
    places: readonly (Place | undefined)[],
    to: { step: number } | { time: number },
  ): (RecordedPoint | null)[] => {
    const ordinals = new Map<number, number>()
    return places.map((at) => {
      if (!at) return null
      const ordinal = ordinals.get(at.track) ?? ordinalOf(at, to)
      ordinals.set(at.track, ordinal)
      return ordinal < 0 ? null : points.at(at, ordinal)
    })
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
