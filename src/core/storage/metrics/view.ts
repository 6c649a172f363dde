import { decimate, extent } from '../../domain/stats/decimate'
import { levelFor, type TierLevel } from '../../domain/stats/tiers'
import { readable, type WritableDb } from '../database'
import type { SeriesView } from '../../domain/stats/series-view'
import { CHUNK, type ChunkSteps, stepReader } from './chunk-steps'
import { openNonFinite } from './non-finite-rows'
import type { openPoints, Place } from './points'
import { openTiers } from './tier-rows'

type ChunkHead = ChunkSteps & { ord0: number; n: number }

/** Grows as points come; their number is only known to be small. */
interface Line {
  steps: number[]
  values: number[]
}

/**
 * Overviews of a series. Where the range holds many points, chunks that lie in it as a whole are replaced by the
 * extremes of their tier entries (each at its own step, at least two entries a bucket), the rest is read point by point;
 * then the one decimation that everything uses reduces both.
 *
 * What that changes against decimating every point: values have Float32 precision, and an entry on the border of two
 * buckets gives its extremes to the bucket in which they lie. No extreme of the range is ever lost.
 */
export function openView(db: WritableDb, points: ReturnType<typeof openPoints>) {
  const heads = readable(db).query<ChunkHead>(`
    SELECT ord0, n, min_step, max_step, step0, stride, steps FROM chunk
    WHERE track = ? AND max_step >= ? AND min_step <= ? ORDER BY ord0`)
  const tiers = openTiers(db)
  const nonFinite = openNonFinite(db)

  /** Extremes of whole chunks from their tiers, points of the others. */
  const outline = (at: Place, chunks: ChunkHead[], level: TierLevel, from: number, to: number): Line => {
    const line: Line = { steps: [], values: [] }
    const read = tiers.reader(at.metric)
    const whole = (chunk: ChunkHead | undefined) =>
      chunk !== undefined && chunk.n === CHUNK && chunk.min_step >= from && chunk.max_step <= to

    const addEntry = (entryLevel: TierLevel, ordinal: number, stepAt: (offset: number) => number) => {
      const { row, k } = read(entryLevel, ordinal)
      const add = (offset: number, value: number) => {
        line.steps.push(stepAt(offset))
        line.values.push(value)
      }
      if (row.nonFinite[k]! > 0) add(0, NaN)
      const [low, high] = [row.minAt[k]!, row.maxAt[k]!]
      if (Number.isNaN(row.min[k]!)) return
      if (low <= high) add(low, row.min[k]!)
      if (low !== high) add(high, row.max[k]!)
      if (low > high) add(low, row.min[k]!)
    }

    for (let i = 0; i < chunks.length; i++) {
      const chunk = chunks[i]!
      if (!whole(chunk)) {
        const part = points.chunk(at, chunk.ord0)
        line.steps.push(...part.steps)
        line.values.push(...part.values)
        continue
      }
      const group = chunks.slice(i, i + 4)
      const grouped = group.length === 4 && group.every((c, j) => whole(c) && c.ord0 === chunk.ord0 + j * CHUNK)
      if (level === 4096 && chunk.ord0 % level === 0 && grouped) {
        const readers = group.map(stepReader)
        addEntry(level, chunk.ord0, (offset) => readers[offset >> 10]!(offset & (CHUNK - 1)))
        i += 3
        continue
      }
      const stepAt = stepReader(chunk)
      const fine = level === 4096 ? 256 : level
      for (let start = 0; start < CHUNK; start += fine)
        addEntry(fine, chunk.ord0 + start, (offset) => stepAt(start + offset))
    }
    return line
  }

  return (at: Place, range: { from?: number; to?: number; buckets: number }): SeriesView => {
    const { from = -Infinity, to = Infinity, buckets } = range
    const listed = nonFinite.within(at.metric, from, to)
    const chunks = heads.all(at.track, from, to)
    const tail = points.tailOf(at)
    const count = (parts: { length: number }[]) => parts.reduce((sum, { length }) => sum + length, 0)
    const most = chunks.reduce((sum, { n }) => sum + n, 0) + count(tail.map(({ steps }) => steps))
    const level = levelFor(most, buckets)
    if (level === null) {
      const { steps, values } = points.inSteps(at, from, to)
      return { ...decimate(steps, values, range), nonFinite: listed }
    }
    const line = outline(at, chunks, level, from, to)
    for (const { steps, values } of tail) {
      line.steps.push(...steps)
      line.values.push(...values)
    }
    const steps = Float64Array.from(line.steps)
    // Bucket borders come from all points of the range, not from those that the tiers kept.
    const [least, greatest] = extent(steps)
    const ends = {
      from: range.from ?? chunks.reduce((min, chunk) => Math.min(min, chunk.min_step), least),
      to: range.to ?? chunks.reduce((max, chunk) => Math.max(max, chunk.max_step), greatest),
    }
    const drawn = decimate(steps, Float64Array.from(line.values), { ...ends, buckets })
    return { ...drawn, total: totalOf(chunks, tail, from, to), nonFinite: listed }
  }
}

/** Exact number of points whose step lies in [from, to], from the steps alone. */
function totalOf(chunks: ChunkHead[], tail: { steps: Float64Array }[], from: number, to: number): number {
  const inside = (step: number) => step >= from && step <= to
  let total = 0
  for (const chunk of chunks) {
    const stepAt = stepReader(chunk)
    if (inside(chunk.min_step) && inside(chunk.max_step)) total += chunk.n
    else for (let i = 0; i < chunk.n; i++) if (inside(stepAt(i))) total++
  }
  for (const { steps } of tail) for (const step of steps) if (inside(step)) total++
  return total
}
