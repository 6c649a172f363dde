import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'
import { AppError } from '../domain/errors'
import { isRunning, startTimeOf } from './process-identity'

const LockContent = v.object({
  pid: v.pipe(v.number(), v.integer(), v.minValue(1)),
  startTime: v.nullable(v.string()),
  kind: v.picklist(['app', 'serve', 'cli']),
  address: v.nullable(v.string()),
  token: v.nullable(v.string()),
  /** When the lock was taken, ms since the epoch. */
  at: v.number(),
  /** Tells this lock from every other one. */
  nonce: v.string(),
})
export type LockContent = v.InferOutput<typeof LockContent>
export type LockKind = LockContent['kind']

/** A file between its creation and its content, or one that a crash left without: how long it gets to become whole. */
const UNREADABLE_MS = 2000
const RETRY_MS = 10
/** Taking a lock over is a matter of milliseconds; after this long something is wrong with the one who does it. */
const PATIENCE_MS = 10_000

/** What a lock file says: its content, `stale` where its process is gone, or nothing. */
type Found =
  | { state: 'none' | 'unfinished' }
  | { state: 'stale'; content: LockContent | null }
  | { state: 'held'; content: LockContent }

/** What a lock file says now. */
export function inspect(path: string): Found {
  let text: string
  let age: number
  try {
    text = readFileSync(path, 'utf8')
    age = Date.now() - statSync(path).mtimeMs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { state: 'none' }
    throw error
  }
  const content = parse(text)
  if (content) return { state: isRunning(content.pid, content.startTime) ? 'held' : 'stale', content }
  return age < UNREADABLE_MS ? { state: 'unfinished' } : { state: 'stale', content: null }
}

function parse(text: string): LockContent | null {
  try {
    return v.parse(LockContent, JSON.parse(text))
  } catch {
    return null
  }
}

export const newContent = (kind: LockKind): LockContent => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid),
  kind,
  address: null,
  token: null,
  at: Date.now(),
  nonce: randomBytes(8).toString('hex'),
})

/**
 * Takes a lock file or says who holds it. Of processes that try at once exactly one gets it.
 *
 * A free one is taken by exclusive creation. A stale one is replaced while holding a second lock, `<path>.takeover`,
 * taken by the same rule: so nobody can replace a lock that another process has just made its own.
 *
 * @returns null where the lock was taken, else the holder
 * @throws AppError workspace.locked where a takeover by another process does not end
 */
export function take(path: string, content: LockContent): LockContent | null {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    if (create(path, content)) return null
    const found = inspect(path)
    if (found.state === 'held') return found.content
    if (found.state === 'stale' && takeOver(path, content)) return null
    // Another process is about to have it, or has just let it go.
    if (Date.now() > deadline) throw stuck(path)
    pause(RETRY_MS)
  }
}

/** Replaces a stale lock unless another process does. */
function takeOver(path: string, content: LockContent): boolean {
  const takeover = `${path}.takeover`
  if (take(takeover, content)) return false
  try {
    if (inspect(path).state !== 'stale') return false
    replace(path, content)
    return true
  } finally {
    rmSync(takeover, { force: true })
  }
}

/** Writes a lock file that does not exist yet; only its owner may read the token in it. */
function create(path: string, content: LockContent): boolean {
  try {
    writeFileSync(path, JSON.stringify(content), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Changes a lock that this process holds, or a stale one, in one step. */
export function replace(path: string, content: LockContent): void {
  const next = `${path}.${content.nonce}`
  writeFileSync(next, JSON.stringify(content), { mode: 0o600 })
  renameSync(next, path)
}

/** Removes a lock file if it is still this one. */
export function drop(path: string, { nonce }: LockContent): void {
  const found = inspect(path)
  if ('content' in found && found.content?.nonce === nonce) rmSync(path, { force: true })
}

const stuck = (path: string): AppError =>
  new AppError(
    'workspace.locked',
    `${path} belongs to a process that is gone, and another one has been about to replace it for ${PATIENCE_MS / 1000} s. ` +
      'If no other Anneal is running, delete this file and the ones whose names begin like it',
    { field: 'data', got: path },
  )

const pause = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
