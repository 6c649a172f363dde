import { fromBlob } from '../metrics/blobs'
import { unpackSteps } from '../metrics/chunk-steps'
import { unpackTimes } from '../metrics/chunk-times'
import type { Tables } from './tables'

/** Points of a track that lie together; a metric's values are null where they cannot be read. */
export interface Piece {
  ordinal: number
  steps: Float64Array
  times: Float64Array
  values: Map<string, Float64Array | null>
}

/** Points of a track, or of one metric, that cannot be read: counted from 0, `to` is the last of them. */
export interface LostPoints {
  track: string
  /** Null: every metric of the track. */
  metric: string | null
  from: number
  to: number
  /** Steps of the nearest points that are there; null where there is none on that side. */
  afterStep: number | null
  beforeStep: number | null
}

export interface TrackPoints {
  name: string
  metrics: string[]
  pieces: Piece[]
  lost: LostPoints[]
}

const allFinite = (numbers: Float64Array) => numbers.every(Number.isFinite)

/** What can be read of a track, in the order of its points, and what cannot. */
export function trackPoints(tables: Tables, key: number): TrackPoints {
  const { name, points } = tables.tracks.get(key)!
  const metrics = [...tables.metrics]
    .filter(([, metric]) => metric.track === key && metric.position !== null)
    .map(([metricKey, metric]) => ({ ...metric, key: metricKey, position: metric.position! }))
    .sort((a, b) => a.position - b.position)
  const pieces: Piece[] = []
  for (const [ordinal, chunk] of tables.chunks.get(key) ?? []) {
    const [steps, times] = [unpackSteps(chunk, chunk.n), unpackTimes(chunk, chunk.n)]
    if (!allFinite(steps) || !allFinite(times)) continue
    const values = metrics.map((metric): [string, Float64Array | null] => {
      const blob = tables.values.get(metric.key)?.get(ordinal)
      return [metric.name, blob?.length === 8 * chunk.n ? fromBlob(blob) : null]
    })
    pieces.push({ ordinal, steps, times, values: new Map(values) })
  }
  for (const [ordinal, { n, data }] of tables.segments.get(key) ?? []) {
    const columns = fromBlob(data)
    const column = (j: number) => columns.subarray(j * n, (j + 1) * n)
    if (!allFinite(column(0)) || !allFinite(column(1)) || data.length < 8 * n * (2 + metrics.length)) continue
    const values = metrics.map(({ name: metric, position }) => [metric, column(2 + position)] as const)
    pieces.push({ ordinal, steps: column(0), times: column(1), values: new Map(values) })
  }
  const counted = mostNamed([points, ...metrics.map(({ count }) => count)])
  const whole = inOrder(pieces, counted ?? Infinity)
  const end = counted ?? Math.max(0, ...whole.map(endOf))
  const names = metrics.map((metric) => metric.name)
  return { name, metrics: names, pieces: whole, lost: lostOf(name, names, whole, end) }
}

/** Track and metrics all say how many points there are: a damaged one is outvoted; of equal votes the larger number counts. */
function mostNamed(counts: readonly (number | null)[]): number | null {
  const votes = new Map<number, number>()
  for (const count of counts) if (count !== null) votes.set(count, (votes.get(count) ?? 0) + 1)
  return [...votes].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? null
}

const endOf = ({ ordinal, steps }: Piece): number => ordinal + steps.length

/** Without what lies behind the end, or over what is there already: a page that was given up may hold points once more. */
function inOrder(pieces: Piece[], end: number): Piece[] {
  // Of two that begin alike the longer one is a chunk, which took the place of the other.
  const sorted = pieces.sort((a, b) => a.ordinal - b.ordinal || b.steps.length - a.steps.length)
  const kept: Piece[] = []
  for (const piece of sorted) {
    const free = Math.max(piece.ordinal, kept.length ? endOf(kept.at(-1)!) : 0)
    const part = cut(piece, free - piece.ordinal, Math.min(piece.steps.length, end - piece.ordinal))
    if (part.steps.length) kept.push(part)
  }
  return kept
}

function cut(piece: Piece, from: number, to: number): Piece {
  if (from <= 0 && to >= piece.steps.length) return piece
  const slice = (numbers: Float64Array) => numbers.subarray(from, Math.max(from, to))
  return {
    ordinal: piece.ordinal + from,
    steps: slice(piece.steps),
    times: slice(piece.times),
    values: new Map([...piece.values].map(([name, values]) => [name, values && slice(values)])),
  }
}

function lostOf(track: string, metrics: string[], pieces: Piece[], end: number): LostPoints[] {
  const stepBefore = (ordinal: number) => pieces.findLast((piece) => piece.ordinal < ordinal)?.steps.at(-1) ?? null
  const stepFrom = (ordinal: number) => pieces.find((piece) => piece.ordinal >= ordinal)?.steps[0] ?? null
  const gaps = (metric: string | null, parts: Piece[]): LostPoints[] => {
    const lost: LostPoints[] = []
    let at = 0
    for (const next of [...parts.map((piece) => [piece.ordinal, endOf(piece)] as const), [end, end] as const]) {
      if (next[0] > at)
        lost.push({
          track,
          metric,
          from: at,
          to: next[0] - 1,
          afterStep: stepBefore(at),
          beforeStep: stepFrom(next[0]),
        })
      at = Math.max(at, next[1])
    }
    return lost
  }
  const whole = gaps(null, pieces)
  const known = new Set(whole.map(({ from, to }) => `${from} ${to}`))
  const single = metrics.flatMap((metric) =>
    gaps(
      metric,
      pieces.filter((piece) => piece.values.get(metric)),
    ),
  )
  return [...whole, ...single.filter(({ from, to }) => !known.has(`${from} ${to}`))]
}
