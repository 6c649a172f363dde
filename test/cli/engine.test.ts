import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListedEngine } from '../../src/cli/engine/list-engines'
import type { EngineReport } from '../../src/cli/engine/doctor-engine'
import type { EngineInfo } from '../../src/core/domain/run'
import { NO_NATIVE } from '../engine/native-library'
import { anneal, jsonOf, startAnneal, temporaryFolder } from './anneal'

const folder = temporaryFolder()
afterAll(() => folder.remove())

/** A machine without an engine, whatever this one has. */
const BARE = { ANNEAL_ENGINE_DIR: join(folder.path, 'engines'), ANNEAL_LIBTENSORFLOW: '' }
const onLinux = process.platform === 'linux' && process.arch === 'x64'

describe('anneal engine', () => {
  it('lists what trains here and what could, and what runs use', async () => {
    const { used, engines } = jsonOf<{ used: EngineInfo; engines: ListedEngine[] }>(
      await anneal(['engine', 'list', '--json'], { env: BARE }),
    )
    expect(used).toMatchObject({ kind: 'wasm', whyNotFaster: expect.stringContaining('TensorFlow') })
    const states = engines.map(({ kind, state }) => `${kind} ${state}`)
    expect(states.slice(-2)).toEqual(['wasm installed', 'cpu installed'])
    expect(states.slice(0, -2).every((each) => each === 'native available')).toBe(true)
    const { out } = await anneal(['engine', 'list'], { env: BARE })
    expect(out).toContain(`Runs use ${used.label}.`)
    if (onLinux) expect(out).toMatch(/linux-x64-cpu +available +anneal engine install cpu \(274 MB to download\)/)
  })

  it('examines itself where there is no TensorFlow: wasm, why not faster, a self test that passes', async () => {
    const report = jsonOf<EngineReport>(await anneal(['engine', 'doctor', '--json'], { env: BARE }))
    expect(report).toMatchObject({
      ok: true,
      used: { kind: 'wasm' },
      selfTest: { devices: [], engine: { kind: 'wasm' } },
    })
    const { out, code } = await anneal(['engine', 'doctor'], { env: BARE })
    expect(code).toBe(0)
    expect(out).toMatch(/^note +engine +wasm/m)
    expect(out).toMatch(/^ok +self test +gradients exact/m)
  })

  it('says why a library of the user’s own is not used, and trains on wasm', async () => {
    const file = folder.write('text.so', 'this is no library')
    const env = { ...BARE, ANNEAL_LIBTENSORFLOW: file }
    const report = jsonOf<EngineReport>(await anneal(['engine', 'doctor', '--json'], { env }))
    expect(report).toMatchObject({ ok: true, used: { kind: 'wasm', whyNotFaster: expect.stringContaining('text.so') } })
    const absent = { ...BARE, ANNEAL_LIBTENSORFLOW: join(folder.path, 'absent') }
    const { out } = await anneal(['engine', 'list'], { env: absent })
    expect(out).toMatch(/ANNEAL_LIBTENSORFLOW +unusable/)
  })

  it('tells in a line that a library ends its process', async (test) => {
    const source = folder.write(
      'crash.c',
      '#include <stdlib.h>\n#include <stdio.h>\n__attribute__((constructor)) static void f(void) { fputs("F0000 no such instruction\\n", stderr); abort(); }\n',
    )
    const file = join(folder.path, 'crash.so')
    try {
      execFileSync('cc', ['-shared', '-fPIC', '-o', file, source], { stdio: 'ignore' })
    } catch {
      return test.skip('no C compiler to make such a library with')
    }
    const { code, out, err } = await anneal(['engine', 'doctor'], { env: { ...BARE, ANNEAL_LIBTENSORFLOW: file } })
    expect(code).toBe(1)
    expect(out).toMatch(/^BROKEN +self test +its process was ended by SIGABRT: F0000 no such instruction/m)
    expect(out).toContain('"engine": "wasm"')
    expect(err).toBe('')
  })

  it.each([
    [['engine'], /needs ACTION/],
    [['engine', 'instal'], /instal is not .*did you mean install/],
    [['engine', 'list', 'cpu'], /list takes no word, got "cpu"/],
    [['engine', 'install', 'tpu'], /takes cpu or gpu, got "tpu"/],
    [['engine', 'remove'], /No engine is installed/],
    [['engine', 'remove', 'tensorflow-9'], /There is no engine tensorflow-9/],
    [['engine', 'remove', '../..'], /There is no engine/],
  ])('%j is refused', async (args, message) => {
    const { code, out, err } = await anneal(args, { env: BARE })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
  })

  it.skipIf(!onLinux)('says what to install where there is no pip', async () => {
    const { code, out, err } = await anneal(['engine', 'install', '--json'], { env: { ...BARE, PATH: folder.path } })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/no usable one was found: python3 is not there.*\bpip\b/s)
  })

  it.skipIf(!onLinux)('ends an installation on Ctrl-C with nothing installed', async () => {
    // A pip that has begun to download and never ends: the network that hangs.
    const bin = join(folder.path, 'bin')
    mkdirSync(bin)
    const python = join(bin, 'python3')
    writeFileSync(
      python,
      '#!/bin/sh\ncase "$*" in *--version*) echo "pip 24.0 from /x (python 3.12)";; *) echo part > "$TMPDIR/part"; exec sleep 600;; esac\n',
    )
    chmodSync(python, 0o755)
    const env = { ...BARE, PATH: `${bin}:${process.env.PATH}` }
    const { child, says, ended } = startAnneal(['engine', 'install', 'cpu'], { env })
    await says('err', /Downloading tensorflow_cpu-.* 0 % of 274 MB/)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130, out: '', err: expect.stringMatching(/cancelled/) })
    expect(readdirSync(BARE.ANNEAL_ENGINE_DIR).filter((name) => !/^\.downloads$/.test(name))).toEqual([])
  })
})

describe.skipIf(NO_NATIVE)(`anneal engine with TensorFlow ${NO_NATIVE}`, () => {
  let report: EngineReport
  beforeAll(async () => {
    report = jsonOf<EngineReport>(await anneal(['engine', 'doctor', '--json']))
  })
  it('says what runs use, on which devices and threads, and that its gradients are exact', () => {
    expect(report).toMatchObject({ ok: true, used: { kind: 'native' }, selfTest: { engine: report.used } })
    expect(report.used.label).toMatch(/^TensorFlow 2\.\d+\.\d+, .*\d threads?, oneDNN (on|off)$/)
    expect((report.selfTest as { devices: string[] }).devices).toContain('CPU:0')
  })
  it('prints nothing but its result', async () => {
    const { code, out, err } = await anneal(['engine', 'test'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/gradients exact/)
  })
})
