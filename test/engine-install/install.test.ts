import { existsSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type InstallOptions, type InstallProgress, installRelease } from '../../src/core/engine/install/install'
import { engineBytes, findEngines, libraryFiles, removeEngine } from '../../src/core/engine/install/installed'
import type { Release } from '../../src/core/engine/install/manifest'
import { makeRelease, makeWheel, type TestWheel } from './support/make-wheel'
import { type Answer, startIndex } from './support/package-index'
import { pipEnv } from './support/pip-env'
import { contents, newFolder, pipHere, refusal } from './support/setting'

const { pip, reason } = await pipHere()

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2'
const FRAMEWORK = 'tensorflow/libtensorflow_framework.so.2'

const twoLibraries = () =>
  makeWheel({
    files: [
      { path: LIBRARY, content: Buffer.alloc(300_000, 'the library ') },
      { path: FRAMEWORK, content: Buffer.from('the framework') },
    ],
  })

/** A package index with wheels, a folder, and an installation from one into the other. */
async function setting(wheels: TestWheel[], answer?: Answer) {
  const dir = join(newFolder(), 'engines')
  const index = await startIndex(wheels, answer)
  const release: Release = { ...makeRelease(...wheels), libraries: [FRAMEWORK, LIBRARY] }
  const install = (options: InstallOptions = {}) => installRelease(release, { dir, env: pipEnv(index.url), ...options })
  return { dir, index, release, install }
}

describe.skipIf(!pip)(`an installation ${reason}`, () => {
  it('fetches, checks and unpacks the libraries, writes down what they are, and leaves nothing else', async () => {
    const { dir, release, install } = await setting([twoLibraries()])
    const engine = await install()
    expect(contents(dir)).toEqual([release.id])
    expect(contents(engine.folder)).toEqual(['engine.json', 'tensorflow'])
    expect(libraryFiles(engine)).toEqual([FRAMEWORK, LIBRARY].map((path) => join(dir, release.id, path)))
    expect(readFileSync(libraryFiles(engine)[0]!, 'utf8')).toBe('the framework')
    expect(engineBytes(engine)).toBe(300_013)
    expect(JSON.parse(readFileSync(join(engine.folder, 'engine.json'), 'utf8'))).toMatchObject({
      id: release.id,
      flavour: 'cpu',
      version: '1.0',
      wheels: [{ file: release.wheels[0]!.file, sha256: release.wheels[0]!.sha256 }],
      libraries: [FRAMEWORK, LIBRARY],
    })
    expect(await findEngines(dir)).toEqual([engine])
  })

  it('happens once: the second call asks nobody and needs no pip', async () => {
    const { index, install } = await setting([twoLibraries()])
    const first = await install()
    expect(await install({ env: { PATH: '' } })).toEqual(first)
    expect(index.asked).toHaveLength(1)
  })

  it('takes several wheels into one folder', async () => {
    const cuda = makeWheel({
      project: 'nvidia_test_cu12',
      files: [{ path: 'nvidia/test/lib/libtest.so.12', content: Buffer.from('cuda') }],
      members: /^nvidia\/\w+\/lib\/[^/]+\.so/,
    })
    const { dir, release, install } = await setting([twoLibraries(), cuda])
    const engine = await install()
    expect(readFileSync(join(dir, release.id, 'nvidia/test/lib/libtest.so.12'), 'utf8')).toBe('cuda')
    expect(engine.files.map(({ path }) => path).sort()).toEqual(
      ['nvidia/test/lib/libtest.so.12', LIBRARY, FRAMEWORK].sort(),
    )
  })

  it('tells how far it is, never backwards within a stage, and up to the end', async () => {
    const { release, install } = await setting([twoLibraries()])
    const told: InstallProgress[] = []
    await install({ onProgress: (progress) => void told.push(progress) })
    const stages = [...new Set(told.map(({ stage }) => stage))]
    expect(stages.filter((stage) => stage !== 'downloading')).toEqual(['searching', 'checking', 'unpacking', 'done'])
    for (const stage of stages) {
      const done = told.filter((progress) => progress.stage === stage).map((progress) => progress.done)
      expect(done).toEqual([...done].sort((a, b) => a - b))
    }
    const unpacked = told.filter(({ stage }) => stage === 'unpacking').at(-1)!
    expect(unpacked).toMatchObject({ done: 300_013, total: 300_013, what: release.wheels[0]!.file })
  })

  it('tells how much of a download has arrived while it goes on', async () => {
    const big = makeWheel({ files: [{ path: LIBRARY, content: Buffer.alloc(4_000_000, 'x'), stored: true }] })
    const { index, install } = await setting([big], 'stall')
    const stop = new AbortController()
    const told: InstallProgress[] = []
    const error = await refusal(
      install({
        signal: stop.signal,
        onProgress: (progress) => {
          told.push(progress)
          if (progress.stage === 'downloading' && progress.done > 1_000_000) stop.abort()
        },
      }),
    )
    expect(error.code).toBe('cancelled')
    expect(told.at(-1)).toMatchObject({ stage: 'downloading', total: big.wheel.bytes })
    expect(told.at(-1)!.done).toBeLessThan(big.wheel.bytes)
    // The program that fetched has ended too: it listens no more.
    await index.whenLeft()
  })

  it('may be cancelled before it begins', async () => {
    const { dir, install } = await setting([twoLibraries()])
    expect((await refusal(install({ signal: AbortSignal.abort() }))).code).toBe('cancelled')
    expect(existsSync(dir)).toBe(false)
  })

  it('keeps whole downloads of an attempt that failed and fetches only what is missing', async () => {
    const wheels = [
      twoLibraries(),
      makeWheel({ project: 'second', files: [{ path: 'b.so', content: Buffer.from('b') }] }),
    ]
    const { dir, index, release, install } = await setting(wheels)
    const failed = refusal(
      install({
        onProgress: ({ stage, what }) => {
          if (stage === 'checking' && what === wheels[0]!.wheel.file) index.behave({ status: 503 })
        },
      }),
    )
    expect((await failed).code).toBe('engine.failed')
    expect(contents(dir)).toEqual(['.downloads'])
    expect(contents(join(dir, '.downloads'))).toEqual([wheels[0]!.wheel.file])
    expect(await findEngines(dir)).toEqual([])

    index.behave('whole')
    await install()
    expect(index.asked.filter((file) => file === wheels[0]!.wheel.file)).toHaveLength(1)
    expect(existsSync(join(dir, release.id, 'b.so'))).toBe(true)
    expect(contents(join(dir, '.downloads'))).toEqual([])
  })

  it('fetches again what lies there damaged from an earlier attempt', async () => {
    const made = twoLibraries()
    const { dir, index, install } = await setting([made])
    provide(dir, { ...made, content: made.content.subarray(0, 1000) })
    await install()
    expect(index.asked).toEqual([made.wheel.file])
  })
})

/** Puts a wheel where an earlier attempt would have left it. */
function provide(dir: string, { wheel, content }: TestWheel): void {
  mkdirSync(join(dir, '.downloads'), { recursive: true })
  writeFileSync(join(dir, '.downloads', wheel.file), content)
}

/** An installation whose wheel is there already. */
function withoutPip(made: TestWheel) {
  const dir = join(newFolder(), 'engines')
  const release: Release = { ...makeRelease(made), libraries: [FRAMEWORK, LIBRARY] }
  const install = () => {
    provide(dir, made)
    return installRelease(release, { dir, env: { PATH: '' } })
  }
  return { dir, release, install }
}

/** What is to be seen in a folder of engines. */
const engines = (dir: string) => contents(dir).filter((name) => !name.startsWith('.downloads'))

describe('an engine that was damaged', () => {
  const damages: [string, (folder: string) => void][] = [
    ['a library was removed', (folder) => rmSync(join(folder, LIBRARY))],
    ['a library was cut short', (folder) => truncateSync(join(folder, LIBRARY), 1000)],
    ['its record was removed', (folder) => rmSync(join(folder, 'engine.json'))],
    ['its record was cut short', (folder) => truncateSync(join(folder, 'engine.json'), 20)],
    ['its record says something else', (folder) => writeFileSync(join(folder, 'engine.json'), '{"format": 2}')],
  ]
  it.each(damages)('is not used and is replaced by the next installation: %s', async (_, damage) => {
    const { dir, release, install } = withoutPip(twoLibraries())
    const { folder } = await install()
    damage(folder)
    expect(await findEngines(dir)).toEqual([])
    const engine = await install()
    expect(await findEngines(dir)).toEqual([engine])
    expect(statSync(libraryFiles(engine)[1]!).size).toBe(300_000)
    expect(engines(dir)).toEqual([release.id])
  })

  it('can be removed', async () => {
    const { dir, release, install } = withoutPip(twoLibraries())
    const { folder } = await install()
    truncateSync(join(folder, LIBRARY), 10)
    await removeEngine(release.id, dir)
    expect(engines(dir)).toEqual([])
  })
})

describe('installed engines', () => {
  it('are listed with the newest first, and removed by name', async () => {
    const { dir, release, install } = withoutPip(twoLibraries())
    await install()
    provide(dir, twoLibraries())
    await installRelease({ ...release, id: 'newer' }, { dir, env: { PATH: '' } })
    expect((await findEngines(dir)).map(({ id }) => id)).toEqual(['newer', release.id])
    await removeEngine('newer', dir)
    expect((await findEngines(dir)).map(({ id }) => id)).toEqual([release.id])
    expect(engines(dir)).toEqual([release.id])
  })

  it('are none in a folder that is not there', async () => {
    expect(await findEngines(join(newFolder(), 'missing'))).toEqual([])
  })

  it.each(['missing', '../elsewhere', '.downloads', ''])('cannot be removed by the name %j', async (id) => {
    const { dir, release, install } = withoutPip(twoLibraries())
    await install()
    const error = await refusal(removeEngine(id, dir))
    expect(error.code).toBe('input.invalid')
    expect(error.message).toContain(release.id)
  })
})
