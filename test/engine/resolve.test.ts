import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeEngine, resolveEngine } from '../../src/core/engine/backends/resolve'

// A machine without TensorFlow, whatever this one has.
const empty = mkdtempSync(join(tmpdir(), 'anneal-no-engine-'))
afterAll(() => rmSync(empty, { recursive: true, force: true }))
beforeEach(() => {
  vi.stubEnv('ANNEAL_ENGINE_DIR', empty)
  vi.stubEnv('ANNEAL_LIBTENSORFLOW', '')
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

describe('the engine where TensorFlow is not installed', () => {
  // First in the file: TensorFlow.js advertises itself once a process, on first use.
  it('prints nothing and leaves the process its own error handlers', async () => {
    const prints = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) => vi.spyOn(console, name))
    const writes = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write'))
    const handlers = () => ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event))
    const before = handlers()
    for (const kind of ['wasm', 'cpu'] as const) {
      const { ops } = await resolveEngine(kind)
      expect([...ops.scope(() => ops.download(ops.relu(ops.upload(Float32Array.of(-1, 2), [2]))))]).toEqual([0, 2])
    }
    for (const spy of [...prints, ...writes]) expect(spy).not.toHaveBeenCalled()
    expect(handlers()).toEqual(before)
  })

  it('is wasm where it may be anything, and says why not faster and what would change it', async () => {
    const { info } = await resolveEngine('auto')
    expect(info).toMatchObject({ kind: 'wasm', threads: 1, whyNotFaster: expect.stringContaining('TensorFlow') })
    if (process.platform === 'linux') expect(info.whyNotFaster).toContain('anneal engine install cpu')
    expect(info.label).toContain(info.version)
  })

  it.each(['auto', 'wasm', 'cpu'] as const)('%s is described as it will be started', async (choice) => {
    expect(await describeEngine(choice)).toEqual((await resolveEngine(choice)).info)
  })

  it.each(['wasm', 'cpu'] as const)('%s says that it was asked for', async (choice) => {
    expect((await describeEngine(choice)).whyNotFaster).toBe(`The run asks for the engine ${choice}`)
  })

  it('native is refused, with the command that installs it', async () => {
    const refusal = { code: 'engine.unavailable', message: expect.stringMatching(/TensorFlow.*(install|There is)/) }
    await expect(describeEngine('native')).rejects.toMatchObject(refusal)
    await expect(resolveEngine('native')).rejects.toMatchObject(refusal)
  })

  it('is wasm where the library of the user’s own is none, which native says', async () => {
    const file = join(empty, 'mine.so')
    writeFileSync(file, 'this is no library')
    vi.stubEnv('ANNEAL_LIBTENSORFLOW', file)
    const { info } = await resolveEngine('auto')
    expect(info).toMatchObject({
      kind: 'wasm',
      whyNotFaster: expect.stringMatching(/could not be loaded from .*mine\.so/),
    })
    await expect(resolveEngine('native')).rejects.toThrow(/mine\.so/)
  })
})
