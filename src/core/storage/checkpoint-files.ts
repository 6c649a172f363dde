import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileEnd, hashFile } from './file-hash'

export const CHECKPOINTS_FOLDER = 'checkpoints'

/** What a trainer writes, whole or not; anything else in these folders is somebody else's and stays. */
const OURS = /^(\d+\.ckpt|\.\d+\.ckpt\.partial)$/

const WHOLE = /^\d+\.ckpt$/

export const checkpointFile = (step: number): string => `${step}.ckpt`

const entriesOf = (folder: string) => (existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [])

/** What a checkpoint's file ends with: the SHA-256 of all before. */
const DIGEST_BYTES = 32

/** Size and checksum of a whole checkpoint, or why it is none. */
export function wholeFile(path: string): { bytes: number; sha256: string } | string {
  try {
    const { size, end } = fileEnd(path, DIGEST_BYTES)
    const digest = hashFile(path, Math.max(0, size - DIGEST_BYTES)).digest()
    return digest.equals(end) ? { bytes: size, sha256: digest.toString('hex') } : 'its file is damaged'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'its file is gone' : 'its file cannot be read'
  }
}

/** The files of checkpoints below a workspace's folder. */
export function openCheckpointFiles(dir: string) {
  const root = join(dir, CHECKPOINTS_FOLDER)
  const folder = (run: string): string => join(root, run)

  /** Removes our files of a run but those to keep, and the folder once it is empty. */
  const clean = (run: string, keep: ReadonlySet<string>): void => {
    const entries = entriesOf(folder(run))
    const left = entries.filter((entry) => !entry.isFile() || !OURS.test(entry.name) || keep.has(entry.name))
    for (const entry of entries) if (!left.includes(entry)) rmSync(join(folder(run), entry.name), { force: true })
    if (entries.length && !left.length) rmdirSync(folder(run))
  }

  return {
    folder,
    path: (run: string, step: number): string => join(folder(run), checkpointFile(step)),
    remove(run: string, steps: readonly number[]): void {
      for (const step of steps) rmSync(join(folder(run), checkpointFile(step)), { force: true })
    },
    clean,
    /** Every whole one, recorded or not. */
    all: (): { run: string; name: string }[] =>
      entriesOf(root)
        .filter((entry) => entry.isDirectory())
        .flatMap(({ name: run }) =>
          entriesOf(folder(run))
            .filter((entry) => entry.isFile() && WHOLE.test(entry.name))
            .map(({ name }) => ({ run, name })),
        ),
    /** Removes what no record names: a crash leaves half-written files, and whole ones that nobody was told of. */
    sweep(recorded: ReadonlyMap<string, ReadonlySet<string>>): void {
      for (const entry of entriesOf(root))
        if (entry.isDirectory()) clean(entry.name, recorded.get(entry.name) ?? new Set())
    },
  }
}
