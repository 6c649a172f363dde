import type { TierLevel } from '../../domain/stats/tiers'
import { CHUNK, type ChunkSteps, stepReader } from './chunk-steps'
import type { openPoints, Place } from './points'
import type { openTiers } from './tier-rows'

export type ChunkHead = ChunkSteps & { ord0: number; n: number }

/** Points that stand for a series, in the order in which they were recorded. */
export interface Outline {
  /** Place of each point among all that the series has. */
  ordinals: Float64Array
  steps: Float64Array
  values: Float64Array
}

/** Points that a tier's entry gives at most: its least value, its greatest, and one that is not finite. */
const OF_ENTRY = 3

function growing(capacity: number) {
  const ordinals = new Float64Array(capacity)
  const steps = new Float64Array(capacity)
  const values = new Float64Array(capacity)
  let n = 0
  return {
    add(ordinal: number, step: number, value: number): void {
      ordinals[n] = ordinal
      steps[n] = step
      values[n++] = value
    },
    addPart(part: { ordinal: number; steps: Float64Array; values: Float64Array }): void {
      steps.set(part.steps, n)
      values.set(part.values, n)
      for (let i = 0; i < part.steps.length; i++) ordinals[n++] = part.ordinal + i
    },
    done: (): Outline => ({
      ordinals: ordinals.subarray(0, n),
      steps: steps.subarray(0, n),
      values: values.subarray(0, n),
    }),
  }
}

/**
 * Extremes of whole chunks in [from, to] from their tier entries, each at its own step; every point of the other chunks
 * and of the tail.
 */
export function outlineOf(
  at: Place,
  { chunks, from, to, level }: { chunks: readonly ChunkHead[]; from: number; to: number; level: TierLevel },
  points: ReturnType<typeof openPoints>,
  tiers: ReturnType<typeof openTiers>,
): Outline {
  const tail = points.tailOf(at)
  const whole = (chunk: ChunkHead | undefined): boolean =>
    chunk !== undefined && chunk.n === CHUNK && chunk.min_step >= from && chunk.max_step <= to
  // Chunks that make no group of four are read from the tier below.
  const fine = level === 4096 ? 256 : level
  const capacity =
    chunks.reduce((sum, chunk) => sum + (whole(chunk) ? (OF_ENTRY * CHUNK) / fine : chunk.n), 0) +
    tail.reduce((sum, { steps }) => sum + steps.length, 0)
  const outline = growing(capacity)
  const entries = tiers.reader(at.metric, chunks[0]?.ord0 ?? 0, chunks.at(-1)?.ord0 ?? 0)

  const addEntry = (entryLevel: TierLevel, ordinal: number, stepAt: (offset: number) => number): void => {
    const { row, k } = entries(entryLevel, ordinal)
    if (row.nonFinite[k]! > 0) outline.add(ordinal, stepAt(0), NaN)
    const [min, max, low, high] = [row.min[k]!, row.max[k]!, row.minAt[k]!, row.maxAt[k]!]
    if (Number.isNaN(min)) return
    if (low <= high) outline.add(ordinal + low, stepAt(low), min)
    if (low !== high) outline.add(ordinal + high, stepAt(high), max)
    if (low > high) outline.add(ordinal + low, stepAt(low), min)
  }

  for (let i = 0; i < chunks.length; i++) {
    const chunk = chunks[i]!
    if (!whole(chunk)) {
      outline.addPart(points.chunk(at, chunk.ord0))
      continue
    }
    const group = level === 4096 && chunk.ord0 % level === 0 ? chunks.slice(i, i + 4) : []
    if (group.length === 4 && group.every((one, j) => whole(one) && one.ord0 === chunk.ord0 + j * CHUNK)) {
      const readers = group.map(stepReader)
      addEntry(level, chunk.ord0, (offset) => readers[offset >> 10]!(offset & (CHUNK - 1)))
      i += 3
      continue
    }
    const stepAt = stepReader(chunk)
    for (let start = 0; start < CHUNK; start += fine)
      addEntry(fine, chunk.ord0 + start, (offset) => stepAt(start + offset))
  }
  for (const part of tail) outline.addPart(part)
  return outline.done()
}
