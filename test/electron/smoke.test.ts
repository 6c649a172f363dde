import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { acquireLock } from '../../src/core/storage/lock'
import { openWorkspace } from '../../src/core/storage/open'
import { BRIDGE } from './bridge'
import { buildMain } from './compat/build-main'
import { electron22 } from './electron22'
import { type ElectronApp, launch, ROOT } from './launch'
import { SHORT_RUN } from './short-run'
import { watchPage, type Watched } from './watch-page'

const { path: electron, reason } = electron22()
const patiently = { timeout: 50_000, interval: 50 }

describe.skipIf(reason !== null)(`the window in a real Electron 22${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-window-'))
  const data = join(folder, 'workspace')
  const netLog = join(folder, 'net.json')
  let app: ElectronApp
  let page: ElectronApp['page']
  let seen: Watched

  const text = () => page.evaluate<string>('document.body.innerText')
  const showsText = (part: string | RegExp) => vi.waitFor(async () => expect(await text()).toMatch(part), patiently)

  beforeAll(async () => {
    expect(existsSync(join(ROOT, 'out/renderer/index.html')), 'run "npm run build" first').toBe(true)
    seedRun(data)
    app = await launch({ electron, main: await buildMain(join(folder, 'main')), data, netLog })
    page = app.page
    seen = await watchPage(page)
  })
  afterAll(async () => {
    await app?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  it('opens on its own page and draws the list of runs from the core', async () => {
    await showsText('seeded run')
    expect(await page.evaluate('location.origin + location.pathname')).toBe('app://anneal/index.html')
    expect(await page.evaluate(`document.querySelectorAll('[role=row]').length`)).toBe(2)
    expect(await text()).toContain('1 of 1 runs')
  })

  it('gives the page nothing of Node and five functions of ours', async () => {
    const types = `['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron'].map((name) => typeof globalThis[name])`
    expect(new Set(await page.evaluate<string[]>(types))).toEqual(new Set(['undefined']))
    expect(await page.evaluate('Object.getOwnPropertyNames(window.anneal)')).toEqual(BRIDGE)
  })

  it('reloads, and draws the list again over a new port', async () => {
    await page.evaluate('globalThis.before = true')
    await page.evaluate('location.reload()')
    await vi.waitFor(async () => expect(await page.evaluate('globalThis.before')).toBe(undefined), patiently)
    await showsText('seeded run')
  })

  it('trains a short run from the form to the end', async () => {
    await page.evaluate(`location.hash = '#/new-run?from=seeded'`)
    const start = `[...document.querySelectorAll('button:enabled')].find(({ innerText }) => innerText.includes('Start run'))`
    await vi.waitFor(async () => {
      const names = await page.evaluate(`[...document.querySelectorAll('input')].map(({ value }) => value)`)
      expect(names).toContain('seeded run')
      expect(await page.evaluate(`Boolean(${start})`)).toBe(true)
    }, patiently)
    await page.evaluate(`${start}.click()`)
    await vi.waitFor(async () => expect(await page.evaluate('location.hash')).toMatch(/^#\/runs\/./), patiently)
    await showsText('Finished')
    expect(await page.evaluate(`document.querySelectorAll('canvas').length`)).toBeGreaterThan(0)
  })

  it('starts a core that was killed again, says so, and goes on', async () => {
    const { pid } = JSON.parse(readFileSync(join(data, 'anneal.lock'), 'utf8')) as { pid: number }
    process.kill(pid, 'SIGKILL')
    await showsText('The core ended unexpectedly')
    await page.evaluate(`location.hash = '#/runs'`)
    await showsText('2 of 2 runs')
  })

  it('broke no policy and logged no error in all that', () => {
    expect(seen.complaints).toEqual([])
  })

  it('sends every file with the strict content security policy', async () => {
    const headers = await page.evaluate<Record<string, string>>(
      `fetch('index.html').then(({ headers }) => Object.fromEntries(headers))`,
    )
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/)
    expect(headers['content-security-policy']).not.toContain('unsafe')
    expect(await page.evaluate(`fetch('missing.js').then(({ status }) => status)`)).toBe(404)
    expect(await page.evaluate(`fetch('index.html', { method: 'POST' }).then(({ status }) => status)`)).toBe(405)
  })

  it.each(['https://example.com/', 'app://evil/index.html'])('refuses to go to %s', async (url) => {
    await page.evaluate('globalThis.stillHere = true')
    const at = await page.evaluate('location.href')
    const tried = seen.navigationEnds()
    await page.evaluate(`location.href = ${JSON.stringify(url)}`)
    await tried
    expect(await page.evaluate('[location.href, globalThis.stillHere]')).toEqual([at, true])
  })

  it('opens no second window', async () => {
    expect(await page.evaluate(`window.open('https://example.com/')`)).toBe(null)
    expect(await page.evaluate(`window.open('index.html')`)).toBe(null)
    expect(await app.pages()).toHaveLength(1)
  })

  it('asked nobody but itself, whatever was tried', async () => {
    await expect(page.evaluate(`fetch('https://example.com/')`)).rejects.toThrow('Failed to fetch')
    expect(seen.requests.length).toBeGreaterThan(5)
    expect(seen.requests.filter((url) => !url.startsWith('app://anneal/'))).toEqual([])
    // The watch is awake: it has heard of what was refused just now.
    await vi.waitFor(() => expect(seen.complaints.join()).toMatch(/404.*405.*Content Security Policy/), patiently)
  })

  it('ends in order when it is closed: the workspace is free, the run is whole', async () => {
    await page.evaluate('window.close()').catch(() => {})
    expect(await app.ended).toBe(0)
    expect(existsSync(join(data, 'anneal.lock'))).toBe(false)
    const storage = openWorkspace(data, { now: Date.now })
    const rows = storage.runs.all()
    const trained = rows.find(({ id }) => id !== 'seeded')!
    expect(trained.status).toBe('finished')
    expect(storage.metrics.series(trained.id, 'train/loss').steps).toHaveLength(60)
    storage.close()
  })

  it('says on the terminal too why a workspace cannot be opened', async () => {
    const lock = acquireLock(data, 'cli')
    const second = await launch({
      electron,
      main: join(folder, 'main', 'main.cjs'),
      data,
      netLog: join(folder, 'second.json'),
    })
    try {
      await vi.waitFor(() => expect(second.output()).toMatch(/^Error: .* is in use by an anneal command/m), patiently)
    } finally {
      await second.dispose()
      lock.release()
    }
  })

  it('left nothing in Chromium’s own network log: no dictionary, no update, no name looked up', () => {
    const { constants, events } = JSON.parse(readFileSync(netLog, 'utf8')) as {
      constants: { logEventTypes: Record<string, number> }
      events: { type: number; params?: { url?: string; host?: string } }[]
    }
    const types = ['URL_REQUEST_START_JOB', 'HOST_RESOLVER_MANAGER_JOB', 'TCP_CONNECT', 'QUIC_SESSION']
    const numbers = types.map((name) => constants.logEventTypes[name])
    expect(events.length).toBeGreaterThan(0)
    expect(numbers.every(Number.isInteger)).toBe(true)
    expect(events.filter(({ type }) => numbers.includes(type)).map(({ params }) => params)).toEqual([])
  })
})

/** A workspace with one run that was stopped before its first update; the form copies its settings. */
function seedRun(dir: string): void {
  const storage = openWorkspace(dir, { now: Date.now })
  const now = Date.now()
  storage.runs.create({
    id: 'seeded',
    spec: parseRunSpec({ ...SHORT_RUN, name: 'seeded run' }),
    name: 'seeded run',
    totalSteps: 60,
    peakLr: 0.2,
    createdAt: now,
  })
  storage.runs.setStatus('seeded', 'running', { startedAt: now })
  storage.runs.setStatus('seeded', 'stopped', { endedAt: now })
  storage.close()
}
