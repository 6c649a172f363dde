import type { StepValues } from '../../domain/stats/step-values'
import { readable, type WritableDb } from '../database'
import type { Target } from '../types'
import { CHUNK } from './chunk-steps'
import type { openPoints, Place } from './points'
import type { openColumns, Range } from './read-columns'
import { openTiers } from './tier-rows'

/** Points of an entry of the tier that tells which chunks to read: one row of it stands for 16 chunks. */
const LEVEL = 256

/** Points that follow one another, from an ordinal on. */
type Part = StepValues & { ordinal: number }

/**
 * Finds and counts the recorded points that reach a value: exact, reading only the chunks whose extremes say that there
 * may be any. Non-finite points reach nothing.
 */
export function openReach(
  db: WritableDb,
  points: ReturnType<typeof openPoints>,
  columns: ReturnType<typeof openColumns>,
) {
  const read = readable(db)
  const extremes = read.query<{ min: number | null; max: number | null }>('SELECT min, max FROM metric WHERE key = ?')
  const heads = read.query<{ ord0: number; n: number }>(
    'SELECT ord0, n FROM chunk WHERE track = ? AND max_step >= ? AND min_step <= ? ORDER BY ord0',
  )
  const tiers = openTiers(db)

  /** In the order of recording, the parts that touch a range of steps and may hold a point that reaches the value. */
  function* candidates(at: Place, { value, atLeast }: Target, [from, to]: Range): Generator<Part> {
    // Tiers may hold Float32: what an extreme is compared with is rounded the same way, towards reading too much.
    const rounded = Math.fround(value)
    const mayReach = atLeast
      ? (_min: number, max: number) => max >= Math.min(value, rounded)
      : (min: number, _max: number) => min <= Math.max(value, rounded)
    const { min, max } = extremes.get(at.metric)!
    if (min === null || max === null || !mayReach(min, max)) return

    const tier = tiers.reader(at.metric)
    const mayHold = (ord0: number): boolean => {
      for (let ordinal = ord0; ordinal < ord0 + CHUNK; ordinal += LEVEL) {
        const { row, k } = tier(LEVEL, ordinal)
        if (mayReach(row.min[k]!, row.max[k]!)) return true
      }
      return false
    }
    for (const { ord0, n } of heads.all(at.track, from, to))
      if (n < CHUNK || mayHold(ord0)) yield { ordinal: ord0, ...columns.chunk(at, ord0) }
    yield* points.tailOf(at)
  }

  return {
    /** The first point that reaches a value; null where none does. */
    first(at: Place, target: Target): { step: number; time: number } | null {
      const reached = reaches(target)
      for (const { ordinal, values } of candidates(at, target, [-Infinity, Infinity])) {
        const i = values.findIndex(reached)
        if (i < 0) continue
        const { steps, times } = points.after(at, ordinal + i, 1)
        return { step: steps[0]!, time: times[0]! }
      }
      return null
    },

    /** How many points whose step lies in [from, to] reach a value. */
    count(at: Place, target: Target, range: Range): number {
      const [from, to] = range
      const reached = reaches(target)
      let count = 0
      for (const { steps, values } of candidates(at, target, range))
        for (let i = 0; i < values.length; i++) if (reached(values[i]!) && steps[i]! >= from && steps[i]! <= to) count++
      return count
    },
  }
}

const reaches = ({ value, atLeast }: Target): ((one: number) => boolean) =>
  atLeast ? (one) => one >= value && one < Infinity : (one) => one <= value && one > -Infinity
