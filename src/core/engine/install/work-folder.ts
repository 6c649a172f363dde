import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Wheel } from './wheels'

/**
 * Everything unfinished lies in a work folder beside the installed engines, which names its process:
 * `.work-HOST-PID-RANDOM/`. What is in it is used by nobody else. Whole wheels that an ended attempt left are kept in
 * `.downloads/` and are taken from there by a rename, which only one of several can do.
 */
const WORK = /^\.work-([\w.]*)-(\d+)-[0-9a-f]{8}$/
const DOWNLOADS = '.downloads'
/** Where in a work folder whole, checked wheels lie. */
const WHEELS = 'wheels'

const DAY_MS = 24 * 60 * 60 * 1000
/** The longest that one file of an installation can take to arrive. */
const LONGEST_MS = DAY_MS
const KEEP_DOWNLOADS_MS = 14 * DAY_MS

const here = () => hostname().replace(/[^\w.]/g, '')

/** Makes a work folder of this process. */
export async function createWorkFolder(dir: string): Promise<string> {
  const work = join(dir, workName())
  await mkdir(dir, { recursive: true })
  // One by one: making both at once hides why the first could not be made.
  await mkdir(work)
  await mkdir(join(work, WHEELS))
  return work
}

const workName = () => `.work-${here()}-${process.pid}-${randomBytes(4).toString('hex')}`

/** The place of a wheel in a work folder. */
export const wheelPath = (work: string, wheel: Wheel): string => join(work, WHEELS, wheel.file)

/** Moves a wheel that an earlier attempt left into a work folder. @returns false where there is none */
export async function claimWheel(dir: string, work: string, wheel: Wheel): Promise<boolean> {
  try {
    await rename(join(dir, DOWNLOADS, wheel.file), wheelPath(work, wheel))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Removes a work folder; its whole wheels are kept for the next attempt if asked for. */
export async function retireWorkFolder(dir: string, work: string, { keepWheels }: { keepWheels: boolean }) {
  if (keepWheels) {
    const wheels = await readdir(join(work, WHEELS)).catch(() => [])
    if (wheels.length) await mkdir(join(dir, DOWNLOADS), { recursive: true })
    for (const file of wheels) await rename(join(work, WHEELS, file), join(dir, DOWNLOADS, file))
  }
  await remove(work)
}

/** Clears away what killed attempts left behind and what nobody came back for. Never fails: it is not what was asked. */
export async function sweep(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    if (!WORK.test(name) || !(await isAbandoned(dir, name))) continue
    const mine = join(dir, workName())
    // Of several who sweep at once only one can rename it.
    const taken = await rename(join(dir, name), mine).then(
      () => true,
      () => false,
    )
    if (taken) await retireWorkFolder(dir, mine, { keepWheels: true }).catch(() => undefined)
  }
  const downloads = join(dir, DOWNLOADS)
  for (const file of await readdir(downloads).catch(() => []))
    if ((await ageOf(join(downloads, file))) > KEEP_DOWNLOADS_MS)
      await remove(join(downloads, file)).catch(() => undefined)
}

/** A process of another machine or container cannot be asked: its folder counts as left when nothing new came for long. */
async function isAbandoned(dir: string, name: string): Promise<boolean> {
  const [, host, pid] = WORK.exec(name)!
  if (host === here() && !isRunning(Number(pid))) return true
  return (await ageOf(join(dir, name))) > LONGEST_MS
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const ageOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )

// An orphaned pip may still write into it for a moment.
const remove = (path: string) => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
