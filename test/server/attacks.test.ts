import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Core } from '../../src/core/create-core'
import { serve, type Serving } from '../../src/server/http'
import { MAX_HEADER_BYTES, type ServerLimits } from '../../src/server/limits'
import { temporaryCore, TOKEN } from '../api/cores'
import { HOSTILE_PATHS } from './hostile-paths'
import { rawRequest } from './raw-request'

const SECRET = 'what-nobody-may-read'
let folder: string
let core: Core
let server: Serving
let port: number
/** Methods that reached the core. */
let reached: string[] = []

const served = (limits: Partial<ServerLimits> = {}) =>
  serve({
    api: { ...core.api, call: (method, ...rest) => (reached.push(method), core.api.call(method, ...rest)) },
    port: 0,
    rendererDir: join(folder, 'page'),
    token: TOKEN,
    limits,
  })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-attack-'))
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), SECRET)
  writeFileSync(join(folder, 'page', '.hidden.txt'), SECRET)
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'page', 'assets', 'large.js'), ' '.repeat(2 ** 25))
  core = await temporaryCore()
  server = await served()
  port = portOf(server)
})
afterAll(async () => {
  await server.close()
  await core.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => (reached = []))

const portOf = ({ address }: Serving) => Number(new URL(address).port)
const bearer = `Authorization: Bearer ${TOKEN}`
const host = (at = port) => `Host: 127.0.0.1:${at}`
const lines = (...all: string[]) => all.join('\r\n')
const callHead = (length: number | string, at = port) =>
  lines(
    'POST /api/call/app.info HTTP/1.1',
    host(at),
    bearer,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    '',
    '',
  )
/** What an honest client is told meanwhile. */
const stillServes = async (from = server) => {
  const asked = await fetch(`${from.address}/api/call/app.info`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
    body: '{}',
  })
  return asked.status
}
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((found) => Number(found[1]))

describe('a path that leads out of the page', () => {
  // In a request line a space ends the path.
  it.each(HOSTILE_PATHS.filter((path) => path === path.trim()))(
    '%j gives nothing away over a raw socket',
    async (path) => {
      for (const method of ['GET', 'HEAD']) {
        const answer = await rawRequest(port, lines(`${method} ${path} HTTP/1.1`, host(), 'Connection: close', '', ''))
        expect(answer.status).toBeOneOf([400, 403, 404])
        expect(answer.text).not.toContain(SECRET)
      }
      expect(reached).toEqual([])
    },
  )
})

describe('a request that two readers would read in two ways', () => {
  const body = '{}'
  it.each<[string, () => string]>([
    ['two lengths', () => callHead('2\r\nContent-Length: 40')],
    ['a length and chunks', () => callHead('2\r\nTransfer-Encoding: chunked')],
    ['a length that is a list', () => callHead('2, 2')],
    ['a negative length', () => callHead('-2')],
    ['a length with a sign', () => callHead('+2')],
    ['a length in hexadecimal', () => callHead('0x2')],
    ['a space before a colon', () => callHead('2\r\nX-A : b')],
    ['a header that goes on in the next line', () => callHead('2\r\nX-A: b\r\n c: d')],
    ['a header without a colon', () => callHead('2\r\nnothing')],
    ['a zero byte in a header', () => callHead('2\r\nX-A: \0')],
    [
      'chunks of a wrong size',
      () => callHead('2').replace('Content-Length: 2', 'Transfer-Encoding: chunked') + 'zz\r\n',
    ],
    [
      'another coding behind chunks',
      () => callHead('2').replace('Content-Length: 2', 'Transfer-Encoding: chunked, gzip'),
    ],
    ['no version', () => lines('GET /', '', '')],
    ['a version that is none', () => lines('GET / HTTP/9.9', host(), '', '')],
    ['HTTP/2', () => lines('PRI * HTTP/2.0', '', 'SM', '', '')],
    ['a method that is none', () => lines('GE\tT / HTTP/1.1', host(), '', '')],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
    ['a tunnel', () => lines('CONNECT 127.0.0.1:22 HTTP/1.1', host(), '', '')],
  ])('(%s) is refused, and its connection ends', async (_, head) => {
    const answer = await rawRequest(port, head(), body)
    expect(answer.status).toBeOneOf([0, 400, 403, 404, 405, 501, 505])
    expect(reached).toEqual([])
    expect(await stillServes()).toBe(200)
  })

  it('(an upgrade to a WebSocket) is answered like any other, and nothing is upgraded', async () => {
    const upgrade = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAA',
    ]
    const answer = await rawRequest(port, lines('GET /api/events HTTP/1.1', host(), ...upgrade, '', ''))
    expect([answer.status, reached]).toEqual([401, []])
  })
})

describe('pipelined requests', () => {
  it('are answered in order', async () => {
    const one = callHead(2) + '{}'
    const last = lines('GET /nothing.js HTTP/1.1', host(), 'Connection: close', '', '')
    expect(statuses((await rawRequest(port, one + one + last)).text)).toEqual([200, 200, 404])
    expect(reached).toEqual(['app.info', 'app.info'])
  })
  it('behind one that is refused are not read: its body may look like them', async () => {
    const inner = callHead(2) + '{}'
    const foreign = callHead(inner.length).replace(host(), 'Host: evil.example')
    expect(statuses((await rawRequest(port, foreign + inner)).text)).toEqual([403])
    expect(reached).toEqual([])
  })
})

describe('a flood', () => {
  it('of headers is refused by its size', async () => {
    const flood = 'X-A: b\r\n'.repeat(MAX_HEADER_BYTES / 4)
    const answer = await rawRequest(port, lines('GET / HTTP/1.1', host(), flood + 'Connection: close', '', ''))
    expect([answer.status, await stillServes()]).toEqual([431, 200])
  })
  it('of short headers does not hide a second Host', async () => {
    const flood = 'a:\r\n'.repeat(3000)
    const answer = await rawRequest(port, callHead(2).replace(bearer, `${flood}Host: evil.example\r\n${bearer}`), '{}')
    expect([answer.status, reached]).toEqual([403, []])
  })
  it('of a long request line is refused', async () => {
    const answer = await rawRequest(port, lines(`GET /${'a'.repeat(MAX_HEADER_BYTES)} HTTP/1.1`, host(), '', ''))
    expect(answer.status).toBe(431)
  })
  it('of connections is cut at the limit, and others are served once they are gone', async () => {
    const small = await served({ connections: 4 })
    const held = await Promise.all([...Array<null>(4)].map(() => opened(portOf(small))))
    expect(await ended(connect(portOf(small), '127.0.0.1'))).toBe('')
    const gone = held.map((socket) => ended(socket))
    held.forEach((socket) => socket.end())
    await Promise.all(gone)
    expect(await stillServes(small)).toBe(200)
    await small.close()
  })
})

describe('a client that is slow on purpose', () => {
  const slow = { headersMs: 50, requestMs: 100, checkMs: 20 }
  it.each([
    ['says nothing', ''],
    ['stays within its first line', 'GET / HT'],
    ['stays within its headers', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b'],
  ])('and %s is cut off', async (_, sent) => {
    const impatient = await served(slow)
    const socket = connect(portOf(impatient), '127.0.0.1')
    socket.write(sent)
    expect(statuses(await ended(socket))).toEqual([408])
    expect(reached).toEqual([])
    expect(await stillServes(impatient)).toBe(200)
    await impatient.close()
  })
  it('and stays within its body is cut off, and the core is not asked', async () => {
    const impatient = await served(slow)
    const socket = connect(portOf(impatient), '127.0.0.1')
    socket.write(callHead(1000, portOf(impatient)) + '{')
    await ended(socket)
    expect(reached).toEqual([])
    await impatient.close()
  })
  it('and does not take its answer is cut off', async () => {
    const impatient = await served({ stallMs: 50, connections: 1 })
    const socket = await opened(portOf(impatient))
    socket.pause()
    socket.write(lines('GET /assets/large.js HTTP/1.1', host(portOf(impatient)), '', ''))
    // There is room for one: an honest client is served once it is gone. What the kernel holds of it is less than all.
    while ((await stillServes(impatient).catch(() => 0)) !== 200);
    const received = await ended(socket.resume())
    expect(statuses(received)).toEqual([200])
    expect(received.length).toBeLessThan(2 ** 25)
    await impatient.close()
  })
})

const opened = (at: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(at, '127.0.0.1', () => resolve(socket)).on('error', reject)
  })

/** All that a connection receives until the other side ends it. */
const ended = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    const received: Buffer[] = []
    socket.on('data', (piece: Buffer) => received.push(piece))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(received).toString('latin1')))
  })
