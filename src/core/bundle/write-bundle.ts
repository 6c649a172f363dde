import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import type { RunRow } from '../domain/run'
import type { Storage } from '../storage/types'
import { bundleRun, bytesOf, sha256Of, trackPiece } from './bundle-run'
import {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  checkpointEntry,
  type FileEntry,
  MANIFEST,
  type Manifest,
  RUNS,
  seriesFile,
} from './format'

export interface WriteOptions {
  /** Version of the program that writes it. */
  version: string
  /** Leave the checkpoints out: smaller, but the runs cannot be resumed from it. */
  checkpoints?: boolean
  /** Told after each file: bytes written of all. */
  onProgress?: (done: number, total: number) => void
}

/** Zip has a time for each file; the same for all, so that the same runs give the same bytes. */
const MTIME = new Date(Date.UTC(2000, 0, 1))

/**
 * Writes runs that have ended as a bundle, piece by piece: memory does not grow with them.
 *
 * @throws AppError `run.state` for a run that still trains; nothing has been written then
 */
export async function writeBundle(
  storage: Storage,
  rows: readonly RunRow[],
  out: Writable,
  { version, checkpoints = true, onProgress = () => {} }: WriteOptions,
): Promise<Manifest> {
  const runs = rows
    .map((row) => bundleRun(storage, row))
    .map((run) => (checkpoints ? run : { ...run, checkpoints: [] }))
  const files: FileEntry[] = []
  const total = runs.reduce((sum, run) => sum + bytesIn(run), 0)
  let done = 0
  const wrote = (file: FileEntry) => {
    files.push(file)
    done += file.bytes
    onProgress(Math.min(done, total), total)
  }
  const zip = new ZipFile()
  const add = (name: string, compress: boolean, open: () => Readable) =>
    zip.addReadStreamLazy(name, { compress, mtime: MTIME, mode: 0o100644 }, (ready) => {
      try {
        ready(null, open())
      } catch (error) {
        zip.emit('error', error)
      }
    })
  const addBytes = (name: string, compress: boolean, make: () => Buffer) =>
    add(name, compress, () => {
      const bytes = make()
      if (name !== MANIFEST) wrote({ name, bytes: bytes.length, sha256: sha256Of(bytes) })
      return Readable.from([bytes], { objectMode: false })
    })

  const manifest = (): Manifest => ({
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    program: version,
    runs: runs.length,
    files,
  })
  addBytes(RUNS, true, () => Buffer.from(JSON.stringify({ runs })))
  runs.forEach((run, r) => {
    run.tracks.forEach(({ metrics, files: parts }, t) => {
      for (const part of parts)
        addBytes(seriesFile(r, t, part.ordinal), false, () => bytesOf(trackPiece(storage, run.id, metrics, part)))
    })
    for (const { step } of run.checkpoints) {
      const name = checkpointEntry(r, step)
      const file = join(storage.checkpoints.folder(run.id), `${step}.ckpt`)
      add(name, false, () =>
        Readable.from(
          hashed(file, (facts) => wrote({ name, ...facts })),
          { objectMode: false },
        ),
      )
    }
  })
  // Last, as it lists what the others came to.
  addBytes(MANIFEST, true, () => Buffer.from(JSON.stringify(manifest())))
  const failed = new Promise<never>((_, reject) => zip.once('error', reject))
  zip.end()
  await Promise.race([pipeline(zip.outputStream, out), failed])
  return manifest()
}

const bytesIn = ({ tracks, checkpoints }: ReturnType<typeof bundleRun>): number =>
  tracks.reduce((sum, { metrics, points }) => sum + 8 * points * (2 + metrics.length), 0) +
  checkpoints.reduce((sum, { bytes }) => sum + bytes, 0)

/** The pieces of a file, with its size and hash told at the end. */
async function* hashed(file: string, end: (facts: { bytes: number; sha256: string }) => void): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(piece)
    bytes += piece.length
    yield piece
  }
  end({ bytes, sha256: hash.digest('hex') })
}
