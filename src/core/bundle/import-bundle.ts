import { createWriteStream } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ImportResult } from '../api/contract'
import { AppError } from '../domain/errors'
import type { RunSpec } from '../domain/spec/run-spec'
import type { Storage } from '../storage/types'
import { bundleRun, bytesOf, contentOf, sha256Of, trackPiece } from './bundle-run'
import { checkBundle } from './check-bundle'
import { type BundleLimits, type BundleRun, checkpointEntry, FILE_LIMITS, seriesFile } from './format'
import { type BundleSource, notABundle, type OpenBundle, openBundle } from './open-bundle'

export interface ImportOptions {
  newId(): string
  limits?: BundleLimits
  /** Told after each file: bytes read of all; every file is read twice, to be checked and to be stored. */
  onProgress?: (done: number, total: number) => void
  signal?: AbortSignal
}

/**
 * Brings the runs of a bundle into a workspace. All of it is checked first: archive, manifest, settings, and every
 * checksum. Then runs are written where nobody sees them and shown together at the end, so that a failure or a crash
 * on the way leaves the workspace as it was.
 *
 * @throws AppError `bundle.invalid`, `file.unreadable`, `cancelled`, and what storing says (`workspace.full`)
 */
export async function importBundle(
  storage: Storage,
  source: BundleSource,
  { newId, limits = FILE_LIMITS, onProgress = () => {}, signal }: ImportOptions,
): Promise<ImportResult> {
  const bundle = await openBundle(source, limits)
  try {
    const total = 2 * bundle.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
    let done = 0
    const read = (bytes: number) => {
      if (signal?.aborted) throw new AppError('cancelled', 'The import was cancelled. Nothing was changed')
      onProgress((done += bytes), total)
    }
    const runs = await checkBundle(bundle, read)
    return await writeRuns(storage, bundle, runs, newId, read)
  } finally {
    bundle.close()
  }
}

async function writeRuns(
  storage: Storage,
  bundle: OpenBundle,
  runs: readonly BundleRun[],
  newId: () => string,
  read: (bytes: number) => void,
): Promise<ImportResult> {
  const skipped: ImportResult['skipped'] = []
  const renamed: ImportResult['renamed'] = []
  const written: string[] = []
  try {
    for (const [r, run] of runs.entries()) {
      const here = storage.runs.has(run.id)
      if (here && isSame(storage, bundle, run, r)) {
        skipped.push({ id: run.id, name: run.name })
        continue
      }
      const id = here ? newId() : run.id
      if (here) renamed.push({ from: run.id, to: id })
      written.push(id)
      await writeRun(storage, bundle, run, r, id, read)
    }
    return { imported: storage.runs.restoreAll(written), skipped, renamed }
  } catch (error) {
    storage.runs.purge(written)
    throw error
  }
}

/** Is the run of that id here the one of the bundle? A removed one is none that anybody could see. */
function isSame(storage: Storage, bundle: OpenBundle, run: BundleRun, r: number): boolean {
  const row = storage.runs.all().find(({ id }) => id === run.id)
  if (!row || row.status === 'running' || row.status === 'queued') return false
  const own = bundleRun(storage, row)
  const sha256 = new Map(bundle.manifest.files.map((file) => [file.name, file.sha256]))
  return (
    contentOf(own, (track, ordinal) => {
      const { metrics, files } = own.tracks[track]!
      return sha256Of(
        bytesOf(
          trackPiece(
            storage,
            row.id,
            metrics,
            files.find((file) => file.ordinal === ordinal)!,
          ),
        ),
      )
    }) === contentOf(run, (track, ordinal) => sha256.get(seriesFile(r, track, ordinal))!)
  )
}

async function writeRun(
  storage: Storage,
  bundle: OpenBundle,
  run: BundleRun,
  r: number,
  id: string,
  read: (bytes: number) => void,
): Promise<void> {
  const { tracks, checkpoints, spec, ...facts } = run
  storage.runs.bring({ ...facts, spec: spec as RunSpec, id })
  for (const [t, { name, metrics, files }] of tracks.entries())
    for (const { ordinal, n } of files) {
      const bytes = await bundle.read(seriesFile(r, t, ordinal))
      storage.metrics.append(id, [{ track: name, metrics: [...metrics], n, data: numbersOf(bytes) }], run.steps)
      read(bytes.length)
    }
  storage.metrics.seal(id)
  for (const { step, ...saved } of checkpoints) {
    await writeCheckpoint(storage.checkpoints.folder(id), step, bundle.pieces(checkpointEntry(r, step)))
    storage.checkpoints.add(id, { step, ...saved })
    read(saved.bytes)
  }
}

/** Numbers in some bytes; copied, as a piece of a larger buffer need not lie on a multiple of 8. */
export const numbersOf = (bytes: Buffer): Float64Array => new Float64Array(new Uint8Array(bytes).buffer)

async function writeCheckpoint(folder: string, step: number, pieces: AsyncGenerator<Buffer>): Promise<void> {
  await mkdir(folder, { recursive: true })
  const partial = join(folder, `.${step}.ckpt.partial`)
  try {
    await pipeline(Readable.from(pieces, { objectMode: false }), createWriteStream(partial, { flush: true }))
    await rename(partial, join(folder, `${step}.ckpt`))
  } catch (error) {
    if (error instanceof AppError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new AppError('workspace.full', `The disk is full: nothing of the bundle was kept`, { field: 'data' })
    throw notABundle(`a checkpoint of it could not be written (${message})`, error)
  }
}
