import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type InstallOptions, installRelease } from '../../src/core/engine/install/install'
import { findEngines } from '../../src/core/engine/install/installed'
import { canMount, smallDisk } from '../storage/support/mount'
import { installInChild } from './support/child'
import { makeRelease, makeWheel, type TestWheel } from './support/make-wheel'
import { type Answer, startIndex } from './support/package-index'
import { pipEnv } from './support/pip-env'
import { contents, newFolder, pipHere, refusal } from './support/setting'

const { pip, reason } = await pipHere()
if (!canMount) console.warn('Tests on a full disk are skipped: no small disk can be mounted here')

const LIBRARY = 'tensorflow/libtensorflow_cc.so.2'

async function setting(made: TestWheel, answer?: Answer, dir = join(newFolder(), 'engines')) {
  const index = await startIndex([made], answer)
  const release = makeRelease(made)
  return {
    dir,
    index,
    release,
    install: (options: InstallOptions = {}) => installRelease(release, { dir, env: pipEnv(index.url), ...options }),
    child: () => installInChild(dir, release, index.url),
  }
}

describe.skipIf(!pip)(`what arrives wrong ${reason}`, () => {
  const other = makeWheel({ files: [{ path: LIBRARY, content: Buffer.from('another library, not the one expected') }] })
  it.each<[string, Answer, string]>([
    ['another file of the same name', { content: other.content }, 'is not the file that was expected'],
    ['a file with the wrong sha256', { content: flipped(makeWheel().content) }, 'sha256'],
    ['a file that was cut short on the server', 'short', 'damaged or cut short'],
    ['a file that breaks off on the way', 'break', 'damaged or cut short'],
    ['a page that says 404', { status: 404 }, 'refused'],
    ['a page that says 403', { status: 403 }, 'refused'],
  ])('is refused, removed, and never used: %s', async (_, answer, words) => {
    const { dir, index, install } = await setting(makeWheel(), answer)
    const error = await refusal(install())
    expect(error.code).toBe('engine.failed')
    expect(error.message).toContain(words)
    expect(['damaged', 'refused', 'network']).toContain(error.details.reason)
    expect(contents(dir)).toEqual([])
    index.behave('whole')
    expect((await findEngines(dir)).length).toBe(0)
    await install()
    expect(await findEngines(dir)).toHaveLength(1)
  })

  it('says that the index cannot be reached where there is no network', async () => {
    const { dir, install } = await setting(makeWheel())
    const error = await refusal(install({ env: pipEnv('http://127.0.0.1:9/simple/') }))
    expect(error.code).toBe('engine.failed')
    expect(error.details.reason).toBe('network')
    expect(error.message).toContain('could not be reached')
    expect(contents(dir)).toEqual([])
  })

  it('says that the index lacks it where it does', async () => {
    const { install } = await setting(makeWheel())
    const { url } = await startIndex([makeWheel({ project: 'something_else' })])
    const error = await refusal(install({ env: pipEnv(url) }))
    expect(error.details.reason).toBe('no-wheel')
    expect(error.message).toContain('anneal-test==1.0')
  })
})

function flipped(content: Buffer): Buffer {
  const copy = Buffer.from(content)
  copy[60]! ^= 1
  return copy
}

describe.skipIf(!pip)(`a process that is killed without warning ${reason}`, () => {
  it('in the middle of a download leaves nothing that is used, and the next call succeeds and cleans up', async () => {
    const made = makeWheel({ files: [{ path: LIBRARY, content: Buffer.alloc(2_000_000, 'x'), stored: true }] })
    const { dir, index, release, install, child } = await setting(made, 'stall')
    const installing = child()
    await index.whenAsked(made)
    await installing.kill()
    expect(contents(dir)).toEqual([expect.stringMatching(/^\.work-/)])
    expect(await findEngines(dir)).toEqual([])
    index.behave('whole')
    await install()
    expect(contents(dir)).toEqual([release.id])
  })

  it('in the middle of unpacking leaves nothing that is used, and its download is not fetched again', async () => {
    const made = makeWheel({ files: [{ path: LIBRARY, content: Buffer.alloc(600_000_000) }] })
    const { dir, index, install, child } = await setting(made)
    const installing = child()
    await installing.says('unpacking')
    await installing.kill()
    expect(contents(dir)).toEqual([expect.stringMatching(/^\.work-/)])
    expect(await findEngines(dir)).toEqual([])
    const engine = await install()
    expect(index.asked).toHaveLength(1)
    expect(await findEngines(dir)).toEqual([engine])
    expect(contents(dir).filter((name) => name.startsWith('.work-'))).toEqual([])
  })
})

describe.skipIf(!pip)(`several installations at once ${reason}`, () => {
  it('in one process and in others all end with the same engine, and leave nothing else', async () => {
    const { dir, release, install, child } = await setting(makeWheel())
    const children = [child(), child(), child()]
    const engines = await Promise.all([install(), install()])
    expect(await Promise.all(children.map(({ end }) => end))).toEqual(children.map(() => `installed ${release.id}`))
    expect(engines[1]).toEqual(engines[0])
    expect(contents(dir).filter((name) => name !== '.downloads')).toEqual([release.id])
    expect(await findEngines(dir)).toEqual([engines[0]])
  })

  it('do not take one that is still at work for one that was killed', async () => {
    const made = makeWheel()
    const { dir, index, install, child } = await setting(made, 'stall')
    const slow = child()
    await index.whenAsked(made)
    index.behave('whole')
    await install()
    const work = contents(dir).filter((name) => name.startsWith('.work-'))
    expect(work).toHaveLength(1)
    expect(existsSync(join(dir, work[0]!, 'pip'))).toBe(true)
    await slow.kill()
  })
})

describe('a disk that is too small', () => {
  it('is found out before anything is written, with how much is needed', async () => {
    const dir = join(newFolder(), 'engines')
    const release = makeRelease(makeWheel({ unpackedBytes: 5e15 }))
    const error = await refusal(installRelease(release, { dir, env: { PATH: '' } }))
    expect(error.code).toBe('workspace.full')
    expect(error.message).toMatch(/needs 50000000\d\d MB .* are free/)
    expect(error.message).toContain('ANNEAL_ENGINE_DIR')
    expect(contents(dir)).toEqual([])
  })

  // What the wheels say they need is far too little here, so that the disk fills up in the middle.
  it.skipIf(!canMount || !pip)('is full in the middle of unpacking: nothing is left but the download', async () => {
    const made = makeWheel({
      files: [{ path: LIBRARY, content: Buffer.alloc(200_000_000) }],
      unpackedBytes: 1,
    })
    const { dir, install } = await setting(made, 'whole', smallDisk('80m').dir)
    const error = await refusal(install())
    expect(error.code).toBe('workspace.full')
    expect(error.message).toContain('became full')
    expect(contents(dir)).toEqual(['.downloads'])
    expect(await findEngines(dir)).toEqual([])
  })

  it.skipIf(!canMount || !pip)('is full in the middle of a download: nothing is left', async () => {
    const made = makeWheel({
      files: [{ path: LIBRARY, content: Buffer.alloc(120_000_000), stored: true }],
      unpackedBytes: 1,
    })
    const claimed = { ...made, wheel: { ...made.wheel, bytes: 1000 } }
    const { dir, install } = await setting(claimed, 'whole', smallDisk('80m').dir)
    const error = await refusal(install())
    expect(error.code).toBe('workspace.full')
    expect(error.details.reason).toBe('disk')
    expect(contents(dir)).toEqual([])
  })
})

describe('a folder that cannot be written', () => {
  it('is named, where a file is in its place', async () => {
    const dir = join(newFolder(), 'engines')
    writeFileSync(dir, 'a file')
    const error = await refusal(installRelease(makeRelease(makeWheel()), { dir }))
    expect(error.code).toBe('workspace.invalid')
    expect(error.message).toContain(dir)
  })

  it.skipIf(!canMount)('is named, where it is read-only', async () => {
    const disk = smallDisk('1m')
    disk.makeReadonly()
    const error = await refusal(installRelease(makeRelease(makeWheel()), { dir: disk.dir }))
    expect(error.code).toBe('workspace.readonly')
    expect(error.message).toContain('ANNEAL_ENGINE_DIR')
  })
})

describe.skipIf(!pip)(`a user who forbids pip to work outside of environments ${reason}`, () => {
  it('is served all the same: nothing is installed into one', async () => {
    const { index, install } = await setting(makeWheel())
    await install({ env: { ...pipEnv(index.url), PIP_REQUIRE_VIRTUALENV: 'true' } })
    expect(index.asked).toHaveLength(1)
  })

  it('finds the installed packages of their Python as they were', async () => {
    const { index, install } = await setting(makeWheel())
    const list = () => execFileSync(pip!.command, [...pip!.args, 'list', '--format=freeze'], { encoding: 'utf8' })
    const before = list()
    await install({ env: pipEnv(index.url) })
    expect(list()).toBe(before)
  })
})

const uv = (() => {
  try {
    execFileSync('uv', ['--version'], { stdio: 'pipe' })
    return execFileSync('sh', ['-c', 'command -v uv'], { encoding: 'utf8' }).trim()
  } catch {
    console.warn('The test with uv is skipped: there is no uv on the PATH')
    return null
  }
})()

describe.skipIf(!uv || !pip || pip.command === 'uv')('uv in place of pip (skipped where there is no uv)', () => {
  it('installs the same', async () => {
    const { dir, index, install } = await setting(makeWheel())
    const only = newFolder()
    writeFileSync(join(only, 'uv'), `#!/bin/sh\nexec ${uv} "$@"\n`)
    chmodSync(join(only, 'uv'), 0o755)
    // What starts pip in uv's environment is a shell script that calls these.
    for (const tool of ['dirname', 'realpath']) symlinkSync(join('/usr/bin', tool), join(only, tool))
    // uv fetches pip the first time, by the settings of this machine; without a Python it would fetch that too.
    const python = execFileSync(pip!.command, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
    const env = { ...process.env, ...pipEnv(index.url), PATH: only, UV_PYTHON: python, NO_PROXY: '127.0.0.1' }
    const engine = await install({ env })
    expect(await findEngines(dir)).toEqual([engine])
  })
})
