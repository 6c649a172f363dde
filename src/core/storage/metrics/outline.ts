import type { StepValues } from '../../domain/stats/step-values'
import type { TierLevel } from '../../domain/stats/tiers'
import { fromBlob } from './blobs'
import { CHUNK, type ChunkSteps } from './chunk-steps'
import type { openPoints, Place } from './points'
import type { openColumns } from './read-columns'
import { type openTiers, rowStart, type TierRow } from './tier-rows'

export type ChunkHead = ChunkSteps & { ord0: number; n: number }

/** Points that stand for a series, in the order in which they were recorded. */
export interface Outline {
  /** Place of each point among all that the series has. */
  ordinals: Float64Array
  steps: Float64Array
  values: Float64Array
}

/** What an outline is made of: chunks in their order, the range in which they count, and how coarse it may be. */
interface Wanted {
  chunks: readonly ChunkHead[]
  from: number
  to: number
  level: TierLevel
}

/** Points that a tier's entry gives at most: its least value, its greatest, and one that is not finite. */
const OF_ENTRY = 3
const GROUP = 4096 / CHUNK

/** Reads outlines. The arrays of one are those of the next: it is to be used before the next is read. */
export function openOutline(
  points: ReturnType<typeof openPoints>,
  columns: ReturnType<typeof openColumns>,
  tiers: ReturnType<typeof openTiers>,
) {
  let ordinals = new Float64Array()
  let steps = new Float64Array()
  let values = new Float64Array()
  let n = 0

  const makeRoom = (capacity: number): void => {
    n = 0
    if (steps.length >= capacity) return
    ordinals = new Float64Array(capacity)
    steps = new Float64Array(capacity)
    values = new Float64Array(capacity)
  }
  const addPart = (ordinal: number, part: StepValues): void => {
    steps.set(part.steps, n)
    values.set(part.values, n)
    for (let i = 0; i < part.steps.length; i++) ordinals[n++] = ordinal + i
  }

  /** Entries of a row that stand for `chunks`, which follow one another, from the first of them on. */
  const addEntries = (row: TierRow, level: TierLevel, chunks: readonly ChunkHead[]): void => {
    const { floats, counts, n: length } = row
    const { ord0 } = chunks[0]!
    const exact = chunks.map((chunk) => (chunk.steps === null ? null : fromBlob(chunk.steps)))
    const add = (offset: number, value: number): void => {
      const chunk = chunks[offset >> 10]!
      const inside = offset & (CHUNK - 1)
      const stored = exact[offset >> 10]
      ordinals[n] = ord0 + offset
      steps[n] = stored ? stored[inside]! : chunk.step0 + inside * chunk.stride
      values[n++] = value
    }
    const first = (ord0 - rowStart(ord0, level)) / level
    const end = first + (chunks.length * CHUNK) / level
    for (let k = first, offset = 0; k < end; k++, offset += level) {
      if (counts[2 * length + k]! > 0) add(offset, NaN)
      const min = floats[k]!
      if (Number.isNaN(min)) continue
      const [low, high] = [counts[k]!, counts[length + k]!]
      if (low <= high) add(offset + low, min)
      if (low !== high) add(offset + high, floats[length + k]!)
      if (low > high) add(offset + low, min)
    }
  }

  /**
   * Extremes of whole chunks in [from, to] from their tier entries, each at its own step; every point of the other chunks
   * and of the open tail.
   */
  return (at: Place, { chunks, from, to, level }: Wanted): Outline => {
    const tail = points.tailOf(at)
    const whole = chunks.map((chunk) => chunk.n === CHUNK && chunk.min_step >= from && chunk.max_step <= to)
    // Chunks that make no group of four are read from the tier below.
    const fine = level === 4096 ? 256 : level
    const ofWhole = (OF_ENTRY * CHUNK) / fine
    makeRoom(
      chunks.reduce((sum, chunk, i) => sum + (whole[i] ? ofWhole : chunk.n), 0) +
        tail.reduce((sum, part) => sum + part.steps.length, 0),
    )
    const rowsOf = (one: TierLevel) => tiers.rows(at.metric, one, chunks[0]?.ord0 ?? 0, chunks.at(-1)?.ord0 ?? 0)
    const rows = rowsOf(fine)
    const coarse = level === fine ? rows : rowsOf(level)
    const makeGroup = (i: number): boolean => {
      const { ord0 } = chunks[i]!
      if (ord0 % level !== 0) return false
      for (let j = 0; j < GROUP; j++) if (!whole[i + j] || chunks[i + j]!.ord0 !== ord0 + j * CHUNK) return false
      return true
    }
    for (let i = 0; i < chunks.length; i++) {
      const { ord0 } = chunks[i]!
      if (!whole[i]) addPart(ord0, columns.chunk(at, ord0))
      else if (level === 4096 && makeGroup(i)) {
        addEntries(coarse.get(rowStart(ord0, level))!, level, chunks.slice(i, i + GROUP))
        i += GROUP - 1
      } else addEntries(rows.get(rowStart(ord0, fine))!, fine, [chunks[i]!])
    }
    for (const part of tail) addPart(part.ordinal, part)
    return { ordinals: ordinals.subarray(0, n), steps: steps.subarray(0, n), values: values.subarray(0, n) }
  }
}
