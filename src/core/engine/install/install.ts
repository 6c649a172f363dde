import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../domain/errors'
import { throwIfCancelled } from './cancelled'
import { diskError, requireSpace } from './disk'
import { downloadWheel } from './download'
import { engineDir } from './engine-dir'
import { type InstalledEngine, publish, readEngine, writeRecord } from './installed'
import { type Flavour, type Release, releaseFor, thisHost } from './manifest'
import { findPip } from './python'
import { unpackWheel, verifyWheel } from './wheel'
import type { Member, Wheel } from './wheels'
import { claimWheel, createWorkFolder, retireWorkFolder, sweep, wheelPath } from './work-folder'

/** How far an installation is. */
export interface InstallProgress {
  stage: 'searching' | 'downloading' | 'checking' | 'unpacking' | 'done'
  /** What is at work: a file's name, or words. */
  what: string
  /**
   * Bytes that are done and that there are: of all files where they are downloaded or unpacked, of this one where it is
   * checked; 0 where nothing is counted.
   */
  done: number
  total: number
}

export interface InstallOptions {
  /** Where to; {@link engineDir} by default. */
  dir?: string
  onProgress?: (progress: InstallProgress) => void
  signal?: AbortSignal
  /** Environment of the programs that are called. */
  env?: NodeJS.ProcessEnv
}

/**
 * Installs the TensorFlow that fits this machine; returns at once where it is installed.
 * Fetches with pip or uv, into no Python environment. What is killed or fails leaves nothing that is used; whole
 * downloads are kept for the next attempt.
 *
 * @throws AppError engine.unavailable (no build for this machine, no pip), engine.failed (network, index, damaged file),
 *   workspace.full, workspace.readonly, workspace.invalid (the folder), cancelled
 */
export const installEngine = ({
  flavour,
  ...options
}: InstallOptions & { flavour: Flavour }): Promise<InstalledEngine> =>
  installRelease(releaseFor(flavour, thisHost()), options)

/** {@link installEngine} for one release, whatever machine this is. */
export async function installRelease(release: Release, options: InstallOptions = {}): Promise<InstalledEngine> {
  const { dir = engineDir(), onProgress = () => undefined, signal } = options
  await sweep(dir)
  const there = await readEngine(join(dir, release.id))
  if (there) return there
  throwIfCancelled(signal)
  let work: string | null = null
  try {
    work = await createWorkFolder(dir)
    const missing = await reuseWheels(release, dir, work, options)
    await requireSpace(dir, spaceFor(release, missing))
    await downloadWheels(release, missing, work, options)
    const files = await unpackAll(release, work, options)
    const finished = join(work, 'engine')
    await writeRecord(finished, recordOf(release, files))
    throwIfCancelled(signal)
    const engine = await publish(dir, finished, release.id)
    await retireWorkFolder(dir, work, { keepWheels: false })
    onProgress({ stage: 'done', what: release.id, done: 0, total: 0 })
    return engine
  } catch (error) {
    if (work) await retireWorkFolder(dir, work, { keepWheels: true }).catch(() => undefined)
    throw diskError(error, dir)
  }
}

/** What is still to come onto the disk: missing wheels, pip's own copy of the one that it is at, every library. */
function spaceFor({ wheels }: Release, missing: readonly Wheel[]): number {
  const copy = Math.max(0, ...missing.map(({ bytes }) => bytes))
  return sum(missing.map(({ bytes }) => bytes)) + copy + sum(wheels.map(({ unpackedBytes }) => unpackedBytes))
}

/** Takes the wheels that an earlier attempt left, if they are whole. @returns those that have to be fetched */
async function reuseWheels(release: Release, dir: string, work: string, options: InstallOptions): Promise<Wheel[]> {
  const { onProgress = () => undefined, signal } = options
  const missing: Wheel[] = []
  for (const wheel of release.wheels) {
    const onBytes = (done: number) => onProgress({ stage: 'checking', what: wheel.file, done, total: wheel.bytes })
    if (!(await claimWheel(dir, work, wheel))) missing.push(wheel)
    else
      await verifyWheel(wheelPath(work, wheel), wheel, { signal, onBytes }).catch((error: unknown) => {
        if (!(error instanceof AppError && error.details.reason === 'damaged')) throw error
        // It was removed; a fresh one takes its place.
        missing.push(wheel)
      })
  }
  return missing
}

/** Fetches wheels into the work folder one after the other, each whole and checked before the next. */
async function downloadWheels(
  release: Release,
  missing: Wheel[],
  work: string,
  options: InstallOptions,
): Promise<void> {
  const { onProgress = () => undefined, signal, env = process.env } = options
  if (!missing.length) return
  onProgress({ stage: 'searching', what: 'pip or uv', done: 0, total: 0 })
  const pip = await findPip(env, process.platform, signal)
  const total = sum(release.wheels.map(({ bytes }) => bytes))
  let before = total - sum(missing.map(({ bytes }) => bytes))
  const folder = join(work, 'pip')
  for (const wheel of missing) {
    const onBytes = (bytes: number) =>
      onProgress({ stage: 'downloading', what: wheel.file, done: before + bytes, total })
    const file = await downloadWheel(wheel, folder, { pip, env, signal, onBytes })
    await verifyWheel(file, wheel, {
      signal,
      onBytes: (done) => onProgress({ stage: 'checking', what: wheel.file, done, total: wheel.bytes }),
    })
    await rename(file, wheelPath(work, wheel))
    await rm(folder, { recursive: true, force: true })
    before += wheel.bytes
  }
}

async function unpackAll({ wheels }: Release, work: string, options: InstallOptions): Promise<Member[]> {
  const { onProgress = () => undefined, signal } = options
  const folder = join(work, 'engine')
  await mkdir(folder)
  const total = sum(wheels.map(({ unpackedBytes }) => unpackedBytes))
  const files: Member[] = []
  for (const wheel of wheels) {
    const before = sum(files.map(({ bytes }) => bytes))
    const onBytes = (bytes: number) =>
      onProgress({ stage: 'unpacking', what: wheel.file, done: Math.min(before + bytes, total), total })
    files.push(...(await unpackWheel(wheelPath(work, wheel), wheel, folder, { signal, onBytes })))
  }
  return files
}

const recordOf = (release: Release, files: Member[]) => ({
  format: 1 as const,
  id: release.id,
  flavour: release.flavour,
  version: release.version,
  platform: release.platform,
  tested: release.tested,
  wheels: release.wheels.map(({ file, sha256 }) => ({ file, sha256 })),
  files,
  libraries: [...release.libraries],
  installedAt: new Date().toISOString(),
})

const sum = (numbers: number[]): number => numbers.reduce((total, each) => total + each, 0)
