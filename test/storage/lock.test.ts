import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/domain/errors'
import { acquireLock, readHolder } from '../../src/core/storage/lock'
import { startTimeOf } from '../../src/core/storage/process-identity'
import { startChild } from './support/child'
import { newFolder } from './support/workspace'

const lockFile = (dir: string) => join(dir, 'anneal.lock')

const refusal = (action: () => unknown): AppError => {
  try {
    action()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

/** A lock as a process that is gone left it. */
const leave = (dir: string, pid: number, startTime: string | null) =>
  writeFileSync(
    lockFile(dir),
    JSON.stringify({ pid, startTime, kind: 'app', address: 'http://old', token: 'old', at: 1, nonce: 'old' }),
  )

/** A process that holds the workspace. */
async function startHolder(dir: string) {
  const child = startChild('hold-lock.ts', dir)
  expect(await child.nextLine()).toBe('ready')
  child.tell('0')
  expect(await child.nextLine()).toBe('held')
  return child
}

async function deadPid(): Promise<number> {
  const child = await startHolder(newFolder())
  await child.kill()
  return child.pid
}

describe('the lock of a workspace', () => {
  it('makes the folder, holds it, and lets it go', () => {
    const dir = join(newFolder(), 'new', 'workspace')
    expect(readHolder(dir)).toBe(null)
    const lock = acquireLock(dir, 'cli')
    expect(readHolder(dir)).toEqual({ pid: process.pid, kind: 'cli', address: null, token: null })
    lock.release()
    lock.release()
    expect(readHolder(dir)).toBe(null)
    expect(readdirSync(dir)).toEqual([])
    acquireLock(dir, 'app').release()
  })

  it('announces where a server answers, in a file that only its owner may read', () => {
    const dir = newFolder()
    const lock = acquireLock(dir, 'serve')
    lock.announce('http://127.0.0.1:4000', 'secret')
    expect(readHolder(dir)).toEqual({
      pid: process.pid,
      kind: 'serve',
      address: 'http://127.0.0.1:4000',
      token: 'secret',
    })
    expect(statSync(lockFile(dir)).mode & 0o777).toBe(0o600)
    lock.release()
    expect(existsSync(lockFile(dir))).toBe(false)
  })

  it('is refused to the same process a second time', () => {
    const dir = newFolder()
    const lock = acquireLock(dir, 'cli')
    const error = refusal(() => acquireLock(dir, 'cli'))
    expect(error.code).toBe('workspace.locked')
    expect(error.message).toContain('this same process')
    lock.release()
  })

  it('tells a second process who holds it, where that answers, and what to do', async () => {
    const dir = newFolder()
    const child = await startHolder(dir)
    const error = refusal(() => acquireLock(dir, 'cli'))
    expect(error.code).toBe('workspace.locked')
    expect(error.details.holder).toEqual({ pid: child.pid, kind: 'serve', address: null, token: null })
    expect(error.message).toContain(`anneal serve (process ${child.pid})`)
    expect(error.message).toContain('--data')
    child.tell('end')
    await child.exited
    acquireLock(dir, 'cli').release()
  })

  it('is taken over from a process that was killed', async () => {
    const dir = newFolder()
    const child = await startHolder(dir)
    await child.kill()
    expect(existsSync(lockFile(dir))).toBe(true)
    expect(readHolder(dir)).toBe(null)
    const lock = acquireLock(dir, 'app')
    expect(readHolder(dir)?.pid).toBe(process.pid)
    lock.release()
    expect(readdirSync(dir)).toEqual([])
  })

  it.skipIf(startTimeOf(process.pid) === null)(
    'is taken over where its process number belongs to another process now (needs /proc)',
    () => {
      const dir = newFolder()
      leave(dir, process.pid, 'another start')
      expect(readHolder(dir)).toBe(null)
      acquireLock(dir, 'app').release()
    },
  )

  it('does not belong to its last holder any more once another one has taken it over', () => {
    const dir = newFolder()
    const lock = acquireLock(dir, 'app')
    leave(dir, process.pid, startTimeOf(process.pid))
    lock.release()
    expect(JSON.parse(readFileSync(lockFile(dir), 'utf8')).nonce).toBe('old')
  })

  it('is taken over where a crash left it without content', () => {
    const dir = newFolder()
    writeFileSync(lockFile(dir), '')
    // Young, it could be one that another process is just writing.
    utimesSync(lockFile(dir), 1000, 1000)
    acquireLock(dir, 'app').release()
    expect(readdirSync(dir)).toEqual([])
  })

  it.each(['free', 'left by a dead process', 'left in the middle of a takeover'])(
    'has exactly one winner when eight processes want it at once: %s',
    async (state) => {
      const dir = newFolder()
      if (state !== 'free') leave(dir, await deadPid(), null)
      if (state === 'left in the middle of a takeover')
        writeFileSync(`${lockFile(dir)}.takeover`, readFileSync(lockFile(dir)))
      const contenders = Array.from({ length: 8 }, () => startChild('hold-lock.ts', dir))
      await Promise.all(contenders.map((child) => child.nextLine()))
      const moment = String(Date.now() + 50)
      for (const child of contenders) child.tell(moment)
      const results = await Promise.all(contenders.map((child) => child.nextLine()))
      expect(results.filter((result) => result === 'held')).toHaveLength(1)
      expect(results.filter((result) => result === 'workspace.locked')).toHaveLength(7)
      expect(readHolder(dir)?.pid).toBe(contenders[results.indexOf('held')]!.pid)
      expect(readdirSync(dir)).toEqual(['anneal.lock'])
    },
  )
})
