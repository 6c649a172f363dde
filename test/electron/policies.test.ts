import { describe, expect, it } from 'vitest'
import {
  externalUrl,
  homepageIn,
  isTrustedSender,
  mayNavigate,
  mayRequest,
  mayUsePermission,
} from '../../src/main/policies'

describe('the window goes only to its own pages', () => {
  it.each([
    ['app://anneal/index.html', true],
    ['app://anneal/index.html#/runs/a1', true],
    ['app://anneal/runs?from=1', true],
    ['APP://ANNEAL/index.html', false],
    ['app://anneal.evil/runs', false],
    ['app://evil/anneal/', false],
    ['app://anneal@evil/', false],
    ['app://user@anneal/', false],
    ['app://user:pass@anneal/', false],
    ['app://anneal:80/', false],
    ['app:///index.html', false],
    ['app:anneal/index.html', false],
    ['http://anneal/', false],
    ['https://anneal/', false],
    ['http://localhost:5173/', false],
    ['file:///etc/passwd', false],
    ['file://anneal/index.html', false],
    ['javascript:alert(1)', false],
    ['data:text/html,<script>alert(1)</script>', false],
    ['blob:app://anneal/0a1b', false],
    ['view-source:app://anneal/', false],
    ['about:blank', false],
    ['devtools://devtools/bundled/inspector.html', false],
    ['chrome://gpu', false],
    [' app://anneal/', true],
    ['', false],
    ['anneal', false],
    ['//anneal/index.html', false],
  ])('%j -> %s', (url, allowed) => expect(mayNavigate(url)).toBe(allowed))
})

describe('only sources of formulas open in the browser', () => {
  it.each([
    ['https://arxiv.org/abs/1708.07120', 'https://arxiv.org/abs/1708.07120'],
    ['https://doi.org/10.1109/WACV.2017.58', 'https://doi.org/10.1109/WACV.2017.58'],
    ['HTTPS://ARXIV.ORG/abs/1506.01186', 'https://arxiv.org/abs/1506.01186'],
    ['http://arxiv.org/abs/1708.07120', null],
    ['https://arxiv.org.evil.example/', null],
    ['https://evil.example/?arxiv.org', null],
    ['https://arxiv.org@evil.example/', null],
    ['https://user@arxiv.org/', null],
    ['https://arxiv.org:8443/', null],
    ['file:///usr/bin/xcalc', null],
    ['javascript:alert(1)', null],
    ['smb://arxiv.org/share', null],
    ['mailto:someone@arxiv.org', null],
    ['', null],
  ])('%j -> %j', (url, opened) => expect(externalUrl(url)).toBe(opened))
})

describe('the program’s own page', () => {
  it.each([
    [{ homepage: 'https://anneal.example/new' }, 'https://anneal.example/new'],
    [{ homepage: 'HTTPS://ANNEAL.EXAMPLE' }, 'https://anneal.example/'],
    [{ homepage: 'https://anneal.example:443/' }, 'https://anneal.example/'],
    [{ homepage: 'http://anneal.example/' }, null],
    [{ homepage: 'https://anneal.example:8443/' }, null],
    [{ homepage: 'https://user@anneal.example/' }, null],
    [{ homepage: 'https://:secret@anneal.example/' }, null],
    [{ homepage: 'file:///usr/bin/xcalc' }, null],
    [{ homepage: 'javascript:alert(1)' }, null],
    [{ homepage: 'anneal.example' }, null],
    [{ homepage: '' }, null],
    [{ homepage: { url: 'https://anneal.example/' } }, null],
    [{}, null],
    [null, null],
    ['https://anneal.example/', null],
  ])('of %j is %j', (manifest, page) => expect(homepageIn(manifest)).toBe(page))

  it.each([
    ['https://anneal.example/releases', 'https://anneal.example/releases'],
    ['https://www.anneal.example/', null],
    ['https://anneal.example.evil.example/', null],
    ['https://anneal.example:8443/', null],
    ['http://anneal.example/', null],
    ['https://arxiv.org/abs/1708.07120', null],
  ])('lets the program open %j as %j', (url, opened) =>
    expect(externalUrl(url, 'https://anneal.example/')).toBe(opened),
  )

  it('is nothing that the window’s page may open', () => expect(externalUrl('https://anneal.example/')).toBe(null))
})

describe('the page may copy text and nothing else', () => {
  it.each([
    ['clipboard-sanitized-write', 'app://anneal/index.html', true],
    ['clipboard-sanitized-write', 'https://evil.example/', false],
    ['clipboard-sanitized-write', '', false],
    ['clipboard-read', 'app://anneal/index.html', false],
    ['media', 'app://anneal/index.html', false],
    ['geolocation', 'app://anneal/index.html', false],
    ['notifications', 'app://anneal/index.html', false],
    ['openExternal', 'app://anneal/index.html', false],
    ['fileSystem', 'app://anneal/index.html', false],
    ['usb', 'app://anneal/index.html', false],
    ['unknown', 'app://anneal/index.html', false],
  ])('%s for %j -> %s', (permission, url, allowed) => expect(mayUsePermission(permission, url)).toBe(allowed))
})

describe('no request leaves the machine', () => {
  it.each([
    ['app://anneal/assets/main.js', true, true],
    ['blob:app://anneal/0a1b', true, true],
    ['data:image/png;base64,AAAA', true, true],
    ['devtools://devtools/bundled/inspector.html', true, false],
    ['blob:https://evil.example/0a1b', false, false],
    ['blob:app://anneal.evil/0a1b', false, false],
    ['app://evil/main.js', false, false],
    ['https://example.com/', false, false],
    ['http://127.0.0.1:5173/@vite/client', false, false],
    ['ws://127.0.0.1:5173/', false, false],
    ['file:///etc/passwd', false, false],
    ['chrome-extension://abc/x.js', false, false],
  ])('%s -> %s with developer tools, %s without', (url, withTools, without) => {
    expect(mayRequest(url, { devTools: true })).toBe(withTools)
    expect(mayRequest(url, { devTools: false })).toBe(without)
  })
})

describe('only the main frame of our own page is answered', () => {
  const own = 'app://anneal/index.html'
  it.each([
    ['our page', { frame: { url: own, parent: null }, ownPage: true }, true],
    ['a frame inside it', { frame: { url: own, parent: {} }, ownPage: true }, false],
    ['a frame that is gone', { frame: null, ownPage: true }, false],
    ['another window', { frame: { url: own, parent: null }, ownPage: false }, false],
    ['our window on a foreign page', { frame: { url: 'https://evil.example/', parent: null }, ownPage: true }, false],
    ['our window before its page', { frame: { url: 'about:blank', parent: null }, ownPage: true }, false],
    ['a frame without an address', { frame: { url: '', parent: null }, ownPage: true }, false],
  ])('%s -> %s', (_who, sender, trusted) => expect(isTrustedSender(sender)).toBe(trusted))
})
