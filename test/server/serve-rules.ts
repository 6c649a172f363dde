import { expect } from 'vitest'
import { isLoopback } from '../../src/server/guard'
import type { Serving } from '../../src/server/http'
import { SECURITY_HEADERS } from '../../src/server/security-headers'
import { TOKEN } from '../api/cores'
import type { Rule } from '../electron/rule'
import { rawRequest } from './raw-request'

/** The security rules of `anneal serve`, held to a server of one's own page over real sockets. */
export function serveRules(server: () => Serving): Rule[] {
  /** Status of a request to `anneal serve`; each row changes one thing of a good one. */
  async function statusOf(
    change: { line?: string; host?: string; token?: string; more?: string[]; body?: string } = {},
  ) {
    const own = new URL(server().address).host
    const { line = 'POST /api/call/app.info HTTP/1.1', host = `Host: ${own}`, token = TOKEN, body = '{}' } = change
    const more = change.more ?? ['Content-Type: application/json']
    const head = [line, host, `Authorization: Bearer ${token}`, ...more, `Content-Length: ${body.length}`]
    const port = Number(new URL(server().address).port)
    return (await rawRequest(port, [...head, 'Connection: close', '', body].join('\r\n'))).status
  }

  return [
    {
      rule: 'S1',
      says: 'it listens on loopback',
      check: () => expect(isLoopback(new URL(server().address).hostname)).toBe(true),
    },
    {
      rule: 'S2',
      says: 'the core answers to the right token only, which is never sent with an address',
      check: async () => {
        expect(server().url).toBe(`${server().address}/#token=${TOKEN}`)
        expect([await statusOf(), await statusOf({ token: `${TOKEN.slice(0, -1)}_` })]).toEqual([200, 401])
      },
    },
    {
      rule: 'S3',
      says: 'other Host headers are refused',
      check: async () => {
        const port = new URL(server().address).port
        for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `0.0.0.0:${port}`])
          expect(await statusOf({ host: `Host: ${host}` }), host).toBe(403)
      },
    },
    {
      rule: 'S4',
      says: 'other pages, other sites and plain forms are refused, and nothing is shared across origins',
      check: async () => {
        const json = 'Content-Type: application/json'
        expect(await statusOf({ more: [json, 'Origin: http://127.0.0.1:1'] })).toBe(403)
        expect(await statusOf({ more: [json, 'Sec-Fetch-Site: same-site'] })).toBe(403)
        expect(await statusOf({ more: ['Content-Type: text/plain'] })).toBe(415)
        expect(Object.keys(SECURITY_HEADERS).filter((name) => /^access-control/i.test(name))).toEqual([])
      },
    },
    {
      rule: 'S5',
      says: 'loopback is no protection: without a token nothing of the core is told',
      check: async () => expect(await statusOf({ token: '' })).toBe(401),
    },
    {
      rule: 'S6',
      says: 'every answer has the security headers; files stay inside the folder; bodies have a limit',
      check: async () => {
        const response = await fetch(`${server().address}/`)
        for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(response.headers.get(name)).toBe(value)
        expect(await statusOf({ line: 'GET /%2e%2e/main/index.js HTTP/1.1', body: '' })).toBe(404)
        const port = Number(new URL(server().address).port)
        const head = `POST /api/call/app.info HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 9999999999999\r\nConnection: close\r\n\r\n`
        expect((await rawRequest(port, head)).status).toBe(413)
      },
    },
    {
      rule: 'S7',
      says: 'raw sockets: two Host headers, a trailing dot, a full address as target',
      check: async () => {
        const { host } = new URL(server().address)
        expect(await statusOf({ more: [`Host: ${host}`, 'Content-Type: application/json'] })).toBeOneOf([400, 403])
        expect(await statusOf({ host: `Host: ${host.replace(':', '.:')}` })).toBe(403)
        expect(await statusOf({ line: 'POST http://evil.example/api/call/app.info HTTP/1.1' })).toBe(400)
      },
    },
  ]
}
