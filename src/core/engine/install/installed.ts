import { mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { AppError } from '../../domain/errors'
import { diskError } from './disk'
import { engineDir } from './engine-dir'
import { createWorkFolder, retireWorkFolder } from './work-folder'

const Size = v.pipe(v.number(), v.integer(), v.minValue(1))

/** `engine.json`: written last, so that a folder without it is no engine. */
const EngineRecord = v.object({
  format: v.literal(1),
  id: v.string(),
  flavour: v.picklist(['cpu', 'gpu']),
  version: v.string(),
  platform: v.string(),
  tested: v.boolean(),
  /** Wheels that it was taken from. */
  wheels: v.array(v.object({ file: v.string(), sha256: v.string() })),
  /** Every file of it, relative to its folder. */
  files: v.pipe(v.array(v.object({ path: v.string(), bytes: Size })), v.minLength(1)),
  /** What to load, in this order. */
  libraries: v.pipe(v.array(v.string()), v.minLength(1)),
  /** ISO 8601, UTC. */
  installedAt: v.pipe(v.string(), v.isoTimestamp()),
})
export type EngineRecord = v.InferOutput<typeof EngineRecord>

/** An engine that is installed and whole. */
export interface InstalledEngine extends EngineRecord {
  /** Absolute path of its folder. */
  folder: string
}

const RECORD = 'engine.json'

/** Writes an engine's record: the last thing of an installation before its folder gets its name. */
export const writeRecord = (folder: string, record: EngineRecord): Promise<void> =>
  writeFile(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`, { flush: true })

/** The engine in a folder; null where there is none, or one of which something is missing or has another size. */
export async function readEngine(folder: string): Promise<InstalledEngine | null> {
  try {
    const record = v.parse(EngineRecord, JSON.parse(await readFile(join(folder, RECORD), 'utf8')))
    const sizes = await Promise.all(record.files.map(({ path }) => stat(join(folder, path))))
    const whole = record.files.every(({ bytes }, i) => sizes[i]!.isFile() && sizes[i]!.size === bytes)
    return whole ? { ...record, folder } : null
  } catch {
    return null
  }
}

/** Every engine that is installed and whole, the newest first. A folder that is not there has none. */
export async function findEngines(dir: string = engineDir()): Promise<InstalledEngine[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => !name.startsWith('.'))
  const engines = await Promise.all(names.map((name) => readEngine(join(dir, name))))
  return engines
    .filter((engine) => engine !== null)
    .sort((a, b) => b.installedAt.localeCompare(a.installedAt) || a.id.localeCompare(b.id))
}

/** Absolute paths of the libraries to load, in this order. */
export const libraryFiles = ({ folder, libraries }: Pick<InstalledEngine, 'folder' | 'libraries'>): string[] =>
  libraries.map((path) => join(folder, ...path.split('/')))

/** Bytes that an engine takes on the disk. */
export const engineBytes = ({ files }: Pick<EngineRecord, 'files'>): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0)

/**
 * Removes an engine, also a damaged one.
 * @param id its id, as {@link findEngines} gives it
 * @throws AppError input.invalid where there is none of this name; workspace.readonly where it cannot be removed
 */
export async function removeEngine(id: string, dir: string = engineDir()): Promise<void> {
  const there = (await readdir(dir).catch(() => [])).filter((name) => !name.startsWith('.'))
  if (!there.includes(id))
    throw new AppError(
      'input.invalid',
      `There is no engine ${id} in ${dir}; ${there.length ? `there is: ${there.join(', ')}` : 'none is installed'}`,
      { field: 'engine', got: id, allowed: there.join(', ') },
    )
  await putAside(dir, id)
}

/**
 * Takes an engine's folder away in one step, so that nobody finds half of it, then deletes it.
 * @throws AppError workspace.readonly
 */
export async function putAside(dir: string, id: string): Promise<void> {
  const work = await createWorkFolder(dir).catch((error: unknown) => Promise.reject(diskError(error, dir)))
  try {
    await rename(join(dir, id), join(work, 'removed'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw diskError(error, join(dir, id))
  } finally {
    await retireWorkFolder(dir, work, { keepWheels: false })
  }
}

/**
 * Gives a finished engine its place. Where another process was first, its engine stays and this one is not needed;
 * a damaged one makes room.
 * @param finished folder with everything in it, on the same disk
 */
export async function publish(dir: string, finished: string, id: string): Promise<InstalledEngine> {
  const place = join(dir, id)
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(dir, { recursive: true })
      await rename(finished, place)
    } catch (error) {
      if (!/^(ENOTEMPTY|EEXIST|EPERM|EACCES|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
      const there = await readEngine(place)
      if (there) return there
      if (attempt > 3) throw error
      await putAside(dir, id)
      continue
    }
    const engine = await readEngine(place)
    if (engine) return engine
    throw new AppError('engine.failed', `${place} was changed while it was installed; try again`, { reason: 'changed' })
  }
}
