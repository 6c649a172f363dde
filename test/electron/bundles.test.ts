import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CHANNELS } from './bridge'
import { ROOT } from './launch'

const out = (path: string) => join(ROOT, 'out', path)
const filesOf = (folder: string) => readdirSync(out(folder), { recursive: true }).map(String)
const textOf = (folder: string) => filesOf(folder).map((name) => readFileSync(join(out(folder), name), 'utf8'))

const required = (code: string) =>
  [...code.matchAll(/(?:\brequire|\bimport)\s*\(\s*["'`]([^"'`]+)["'`]|\bfrom\s*["']([^"']+)["']/g)].map(
    ([, called, from]) => called ?? from,
  )

describe('the preload bundle', () => {
  it('is one file that requires electron and nothing else: a sandboxed preload has no more', () => {
    expect(filesOf('preload')).toEqual(['index.cjs'])
    const code = readFileSync(out('preload/index.cjs'), 'utf8')
    expect(required(code)).toEqual(['electron'])
    expect(code).not.toMatch(/^\s*(import|export)\b/m)
  })

  it('names no channel but its own', () => {
    const code = readFileSync(out('preload/index.cjs'), 'utf8')
    const channels = new Set([...code.matchAll(/["'](anneal:[\w-]+)["']/g)].map(([, name]) => name))
    expect(channels).toEqual(CHANNELS)
  })
})

describe('the main bundle', () => {
  it('imports electron and what Node brings, so that a package needs no modules for it', () => {
    const own = textOf('main').flatMap(required)
    const foreign = own.filter(
      (name) => name !== 'electron' && !name!.startsWith('.') && !builtinModules.includes(name!.replace(/^node:/, '')),
    )
    expect(own).toContain('electron')
    expect(foreign).toEqual([])
  })

  it('builds a window in one place, with the secure preferences', () => {
    const code = textOf('main').join('\n')
    expect(code.match(/new BrowserWindow\(/g)).toHaveLength(1)
    expect(code).toMatch(/webPreferences: secureWebPreferences\(/)
    expect(code).not.toMatch(/\b(BrowserView|WebContentsView)\b/)
  })
})

describe.each(['main', 'preload'])('%s', (folder) => {
  it('has no source maps and no address of a development server', () => {
    expect(filesOf(folder).filter((name) => name.endsWith('.map'))).toEqual([])
    for (const code of textOf(folder)) {
      expect(code).not.toContain('sourceMappingURL')
      expect(code).not.toMatch(/ELECTRON_RENDERER_URL|https?:\/\/(localhost|127\.0\.0\.1|\[::1\])/)
    }
  })
})

it('the files that main names are there', () => {
  for (const path of ['renderer/index.html', 'preload/index.cjs', 'node/core-process.js', 'node/trainer.js'])
    expect(existsSync(out(path)), `${path} is missing: run "npm run build" first`).toBe(true)
})
