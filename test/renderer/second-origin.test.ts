import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Core } from '../../src/core/create-core'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { serve, type Serving } from '../../src/server/http'
import { SPEC, temporaryCore, TOKEN } from '../api/cores'
import { launchChromium, noChromium } from './browser'
import { attack } from './foreign-page'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const FILES = {
  'index.html': '<!doctype html><title>Anneal</title><body>secret of the page<script src="/main.js"></script>',
  'main.js': 'addEventListener("message", ({ source }) => source.postMessage("secret of the page", "*"))',
  'main.css': 'body { color: red }',
  'mark.png': Buffer.from(PNG, 'base64'),
}

describe.skipIf(noChromium)('a page of another origin', () => {
  let folder: string
  let core: Core
  let anneal: Serving
  let foreign: Server
  let browser: Browser
  let reached: string[] = []
  let ports: { anneal: number; foreign: number }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'anneal-origins-'))
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
    core = await temporaryCore()
    const spec = parseRunSpec(SPEC)
    core.storage.runs.create({ id: 'victim01', name: 'secret run', spec, totalSteps: 50, peakLr: 0.4, createdAt: 1 })
    core.storage.runs.setStatus('victim01', 'stopped', { endedAt: 2 })
    const api = {
      ...core.api,
      call: (...of: Parameters<Core['api']['call']>) => (reached.push(of[0]), core.api.call(...of)),
    }
    anneal = await serve({ api, port: 0, rendererDir: folder, token: TOKEN })
    // No policy of its own, so that nothing but Anneal keeps it from what it tries.
    foreign = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' })
      response.end('<!doctype html><title>foreign</title><body>')
    })
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
    ports = { anneal: Number(new URL(anneal.address).port), foreign: (foreign.address() as AddressInfo).port }
    browser = await launchChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1', '--disable-popup-blocking'])
  })
  afterAll(async () => {
    await browser?.close()
    await new Promise((resolve) => foreign.close(resolve))
    await anneal.close()
    await core.close()
    rmSync(folder, { recursive: true, force: true })
  })
  beforeEach(() => (reached = []))

  const state = () => JSON.stringify([core.storage.runs.all(), core.storage.views.list('runs'), core.storage.check()])

  const attackFrom = async (page: string, victim: string) => {
    const context = await browser.newContext()
    const opened = await context.newPage()
    try {
      await opened.goto(page)
      return await opened.evaluate(attack, { victim, token: TOKEN })
    } finally {
      await context.close()
    }
  }

  it.each([
    ['localhost', '127.0.0.1'],
    ['127.0.0.1', 'localhost'],
    ['localhost', 'localhost'],
    ['127.0.0.1', '127.0.0.1'],
    ['evil.example', '127.0.0.1'],
    ['evil.example', 'evil.example'],
  ])(
    'on another port of %s reads nothing from %s and changes nothing, though it knows the token',
    async (own, victim) => {
      const before = state()
      const attempts = await attackFrom(`http://${own}:${ports.foreign}/`, `http://${victim}:${ports.anneal}`)
      expect(attempts.length).toBeGreaterThan(60)
      expect(attempts.filter(({ read }) => read !== '')).toEqual([])
      expect(reached).toEqual([])
      expect(state()).toBe(before)
    },
  )

  it('that a foreign name leads to Anneal itself (DNS rebinding) is of Anneal’s port, and gets nothing either', async () => {
    const page = await browser.newPage()
    const answer = await page.goto(`http://evil.example:${ports.anneal}/`)
    expect([answer!.status(), (await page.content()).includes('secret of the page')]).toEqual([403, false])
    const statuses = await page.evaluate(async (token) => {
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
      const ask = (path: string, init?: RequestInit) => fetch(path, init).then(({ status }) => status)
      return [
        await ask('/'),
        await ask('/main.js'),
        await ask('/api/events', { headers }),
        await ask('/api/call/runs.list', { method: 'POST', headers, body: '{}' }),
      ]
    }, TOKEN)
    await page.close()
    expect([statuses, reached]).toEqual([[403, 403, 403, 403], []])
  })

  it('is kept out by what Anneal says, not by the attempts: the own page reads and changes', async () => {
    const attempts = await attackFrom(`${anneal.address}/`, anneal.address)
    const read = new Set(attempts.filter((one) => one.read !== '').map(({ name }) => name))
    for (const name of [
      'XMLHttpRequest',
      'POST application/json cors with the token',
      'img /mark.png',
      'script /main.js',
    ])
      expect(read).toContain(name)
    expect(read).toContain(`GET ${anneal.address}/ cors`)
    expect(reached.length).toBeGreaterThan(0)
    expect(core.storage.runs.get('victim01').hidden).toBe(true)
  })
})
