import { join } from 'node:path'
import { AppError } from '../domain/errors'
import { LOCK_NAME, makeFolder } from './folder'
import { drop, inspect, type LockContent, type LockKind, newContent, replace, take } from './lock-file'
import { guard } from './storage-errors'

/** Who holds a workspace. Address and token are there once a server answers. */
export interface LockHolder {
  pid: number
  kind: LockKind
  address: string | null
  token: string | null
}

/** A workspace held by this process. */
export interface Lock {
  /** Publishes where a server answers and with which token, so that a second process can attach. */
  announce(address: string, token: string): void
  /** Lets the workspace go; safe to call twice. */
  release(): void
}

const holderOf = ({ pid, kind, address, token }: LockContent): LockHolder => ({ pid, kind, address, token })

/**
 * Takes a workspace folder for this process, making the folder where it does not exist. What a dead process left is
 * taken over. Only one process may hold a workspace, and only once.
 *
 * @throws AppError workspace.locked with details.holder, workspace.readonly, workspace.invalid, workspace.full
 */
export function acquireLock(dir: string, kind: LockKind): Lock {
  const folder = makeFolder(dir)
  const path = join(folder, LOCK_NAME)
  let content = newContent(kind)
  const holder = guard(path, () => take(path, content))
  if (holder) throw locked(folder, holderOf(holder))
  let held = true
  return {
    announce(address, token) {
      if (!held) return
      content = { ...content, address, token }
      guard(path, () => replace(path, content))
    },
    release() {
      if (!held) return
      held = false
      guard(path, () => drop(path, content))
    },
  }
}

/** The living holder of a workspace; null where nobody holds it or the folder does not exist. */
export function readHolder(dir: string): LockHolder | null {
  const path = join(dir, LOCK_NAME)
  const found = guard(path, () => inspect(path))
  return found.state === 'held' ? holderOf(found.content) : null
}

/**
 * For what only reads a workspace that nobody may change meanwhile; nothing is written in its folder.
 * @throws AppError workspace.locked
 */
export function refuseHeld(dir: string): void {
  const holder = readHolder(dir)
  if (holder) throw locked(dir, holder)
}

const PROGRAMS: Record<LockKind, string> = { app: 'the Anneal app', serve: 'anneal serve', cli: 'an anneal command' }

/** Who holds a workspace, for people. */
export const holderText = ({ kind, pid, address }: LockHolder): string =>
  `${PROGRAMS[kind]} (process ${pid})${address ? `, which answers at ${address}` : ''}`

function locked(folder: string, holder: LockHolder): AppError {
  const here = holder.pid === process.pid
  const who = here ? 'this same process' : holderText(holder)
  const advice = holder.address
    ? 'Use that one, or end it first'
    : 'Wait until it is done or end it first, or name another folder with --data'
  return new AppError('workspace.locked', `${folder} is in use by ${who}. ${advice}; nothing was changed`, {
    field: 'data',
    got: folder,
    holder,
  })
}
