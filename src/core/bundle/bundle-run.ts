import { createHash } from 'node:crypto'
import { AppError } from '../domain/errors'
import { withoutFolders } from '../domain/recipe/recipe'
import { isLive, type RunRow } from '../domain/run'
import type { Storage } from '../storage/types'
import type { BundleRun, BundleTrack } from './format'

/** Bytes of points in one file, about: one is in memory at a time. */
const PIECE_BYTES = 4 * 2 ** 20

/** A run as a bundle has it, without its points. Of the user's own data files only the names are kept. */
export function bundleRun(storage: Storage, row: RunRow): BundleRun {
  if (isLive(row.status))
    throw new AppError('run.state', `Run ${row.id} is ${row.status}: a bundle holds runs that have ended`, {
      field: 'run',
      got: row.id,
      hint: 'Stop it, or wait until it ends',
    })
  const { metrics: _, missing: _missing, ...facts } = row
  return {
    ...facts,
    status: row.status as BundleRun['status'],
    spec: { ...row.spec, dataset: withoutFolders(row.spec.dataset) },
    tracks: storage.metrics.tracks(row.id).map(({ name, metrics, points }) => ({
      name,
      metrics,
      points,
      files: pieces(points, metrics.length),
    })),
    checkpoints: storage.checkpoints
      .list(row.id)
      .filter(({ there }) => there)
      .reverse()
      .map(({ step, bytes, sha256, value, savedAt }) => ({ step, bytes, sha256, value, savedAt })),
  }
}

/** The same points are always cut in the same way, so that equal runs have equal files. */
function pieces(points: number, metrics: number): BundleTrack['files'] {
  const most = Math.max(1, Math.floor(PIECE_BYTES / (8 * (metrics + 2))))
  const files: BundleTrack['files'] = []
  for (let ordinal = 0; ordinal < points; ordinal += most) files.push({ ordinal, n: Math.min(most, points - ordinal) })
  return files
}

/** Points of a track from an ordinal on: n steps, n times, n values of each metric; the bits as they are stored. */
export function trackPiece(
  { metrics: store }: Pick<Storage, 'metrics'>,
  run: string,
  metrics: readonly string[],
  { ordinal, n }: { ordinal: number; n: number },
): Float64Array {
  const data = new Float64Array(n * (2 + metrics.length))
  metrics.forEach((metric, m) => {
    const { steps, times, values } = store.tail(run, metric, ordinal, n)
    if (m === 0) {
      data.set(steps)
      data.set(times, n)
    }
    data.set(values, (2 + m) * n)
  })
  return data
}

export const bytesOf = (data: Float64Array): Buffer =>
  Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * What a run is, apart from what people call it: settings, end, and every bit that it recorded. Two runs with the same
 * are the same run.
 * @param sha256 of a file with points, by the place of its track and its ordinal
 */
export function contentOf(run: BundleRun, sha256: (track: number, ordinal: number) => string): string {
  const { name: _n, group: _g, tags: _t, notes: _o, ...spec } = run.spec as Record<string, unknown>
  const { status, steps, divergedAt, createdAt, startedAt, endedAt } = run
  const tracks = run.tracks.map(({ name, metrics, files }, track) => ({
    name,
    metrics,
    files: files.map(({ ordinal }) => sha256(track, ordinal)),
  }))
  return sha256Of(
    Buffer.from(JSON.stringify({ spec, status, steps, divergedAt, createdAt, startedAt, endedAt, tracks })),
  )
}
