import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { downloadArguments } from '../../src/core/engine/install/download'
import { installRelease } from '../../src/core/engine/install/install'
import { findPip, pipVersion } from '../../src/core/engine/install/python'
import { makeRelease, makeWheel } from './support/make-wheel'
import { contents, newFolder, pipHere, refusal } from './support/setting'

const { pip, reason } = await pipHere()

/** A folder of programs, the only one on the PATH. */
function onlyOnPath(programs: Record<string, string>): NodeJS.ProcessEnv {
  const folder = join(newFolder(), 'bin')
  mkdirSync(folder)
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  return { PATH: folder }
}

describe('the search for pip', () => {
  it('says what was tried and what to install where there is no Python at all', async () => {
    const error = await refusal(findPip({ PATH: newFolder() }, 'linux'))
    expect(error.code).toBe('engine.unavailable')
    expect(error.message).toContain('python3 is not there; python is not there; uv is not there')
    expect(error.message).toContain('apt install python3-pip')
    expect(error.message).toContain('ANNEAL_LIBTENSORFLOW')
  })

  it.each([
    ['darwin', 'brew install'],
    ['win32', 'winget install'],
  ])('names what fits %s', async (platform, words) => {
    expect((await refusal(findPip({ PATH: newFolder() }, platform))).message).toContain(words)
  })

  it.skipIf(!pip || pip.command === 'uv')('refuses a Python without pip, and says so', async () => {
    const folder = join(newFolder(), 'python')
    execFileSync(pip!.command, ['-m', 'venv', '--without-pip', folder])
    const error = await refusal(findPip({ PATH: join(folder, 'bin') }, 'linux'))
    expect(error.message).toMatch(/python3 has no pip \(.*No module named pip\)/)
  })

  it('takes the next one where the first is too old, broken or none', async () => {
    const env = onlyOnPath({
      python3: 'echo "pip 19.2.3 from /usr/lib (python 2.7)"',
      python: 'echo "a traceback" >&2; exit 1',
      uv: '[ "$*" = "tool run pip --version" ] && echo "pip 26.3 from /somewhere (python 3.14)"',
    })
    expect(await findPip(env, 'linux')).toEqual({ command: 'uv', args: ['tool', 'run', 'pip'], version: [26, 3] })
  })

  it('says which pip is too old', async () => {
    const env = onlyOnPath({ python3: 'echo "pip 20.2.4 from /usr/lib (python 3.6)"' })
    expect((await refusal(findPip(env, 'linux'))).message).toContain('python3 has pip 20.2, older than 20.3')
  })

  it('ends at once when cancelled, and the program with it', async () => {
    const stop = new AbortController()
    const search = findPip(onlyOnPath({ python3: 'exec /bin/sleep 600' }), 'linux', stop.signal)
    stop.abort()
    expect((await refusal(search)).code).toBe('cancelled')
  })

  it('leaves the folder of engines as it was where there is none', async () => {
    const dir = newFolder()
    const error = await refusal(installRelease(makeRelease(makeWheel()), { dir, env: { PATH: '' } }))
    expect(error.code).toBe('engine.unavailable')
    expect(contents(dir)).toEqual([])
  })

  it.skipIf(!pip)(`finds the one of this machine ${reason}`, () => {
    expect(pip!.version[0]).toBeGreaterThanOrEqual(20)
  })
})

describe('what pip is told', () => {
  it.each([
    ['pip 23.2.1 from /usr/lib/python3/dist-packages/pip (python 3.11)', [23, 2]],
    ['Downloading pip (1.9MiB)\n Installed 1 package in 8ms\npip 26.3 from /x (python 3.14)\n', [26, 3]],
    ['No module named pip', null],
  ])('depends on its version, read from %j', (text, version) => expect(pipVersion(text)).toEqual(version))

  it('is to download one wheel without what it depends on, for another Python than its own', () => {
    const { wheel } = makeWheel()
    const told = downloadArguments(wheel, { version: [23, 2] })
    expect(told[0]).toBe('download')
    expect(told).toEqual(expect.arrayContaining(['--no-deps', '--only-binary=:all:', '--no-cache-dir']))
    expect(told.join(' ')).toContain('--python-version 3.11 --abi cp311 --platform manylinux_2_27_x86_64')
    expect(told.at(-1)).toBe('anneal-test==1.0')
  })

  it('is to go on with a broken download, and to speak, where it knows how to', () => {
    const told = (version: [number, number]) => downloadArguments(makeWheel().wheel, { version }).join(' ')
    expect(told([25, 0])).not.toContain('--resume-retries')
    expect(told([25, 1])).toContain('--resume-retries 20')
    expect(told([24, 0])).toContain('--progress-bar off')
    expect(told([24, 1])).toContain('--progress-bar raw')
  })
})
