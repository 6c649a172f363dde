import { readable, type WritableDb } from '../database'
import type { SeriesPart, Target } from '../types'
import { CHUNK } from './chunk-steps'
import type { openPoints, Place } from './points'
import { openTiers } from './tier-rows'

/** Points of an entry of the tier that tells which chunks to read: one row of it stands for 16 chunks. */
const LEVEL = 256

/**
 * Finds the first recorded point that reaches a value: exact, in the order of recording, reading only the chunks whose
 * extremes say that it may be in them. Non-finite points reach nothing.
 */
export function openReach(db: WritableDb, points: ReturnType<typeof openPoints>) {
  const read = readable(db)
  const extremes = read.query<{ min: number | null; max: number | null }>('SELECT min, max FROM metric WHERE key = ?')
  const heads = read.query<{ ord0: number; n: number }>('SELECT ord0, n FROM chunk WHERE track = ? ORDER BY ord0')
  const tiers = openTiers(db)

  return (at: Place, { value, atLeast }: Target): { step: number; time: number } | null => {
    // Tiers may hold Float32: what an extreme is compared with is rounded the same way, towards reading too much.
    const rounded = Math.fround(value)
    const reaches = atLeast
      ? (_min: number, max: number) => max >= Math.min(value, rounded)
      : (min: number, _max: number) => min <= Math.max(value, rounded)
    const { min, max } = extremes.get(at.metric)!
    if (min === null || max === null || !reaches(min, max)) return null

    const tier = tiers.reader(at.metric)
    const mayHold = (ord0: number): boolean => {
      for (let ordinal = ord0; ordinal < ord0 + CHUNK; ordinal += LEVEL) {
        const { row, k } = tier(LEVEL, ordinal)
        if (reaches(row.min[k]!, row.max[k]!)) return true
      }
      return false
    }
    for (const { ord0, n } of heads.all(at.track)) {
      if (n === CHUNK && !mayHold(ord0)) continue
      const found = firstIn(points.chunk(at, ord0), value, atLeast)
      if (found) return found
    }
    for (const part of points.tailOf(at)) {
      const found = firstIn(part, value, atLeast)
      if (found) return found
    }
    return null
  }
}

function firstIn({ steps, times, values }: SeriesPart, wanted: number, atLeast: boolean) {
  const i = values.findIndex((value) => Number.isFinite(value) && (atLeast ? value >= wanted : value <= wanted))
  return i < 0 ? null : { step: steps[i]!, time: times[i]! }
}
