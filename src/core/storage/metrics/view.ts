import { countWithin, extent } from '../../domain/stats/decimate'
import { reduceSeries, type SeriesView, valuesAlong, type ViewOptions } from '../../domain/stats/series-view'
import { smooths } from '../../domain/stats/smoothing'
import { levelFor, type TierLevel } from '../../domain/stats/tiers'
import { readable, type WritableDb } from '../database'
import { CHUNK, unpackSteps } from './chunk-steps'
import { openNonFinite } from './non-finite-rows'
import { type ChunkHead, openOutline } from './outline'
import type { openPoints, Place } from './points'
import type { openColumns, Range } from './read-columns'
import type { openSmoothed } from './smoothed'
import { openTiers } from './tier-rows'

const WHOLE: Range = [-Infinity, Infinity]

/** What reading points of a range gives; the list of non-finite points is read apart. */
type Line = Omit<SeriesView, 'nonFinite'>

/**
 * Overviews of a series. Where the range holds many points, chunks that lie in it as a whole are replaced by the
 * extremes of their tier entries (each at its own step, at least two entries a bucket), the rest is read point by point;
 * then the one decimation that everything uses reduces both. What is smoothed needs every point of the series, what is
 * shown against another metric every one of the range.
 *
 * What the tiers change against decimating every point: values have Float32 precision, and an entry on the border of two
 * buckets gives its extremes to the bucket in which they lie. No extreme of the range is ever lost.
 */
export function openView(
  db: WritableDb,
  points: ReturnType<typeof openPoints>,
  columns: ReturnType<typeof openColumns>,
  smoothed: ReturnType<typeof openSmoothed>,
) {
  const heads = readable(db).query<ChunkHead>(`
    SELECT ord0, n, min_step, max_step, step0, stride, steps FROM chunk
    WHERE track = ? AND max_step >= ? AND min_step <= ? ORDER BY ord0`)
  const outlineOf = openOutline(points, columns, openTiers(db))
  const nonFinite = openNonFinite(db)

  /** From every point that the line depends on. */
  const fromPoints = (at: Place, options: ViewOptions, range: Range, against?: Place | null): Line => {
    const { smoothing, times = false, raw } = options
    const smooth =
      smoothing && smooths(smoothing) ? smoothed.of(at, smoothing, () => columns.read(at, WHOLE)) : undefined
    const read = columns.read(at, range, { times, values: !smooth || raw })
    const { kept, ...line } = reduceSeries(read.steps, read.values, options, smooth && read.along(smooth))
    return {
      ...line,
      ...(times && { times: Float64Array.from(kept, (i) => read.times[i]!) }),
      ...(against === null && { against: new Float64Array(kept.length).fill(NaN) }),
      ...(against && {
        // Metrics of one track are recorded together; those of another have their steps elsewhere.
        against: valuesAlong(kept, read.steps, columns.read(against, against.track === at.track ? range : WHOLE)),
      }),
    }
  }

  /** From the extremes of the chunks that lie in the range as a whole, and from the points of the others. */
  const fromTiers = (at: Place, options: ViewOptions, range: Range, chunks: ChunkHead[], level: TierLevel): Line => {
    const { from = -Infinity, to = Infinity, times } = options
    const outline = outlineOf(at, { chunks, from, to, level })
    const tail = points.tailOf(at)
    // Bucket borders come from all points of the range, not from those that the tiers kept.
    const [first, last] = extent(outline.steps)
    const ends = {
      from: options.from ?? chunks.reduce((min, chunk) => Math.min(min, chunk.min_step), first),
      to: options.to ?? chunks.reduce((max, chunk) => Math.max(max, chunk.max_step), last),
    }
    const { kept, ...line } = reduceSeries(outline.steps, outline.values, { ...options, ...ends })
    const ordinals = Float64Array.from(kept, (i) => outline.ordinals[i]!)
    return {
      ...line,
      total: totalOf(chunks, tail, from, to),
      ...(times && { times: columns.timesAt(at, range, ordinals) }),
    }
  }

  /** @param against another metric of the run; null where the run has not recorded it */
  return (at: Place, options: ViewOptions, against?: Place | null): SeriesView => {
    const { from = -Infinity, to = Infinity, buckets, smoothing, edges } = options
    const range: Range = edges ? columns.widened(at, [from, to]) : [from, to]
    const pointwise = (smoothing && smooths(smoothing)) || against !== undefined
    const chunks = pointwise ? [] : heads.all(at.track, ...range)
    const most = chunks.reduce((sum, { n }) => sum + n, at.points % CHUNK)
    const level = pointwise ? null : levelFor(most, buckets)
    const line = level === null ? fromPoints(at, options, range, against) : fromTiers(at, options, range, chunks, level)
    return { ...line, nonFinite: nonFinite.within(at.metric, from, to) }
  }
}

/** Exact number of points whose step lies in [from, to], from the steps alone. */
function totalOf(chunks: ChunkHead[], tail: { steps: Float64Array }[], from: number, to: number): number {
  const inside = (step: number) => step >= from && step <= to
  let total = 0
  for (const chunk of chunks) {
    if (inside(chunk.min_step) && inside(chunk.max_step)) total += chunk.n
    else total += countWithin(unpackSteps(chunk, chunk.n), from, to)
  }
  return tail.reduce((sum, { steps }) => sum + countWithin(steps, from, to), total)
}
