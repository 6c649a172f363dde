import { afterEach, describe, expect, it, vi } from 'vitest'
import { describeEngine, resolveEngine } from '../../src/core/engine/backends/resolve'

afterEach(() => vi.restoreAllMocks())

describe('the engine', () => {
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

  it('is wasm where it may be anything, and says why not faster', async () => {
    const { info } = await resolveEngine('auto')
    expect(info).toMatchObject({ kind: 'wasm', threads: 1, whyNotFaster: expect.stringContaining('native') })
    expect(info.label).toContain(info.version)
  })

  it.each(['auto', 'wasm', 'cpu'] as const)('%s is described as it will be started', async (choice) => {
    expect(describeEngine(choice)).toEqual((await resolveEngine(choice)).info)
  })

  it('native is refused with what there is', async () => {
    const refusal = expect.objectContaining({
      code: 'engine.unavailable',
      message: expect.stringContaining('wasm and cpu'),
    })
    expect(() => describeEngine('native')).toThrow(refusal as never)
    await expect(resolveEngine('native')).rejects.toEqual(refusal)
  })
})
