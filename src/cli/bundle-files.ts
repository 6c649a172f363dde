import { type FileHandle, readFile, stat } from 'node:fs/promises'
import { formatBytes, formatCount } from '../core/domain/format'
import { AppError } from '../core/domain/errors'
import { toJson } from '../core/domain/json'
import type { ImportResult } from '../core/api/contract'
import type { Destination } from './exported'
import type { Io } from './io'
import { openProgress } from './share-progress'
import { withCore } from './open-core'
import { resolveRuns } from './resolve-runs'
import { intoFile, writeStreamed, writeWhole } from '../core/files/write-whole'

/**
 * Writes runs as a bundle: streamed from our own core; where another process holds the workspace, as that one sends it.
 * @throws AppError `run.state` for a live run, and what writing says
 */
export async function exportBundle(
  words: readonly string[],
  { out, force, json, checkpoints }: Destination & { out: string; checkpoints: boolean },
  data: string,
  io: Io,
): Promise<number> {
  const progress = openProgress('Exporting', io)
  const { file, runs } = await withCore(data, async ({ transport, core }) => {
    const runs = (await resolveRuns(transport, words)).map(({ id }) => id)
    if (!core) {
      const { bytes } = await transport.call('export.bundle', { runs, checkpoints })
      return { file: await writeWhole(out, bytes, { force }), runs }
    }
    const { writeBundle } = await import('../core/bundle/write-bundle')
    const { VERSION } = await import('../core/version')
    const rows = runs.map((run) => core.storage.runs.get(run))
    const write = async (handle: FileHandle) => {
      await writeBundle(core.storage, rows, intoFile(handle), {
        version: VERSION,
        checkpoints,
        onProgress: progress.tell,
      })
    }
    return { file: await writeStreamed(out, write, { force }), runs }
  }).finally(progress.end)
  const { size: bytes } = await stat(file)
  if (json) io.out(toJson({ runs, format: 'bundle', file, bytes }))
  else io.err(`Wrote ${file}: ${countRuns(runs.length)}, ${formatBytes(bytes)}\n`)
  return 0
}

/** Imports a bundle: streamed into our own core; where another process holds the workspace, sent to that one. */
export function importBundleFile(path: string, data: string, io: Io): Promise<ImportResult> {
  const progress = openProgress('Importing', io)
  return withCore(
    data,
    async ({ transport, core }) => {
      if (!core) return transport.call('import.bundle', { bytes: await readBytes(path) })
      const { importBundle } = await import('../core/bundle/import-bundle')
      const { idFrom } = await import('../core/domain/ids')
      const newId = () => idFrom(crypto.getRandomValues(new Uint8Array(8)))
      return importBundle(core.storage, path, { newId, onProgress: progress.tell })
    },
    { create: true },
  ).finally(progress.end)
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (cause) {
    throw new AppError(
      'file.unreadable',
      `${path} cannot be read: ${(cause as Error).message}`,
      { field: path },
      { cause },
    )
  }
}

export const countRuns = (n: number): string => `${formatCount(n)} run${n === 1 ? '' : 's'}`
