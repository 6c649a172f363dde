import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPageFile, pagePath } from '../../src/server/static'

let root: string
let outside: string
beforeAll(() => {
  outside = mkdtempSync(join(tmpdir(), 'anneal-static-'))
  root = join(outside, 'page')
  mkdirSync(join(root, 'assets', 'folder.js'), { recursive: true })
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  writeFileSync(join(root, 'index.html'), '<!doctype html>')
  writeFileSync(join(root, 'assets', 'main-Ab3_x-9Z.js'), 'main')
  writeFileSync(join(root, 'assets', 'plain.css'), 'plain')
  writeFileSync(join(root, '.hidden.txt'), 'hidden')
  symlinkSync(join(outside, 'secret.txt'), join(root, 'link.txt'))
  symlinkSync(outside, join(root, 'out'))
})
afterAll(() => rmSync(outside, { recursive: true, force: true }))

describe('a path of the page', () => {
  it.each([
    ['/', '/index.html'],
    ['/?x=1', '/index.html'],
    ['/index.html', '/index.html'],
    ['/assets/main-Ab3_x-9Z.js', '/assets/main-Ab3_x-9Z.js'],
    ['/assets/main-Ab3_x-9Z.js?v=../../x', '/assets/main-Ab3_x-9Z.js'],
    ['/runs', '/index.html'],
    ['/runs/k3v9p0dz', '/index.html'],
    ['/%69ndex.html', '/index.html'],
  ])('%s is %s', (target, path) => expect(pagePath(target)).toBe(path))

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/../index.html',
    '/..',
    '/.',
    '/./index.html',
    '/%2e%2e/secret.txt',
    '/%2E%2E/secret.txt',
    '/.%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '/assets\\..\\..\\secret.txt',
    '/%252e%252e/secret.txt',
    '/%25252e%25252e%25252fsecret.txt',
    '/%c0%ae%c0%ae/secret.txt',
    '/%u002e%u002e/secret.txt',
    '/\u2024\u2024/secret.txt',
    '/..;/secret.txt',
    '/...',
    '/....//secret.txt',
    '//secret.txt',
    '//evil.example/index.html',
    '/assets//main-Ab3_x-9Z.js',
    '/index.html/',
    '/index.html%00.png',
    '/%00',
    '/index.html%0a',
    '/index.html ',
    '/C:/Windows/win.ini',
    '/C:%5cWindows%5cwin.ini',
    '/index.html::$DATA',
    '/.hidden.txt',
    '/.git/config',
    '/%',
    '/%zz',
    '/%e0%a4%a',
    'index.html',
    '../secret.txt',
    '\\\\server\\share',
    'file:///etc/passwd',
    '',
    '#',
    '/~root/.ssh/id_rsa',
    '/index.html|cat',
  ])('refuses %j', async (target) => {
    expect(pagePath(target)).toBeNull()
    expect(await findPageFile(root, target)).toBeNull()
  })
})

describe('a file of the page', () => {
  it('is cached for ever where its name holds a hash, asked for anew otherwise', async () => {
    const headers = async (target: string) => (await findPageFile(root, target))!.headers
    expect(await headers('/assets/main-Ab3_x-9Z.js')).toEqual({
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': 'public, max-age=31536000, immutable',
    })
    expect(await headers('/assets/plain.css')).toMatchObject({ 'Cache-Control': 'no-cache' })
    expect(await headers('/')).toEqual({ 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-cache' })
  })
  it.each(['/link.txt', '/out/secret.txt', '/assets/folder.js', '/assets/missing.js'])(
    'is not %s: a link out, a folder, or nothing',
    async (target) => {
      expect(pagePath(target)).toBe(target)
      expect(await findPageFile(root, target)).toBeNull()
    },
  )
})
