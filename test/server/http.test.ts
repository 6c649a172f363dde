import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decode } from '../../src/core/api/codec'
import type { Core } from '../../src/core/create-core'
import { AppError, parseError } from '../../src/core/domain/errors'
import { serve, type Serving } from '../../src/server/http'
import { SECURITY_HEADERS } from '../../src/server/security-headers'
import { temporaryCore, TOKEN } from '../api/cores'
import { rawRequest } from './raw-request'

let core: Core
let server: Serving
let port: number
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Anneal</title>')
  writeFileSync(join(folder, 'assets', 'main-Ab3_x-9Z.js'), 'export {}')
  core = await temporaryCore()
  server = await serve({ api: core.api, port: 0, rendererDir: folder, token: TOKEN })
  port = Number(new URL(server.address).port)
})
afterAll(async () => {
  await server.close()
  await core.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A request with raw headers; the connection ends with the answer. */
const request = (line: string, headers: string[], body = '') =>
  rawRequest(port, [line, ...headers, 'Connection: close', '', body].join('\r\n'))
const host = () => `Host: 127.0.0.1:${port}`
const bearer = `Authorization: Bearer ${TOKEN}`
const call = (method: string, body: string, headers: string[] = []) =>
  request(
    `POST /api/call/${method} HTTP/1.1`,
    [host(), bearer, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, ...headers],
    body,
  )
const codeOf = (body: string) => parseError(JSON.parse(body)).code

describe('the address', () => {
  it('is on loopback, with the token in the fragment, which is never sent', () => {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(server.url).toBe(`${server.address}/#token=${TOKEN}`)
  })
  it('that is taken is named, with what to do', async () => {
    const error = await serve({ api: core.api, port, rendererDir: folder, token: TOKEN }).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({
      code: 'server.port',
      message: `Port ${port} on 127.0.0.1 is taken by another program`,
    })
    expect((error as AppError).details.hint).toMatch(/--port/)
  })
  it('that is not of this machine is named', async () => {
    const options = { api: core.api, port: 0, rendererDir: folder, token: TOKEN }
    await expect(serve({ ...options, host: '192.0.2.1' })).rejects.toMatchObject({
      code: 'server.port',
      message: '192.0.2.1 is no address of this machine',
    })
  })
  it('is free again after closing, with open event streams and connections', async () => {
    const other = await serve({ api: core.api, port: 0, rendererDir: folder, token: TOKEN })
    const stream = await fetch(`${other.address}/api/events`, { headers: { Authorization: `Bearer ${TOKEN}` } })
    expect(stream.status).toBe(200)
    await other.close()
    const again = createServer().listen(Number(new URL(other.address).port), '127.0.0.1')
    await new Promise((resolve, reject) => again.once('listening', resolve).once('error', reject))
    await new Promise((resolve) => again.close(resolve))
  })
  it('is not served with a token that can be guessed', async () => {
    await expect(serve({ api: core.api, port: 0, rendererDir: folder, token: 'short' })).rejects.toThrow(/token/)
  })
})

describe('the page', () => {
  it('needs no token and comes with the strict policy', async () => {
    const answer = await request('GET / HTTP/1.1', [host()])
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('<title>Anneal</title>')
    expect(answer.headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
  })
  it('is the same for a place inside of it', async () => {
    expect((await request('GET /runs/k3v9 HTTP/1.1', [host()])).body).toContain('<title>Anneal</title>')
  })
  it('answers HEAD without a body, and nothing but GET and HEAD', async () => {
    const head = await request('HEAD / HTTP/1.1', [host()])
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '36'])
    expect((await request('POST / HTTP/1.1', [host(), 'Content-Length: 0'])).status).toBe(405)
    expect((await request('DELETE /index.html HTTP/1.1', [host()])).status).toBe(405)
  })
  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/..%2f..%2fetc/passwd',
    '/assets/..%5c..%5cx',
    '/assets/%00.js',
  ])('does not give %s', async (target) => {
    const answer = await request(`GET ${target} HTTP/1.1`, [host()])
    expect(answer.status).toBe(404)
    expect(answer.body).not.toContain('root:')
  })
})

describe('every answer, also a refusal', () => {
  it.each([
    ['the page', () => request('GET / HTTP/1.1', [host()])],
    ['an asset', () => request('GET /assets/main-Ab3_x-9Z.js HTTP/1.1', [host()])],
    ['a missing file', () => request('GET /nothing.js HTTP/1.1', [host()])],
    ['a foreign Host', () => request('GET / HTTP/1.1', ['Host: evil.example'])],
    ['a call', () => call('runs.list', '{}')],
    ['a wrong call', () => call('runs.list', '{"limit":-1}')],
    ['no token', () => request('POST /api/call/runs.list HTTP/1.1', [host()])],
    ['a question before a foreign call', () => request('OPTIONS /api/call/runs.list HTTP/1.1', [host(), bearer])],
  ])('to %s carries the security headers and no CORS header', async (_, ask) => {
    const { headers } = await ask()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(headers[name.toLowerCase()]).toBe(value)
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('the Host header', () => {
  it.each<[string, () => string[], number]>([
    ['right', () => [host()], 200],
    ['right, as localhost', () => [`Host: localhost:${port}`], 200],
    ['missing', () => [], 403],
    ['empty', () => ['Host:'], 403],
    ['foreign', () => ['Host: evil.example'], 403],
    ['foreign with our port', () => [`Host: evil.example:${port}`], 403],
    ['without port', () => ['Host: 127.0.0.1'], 403],
    ['all addresses', () => [`Host: 0.0.0.0:${port}`], 403],
    ['IPv6', () => [`Host: [::1]:${port}`], 403],
    ['with a trailing dot', () => [`Host: localhost.:${port}`], 403],
    ['double, both right', () => [host(), host()], 403],
    ['double, one foreign', () => [host(), 'Host: evil.example'], 403],
  ])('%s', async (_, headers, status) => {
    expect((await request('GET / HTTP/1.1', headers())).status).toBe(status)
    const asCall = [...headers(), bearer, 'Content-Type: application/json', 'Content-Length: 2']
    expect((await request('POST /api/call/app.info HTTP/1.1', asCall, '{}')).status).toBe(status)
  })
  it('is needed by HTTP/1.0 too', async () => {
    expect((await request('GET / HTTP/1.0', [])).status).toBe(403)
  })
  it('is not replaced by a full address in the request line', async () => {
    expect((await request(`GET http://127.0.0.1:${port}/ HTTP/1.1`, [host()])).status).toBe(400)
  })
})

describe('a call', () => {
  it('is answered in the binary form, asked in JSON', async () => {
    const response = await fetch(`${server.address}/api/call/app.info`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
      body: '{}',
    })
    expect(response.headers.get('content-type')).toBe('application/x-anneal')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(decode(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ runs: 0 })
  })
  it.each([
    ['JSON cut short', '{"limit":', 400, 'input.invalid'],
    ['no JSON', 'limit=1', 400, 'input.invalid'],
    ['another type than the method takes', '[]', 400, 'input.invalid'],
    ['a mark that means nothing', '{"$":["f64",0,1]}', 400, 'input.invalid'],
    ['nesting without end', '['.repeat(100_000) + ']'.repeat(100_000), 400, 'input.invalid'],
    ['a polluting field', '{"__proto__":{"limit":1}}', 400, 'input.invalid'],
  ])('with %s is refused and leaves the server standing', async (_, body, status, code) => {
    const answer = await call('runs.list', body)
    expect([answer.status, codeOf(answer.body)]).toEqual([status, code])
    expect(({} as Record<string, unknown>).limit).toBeUndefined()
    expect((await call('runs.list', '{}')).status).toBe(200)
  })
  it('with bytes that are no message is refused', async () => {
    for (const bytes of [[], [1], [255, 255, 255, 255], [2, 0, 0, 0, 0x7b, 0xff]]) {
      const head = `POST /api/call/runs.list HTTP/1.1\r\n${host()}\r\n${bearer}\r\nConnection: close\r\nContent-Type: application/x-anneal\r\nContent-Length: ${bytes.length}\r\n\r\n`
      const answer = await rawRequest(port, head, Uint8Array.from(bytes))
      expect([answer.status, codeOf(answer.body)]).toEqual([400, 'input.invalid'])
    }
  })
  it('that says it is too large is refused before its body is read', async () => {
    const answer = await request('POST /api/call/runs.list HTTP/1.1', [
      host(),
      bearer,
      'Content-Type: application/json',
      `Content-Length: ${2 ** 20 + 1}`,
    ])
    expect([answer.status, codeOf(answer.body)]).toEqual([413, 'request.tooLarge'])
  })
  it('that grows too large without saying so is cut off', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const head = `POST /api/call/runs.list HTTP/1.1\r\n${host()}\r\n${bearer}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`
    const answer = await rawRequest(port, head, ...Array<string>(20).fill(chunk), '0\r\n\r\n')
    expect([answer.status, codeOf(answer.body)]).toEqual([413, 'request.tooLarge'])
  })
  it('just below the limit is read', async () => {
    const answer = await call('runs.list', JSON.stringify({ filter: 'x'.repeat(2 ** 20 - 100) }))
    expect([answer.status, codeOf(answer.body)]).toEqual([400, 'input.invalid'])
    expect(JSON.parse(answer.body).message).toContain('at most 4096 characters')
  })
  it.each([
    ['GET /api/call/runs.list', [bearer], 405],
    ['OPTIONS /api/call/runs.list', [bearer], 405],
    ['POST /api/events', [bearer], 405],
    ['GET /api/nothing', [bearer], 404],
    ['POST /api/call/', [bearer, 'Content-Type: application/json', 'Content-Length: 0'], 404],
    ['POST /api/call/..%2f..%2fx', [bearer, 'Content-Type: application/json', 'Content-Length: 0'], 404],
    ['POST /api/call/%zz', [bearer, 'Content-Type: application/json', 'Content-Length: 0'], 404],
    ['GET /api/events', [], 401],
    ['GET /api/events?token=x', [], 401],
    ['GET /api/events', [bearer, 'Origin: http://evil.example'], 403],
    ['GET /api/events', [bearer, 'Sec-Fetch-Site: same-site'], 403],
    ['POST /api/call/runs.list', [bearer, 'Sec-Fetch-Site: cross-site'], 403],
    ['POST /api/call/runs.list', [bearer, 'Content-Type: text/plain', 'Content-Length: 2'], 415],
  ])('%s %j: %d', async (line, headers, status) => {
    expect((await request(`${line} HTTP/1.1`, [host(), ...headers])).status).toBe(status)
  })
  it('with broken HTTP ends only its own connection', async () => {
    expect((await rawRequest(port, 'NONSENSE\r\n\r\n')).status).toBe(400)
    expect((await rawRequest(port, `GET / HTTP/1.1\r\n${host()}\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)).status).toBe(431)
    expect((await call('runs.list', '{}')).status).toBe(200)
  })
})
