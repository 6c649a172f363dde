import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

vi.mock('electron', () => ({ protocol: {} }))

import { answer } from '../../src/main/protocol'

const folder = mkdtempSync(join(tmpdir(), 'anneal-page-'))
const root = join(folder, 'renderer')
beforeAll(() => {
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), '<!doctype html>')
  writeFileSync(join(root, 'assets', 'main.js'), 'ours()')
  writeFileSync(join(folder, 'secret.js'), 'secret')
  symlinkSync(join(folder, 'secret.js'), join(root, 'link.js'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const get = (url: string, method = 'GET') => answer(root, { method, url })

describe('app://anneal/', () => {
  it('gives the page’s files with their types and the security headers', async () => {
    const script = await get('app://anneal/assets/main.js')
    expect(await script.text()).toBe('ours()')
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect((await get('app://anneal/')).headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it.each([
    'app://anneal/../secret.js',
    'app://anneal/%2e%2e/secret.js',
    'app://anneal/..%2fsecret.js',
    'app://anneal/..%5csecret.js',
    'app://anneal/assets/%2e%2e/%2e%2e/secret.js',
    'app://anneal//etc/passwd.js',
    'app://anneal/main.js%00',
    'app://anneal/%c0%ae%c0%ae/secret.js',
    'app://anneal/C:/secret.js',
    'app://anneal/link.js',
    'app://anneal/missing.js',
    'app://evil/assets/main.js',
    'app://user@anneal/assets/main.js',
    'file:///etc/passwd',
  ])('gives nothing for %s, with the policy all the same', async (url) => {
    const response = await get(url)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  })

  it.each(['POST', 'PUT', 'HEAD', 'OPTIONS', 'get'])('does not answer %s', async (method) => {
    expect((await get('app://anneal/index.html', method)).status).toBe(405)
  })
})
