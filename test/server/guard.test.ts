import { describe, expect, it } from 'vitest'
import {
  allowedHosts,
  judgeApi,
  judgeBody,
  judgeHost,
  type Policy,
  type RequestFacts,
  sameToken,
} from '../../src/server/guard'

const TOKEN = 'A'.repeat(43)
const policy: Policy = {
  hosts: allowedHosts('127.0.0.1', 8377, []),
  token: TOKEN,
  maxBody: 1000,
  contentTypes: ['application/x-anneal', 'application/json'],
}
/** A request of the own page; each case changes one thing. */
const good: RequestFacts = {
  method: 'POST',
  target: '/api/call/runs.list',
  hosts: ['127.0.0.1:8377'],
  origin: 'http://127.0.0.1:8377',
  fetchSite: 'same-origin',
  authorization: `Bearer ${TOKEN}`,
  contentType: 'application/json',
  contentLength: '2',
}
const judge = (change: Partial<RequestFacts>): number => {
  const request = { ...good, ...change }
  return (judgeHost(request, policy) ?? judgeApi(request, policy) ?? judgeBody(request, policy))?.status ?? 200
}

describe('which requests are answered', () => {
  it.each<[string, Partial<RequestFacts>, number]>([
    ['the own page', {}, 200],
    ['the own page under its other name', { hosts: ['localhost:8377'], origin: 'http://localhost:8377' }, 200],
    ['a name in capitals', { hosts: ['LOCALHOST:8377'], origin: 'http://localhost:8377' }, 200],
    ['a command line: no Origin', { origin: undefined, fetchSite: undefined }, 200],
    ['an address that was typed', { origin: undefined, fetchSite: 'none' }, 200],
    ['a charset', { contentType: 'application/json; charset=utf-8' }, 200],
    ['binary', { contentType: 'application/x-anneal' }, 200],
    ['no Host', { hosts: [] }, 403],
    ['two Hosts', { hosts: ['127.0.0.1:8377', '127.0.0.1:8377'] }, 403],
    ['two Hosts, the first right', { hosts: ['127.0.0.1:8377', 'evil.example'] }, 403],
    ['an empty Host', { hosts: [''] }, 403],
    ['a foreign name (DNS rebinding)', { hosts: ['evil.example:8377'] }, 403],
    ['a foreign name that ends like ours', { hosts: ['evil.localhost:8377'] }, 403],
    ['a foreign name that begins like ours', { hosts: ['127.0.0.1.evil.example:8377'] }, 403],
    ['no port', { hosts: ['127.0.0.1'] }, 403],
    ['another port', { hosts: ['127.0.0.1:8378'] }, 403],
    ['a trailing dot', { hosts: ['localhost.:8377'] }, 403],
    ['all addresses', { hosts: ['0.0.0.0:8377'] }, 403],
    ['IPv6, not listened to', { hosts: ['[::1]:8377'] }, 403],
    ['another spelling of loopback', { hosts: ['127.1:8377'] }, 403],
    ['a number for loopback', { hosts: ['2130706433:8377'] }, 403],
    ['a user name', { hosts: ['a@127.0.0.1:8377'] }, 403],
    ['a list', { hosts: ['127.0.0.1:8377, evil.example'] }, 403],
    ['a full address as target', { target: 'http://evil.example/api/call/runs.list' }, 400],
    ['a target that is no path', { target: '*' }, 400],
    ['a foreign Origin', { origin: 'http://evil.example' }, 403],
    ['an Origin on another port', { origin: 'http://127.0.0.1:8378' }, 403],
    ['an Origin of the other scheme', { origin: 'https://127.0.0.1:8377' }, 403],
    ['an Origin of the other name', { origin: 'http://localhost:8377' }, 403],
    ['an Origin that is null (sandboxed frame, file)', { origin: 'null' }, 403],
    ['an empty Origin', { origin: '' }, 403],
    ['another site', { fetchSite: 'cross-site' }, 403],
    ['another port of this machine', { fetchSite: 'same-site' }, 403],
    ['no token', { authorization: undefined }, 401],
    ['an empty token', { authorization: 'Bearer ' }, 401],
    ['a wrong token', { authorization: `Bearer ${'B'.repeat(43)}` }, 401],
    ['the beginning of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }, 401],
    ['more than the token', { authorization: `Bearer ${TOKEN}A` }, 401],
    ['another kind of authorization', { authorization: `Basic ${TOKEN}` }, 401],
    ['the bare token', { authorization: TOKEN }, 401],
    ['a form', { contentType: 'application/x-www-form-urlencoded' }, 415],
    ['plain text (what a form can send unasked)', { contentType: 'text/plain' }, 415],
    ['a type that begins like ours', { contentType: 'application/jsonp' }, 415],
    ['no content type', { contentType: undefined }, 415],
    ['a body that says it is too large', { contentLength: '1001' }, 413],
  ])('%s', (_, change, status) => {
    expect(judge(change)).toBe(status)
  })
  it('never says what the token would have been', () => {
    const refusal = judgeApi({ ...good, authorization: 'Bearer nope' }, policy)!
    expect(JSON.stringify(refusal.error) + refusal.error.message).not.toContain(TOKEN)
  })
})

describe('the Host headers that are answered', () => {
  it.each([
    ['127.0.0.1', 8377, ['127.0.0.1:8377', 'localhost:8377']],
    ['::1', 8377, ['[::1]:8377', 'localhost:8377']],
    ['localhost', 8377, ['localhost:8377', '127.0.0.1:8377', '[::1]:8377']],
    ['127.0.0.1', 80, ['127.0.0.1:80', 'localhost:80', '127.0.0.1', 'localhost']],
    ['192.168.1.7', 8377, ['192.168.1.7:8377']],
    ['Box.lan', 8377, ['box.lan:8377']],
    ['0.0.0.0', 8377, ['127.0.0.1:8377', '192.168.1.7:8377', '[fe80::1]:8377', 'localhost:8377', '[::1]:8377']],
  ])('on %s, port %d', (host, port, expected) => {
    expect(allowedHosts(host, port, ['127.0.0.1', '192.168.1.7', 'fe80::1'])).toEqual(expected)
  })
})

it('compares tokens of any length', () => {
  expect([sameToken('', TOKEN), sameToken(TOKEN, TOKEN), sameToken('é', TOKEN)]).toEqual([false, true, false])
})
