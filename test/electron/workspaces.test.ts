import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ dialog: {} }))

import type { RunRow } from '../../src/core/domain/run'
import { acquireLock, readHolder } from '../../src/core/storage/lock'
import { argumentsFor, filesAmong, workspaceDir } from '../../src/main/arguments'
import { createGivenFiles } from '../../src/main/given-files'
import { createGrants } from '../../src/main/grants'
import { openPreferences, preferencesIn } from '../../src/main/preferences'
import { parseRecent, rememberWorkspace, withRecent } from '../../src/main/recent-workspaces'
import { createSwitch } from '../../src/main/switch-workspace'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'anneal-workspaces-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the command line', () => {
  it.each([
    [['.', 'a.anneal-bundle'], ['/home/a.anneal-bundle']],
    [['--no-sandbox', 'b/r.recipe.json', '--x=y.json'], ['/home/b/r.recipe.json']],
    [
      ['/tmp/a.yaml', 'c.YML'],
      ['/tmp/a.yaml', '/home/c.YML'],
    ],
    [['--data', 'folder.json', 'a.db', 'anneal://run/a.json', 'anneal'], []],
  ])('%j names the files %j', (args, files) =>
    expect(filesAmong(args, '/home')).toEqual(files.map((file) => resolve('/home', file))),
  )
  it.each([
    [['.'], ['.', '--data', '/w']],
    [
      ['.', '--data', 'old', '--no-sandbox', 'a.json', 'anneal://run/a'],
      ['.', '--no-sandbox', '--data', '/w'],
    ],
    [
      ['--data=old', '--trace-gc'],
      ['--trace-gc', '--data', '/w'],
    ],
  ])('%j becomes that of another workspace: %j', (args, next) => {
    expect(argumentsFor(args, '/w')).toEqual(next)
    expect(workspaceDir(argumentsFor(args, '/w'))).toBe(resolve('/w'))
  })
})

describe('files that the program is given', () => {
  it('wait for a page, go to it as grants, and wait again once it is gone', () => {
    const grants = createGrants(() => 'g')
    const [send, onError] = [vi.fn(), vi.fn()]
    const files = createGivenFiles(grants, { send, onError })
    files.give(['/home/a.json'])
    expect(send).not.toHaveBeenCalled()
    files.connected()
    expect(send).toHaveBeenCalledExactlyOnceWith({ grant: 'g', name: 'a.json', kind: 'spec' })
    expect(grants.redeem('g', 'open')).toBe('/home/a.json')
    files.gone()
    files.give(['/home/b.anneal-bundle'])
    expect(send).toHaveBeenCalledTimes(1)
    files.connected()
    expect(send.mock.lastCall![0]).toMatchObject({ name: 'b.anneal-bundle', kind: 'bundle' })
    expect(onError).not.toHaveBeenCalled()
  })
  it('of another kind are told, and do not keep the next from coming', () => {
    const [send, onError] = [vi.fn(), vi.fn()]
    const files = createGivenFiles(
      createGrants(() => 'g'),
      { send, onError },
    )
    files.connected()
    files.give(['/home/a.txt', '/home/a.json'])
    expect(onError.mock.lastCall![0].message).toContain('a.txt is neither a bundle')
    expect(send).toHaveBeenCalledTimes(1)
  })
})

describe('workspaces that were open', () => {
  it('are listed once, newest first, and no more than ten', () => {
    expect(withRecent(['/a', '/b'], '/b')).toEqual(['/b', '/a'])
    const many = Array.from({ length: 30 }, (_, i) => `/${i}`).reduce(withRecent, [] as string[])
    expect([many.length, many[0], many[9]]).toEqual([10, '/29', '/20'])
  })
  it.each(['', '{}', 'null', '[1, null, ""]', `["${'x'.repeat(5000)}"]`])('are none in %j', (text) =>
    expect(parseRecent(text)).toEqual([]),
  )
  it('are remembered over starts, marked when they are gone, and cleared but for the open one', () => {
    const file = join(folder, 'config', 'recent.json')
    const [a, b] = [join(folder, 'a'), join(folder, 'b')]
    for (const dir of [a, b]) mkdirSync(dir)
    const onError = vi.fn()
    rememberWorkspace(file, a, onError)
    const recent = rememberWorkspace(file, b, onError)
    expect(recent.others()).toEqual([{ dir: a, missing: false }])
    rmSync(a, { recursive: true })
    expect(recent.others()).toEqual([{ dir: a, missing: true }])
    recent.clear()
    expect(recent.others()).toEqual([])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([b])
    expect(onError).not.toHaveBeenCalled()
  })
  it('cost nothing but themselves where they cannot be kept', () => {
    writeFileSync(join(folder, 'file'), '')
    const onError = vi.fn()
    expect(rememberWorkspace(join(folder, 'file', 'recent.json'), '/a', onError).others()).toEqual([])
    expect(onError).toHaveBeenCalledTimes(1)
  })
})

describe('opening another workspace', () => {
  function opening(answer: boolean, live: RunRow[] = []) {
    const told = { say: vi.fn(async () => {}), ask: vi.fn(async () => answer), restart: vi.fn() }
    const open = createSwitch({ current: '/here', live: () => live, holderOf: readHolder, ...told })
    return { ...told, open }
  }
  const run = { id: 'a', status: 'running' } as RunRow

  it('starts again with it where nothing speaks against it', async () => {
    const { open, restart, ask, say } = opening(false)
    await open(folder)
    expect(restart).toHaveBeenCalledExactlyOnceWith(folder)
    expect([ask.mock.calls, say.mock.calls]).toEqual([[], []])
  })
  it('does nothing for the one that is open', async () => {
    const { open, restart } = opening(true)
    await open('/here')
    expect(restart).not.toHaveBeenCalled()
  })
  it.each([true, false])('asks while something trains, and does what is answered: %s', async (answer) => {
    const { open, restart, ask } = opening(answer, [run])
    await open(folder)
    expect(ask).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ message: '1 run trains or waits in this workspace', cancelId: 1 }),
    )
    expect(restart.mock.calls).toEqual(answer ? [[folder]] : [])
  })
  it('names who holds it, and changes nothing', async () => {
    const lock = acquireLock(folder, 'serve')
    lock.announce('http://127.0.0.1:4242', 'secret')
    const { open, restart, say } = opening(true, [run])
    await open(folder)
    lock.release()
    expect(restart).not.toHaveBeenCalled()
    const [{ detail }] = say.mock.lastCall as unknown as [{ detail: string }]
    expect(detail).toContain(`anneal serve (process ${process.pid}), which answers at http://127.0.0.1:4242`)
    expect(detail).not.toContain('secret')
  })
})

describe('what main knows of the settings', () => {
  it.each([
    [
      { theme: 'dark', pauseOnBattery: true },
      { theme: 'dark', pauseOnBattery: true },
    ],
    [{ theme: 'pink', pauseOnBattery: 1, more: 2 }, {}],
    [null, {}],
    ['dark', {}],
  ])('of %j: %j', (given, known) => expect(preferencesIn(given)).toEqual(known))
  it('is kept for the next start, and written only when it changes', () => {
    const file = join(folder, 'preferences.json')
    const fail = (error: unknown) => expect.unreachable(String(error))
    const preferences = openPreferences(file, fail)
    preferences.change({ theme: 'system' })
    expect(existsSync(file)).toBe(false)
    expect(preferences.change({ theme: 'dark' })).toEqual({ theme: 'dark', pauseOnBattery: false })
    expect(openPreferences(file, fail).current().theme).toBe('dark')
    writeFileSync(file, 'broken')
    expect(openPreferences(file, fail).current()).toEqual({ theme: 'system', pauseOnBattery: false })
  })
})
