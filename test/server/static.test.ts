import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findPageFile, pagePath } from '../../src/server/static'
import { HOSTILE_PATHS } from './hostile-paths'

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

  it.each(HOSTILE_PATHS)('refuses %j', async (target) => {
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
