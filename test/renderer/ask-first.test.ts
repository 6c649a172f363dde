import { beforeEach, describe, expect, it } from 'vitest'
import type { Transport } from '../../src/core/api/transport'
import { createFakeTransport, type FakeTransport } from '../../src/core/api/transports/fake'
import { askFirst, type Question } from '../../src/renderer/connect/ask-first'

const INFO: Question = ['app.info', {}]
const TABLE: Question = ['runs.table', { filter: 'lr > 0.1', limit: 50 }]

describe('questions that are asked before anybody wants the answers', () => {
  let core: FakeTransport
  let calls: string[]
  const counted = (): Transport => ({
    ...core,
    call: ((method, input, options) => {
      calls.push(method)
      return core.call(method, input, options)
    }) as Transport['call'],
  })
  beforeEach(() => {
    core = createFakeTransport()
    calls = []
  })

  it('are asked once: the first call with the same input takes the answer, the next one asks again', async () => {
    const { transport, answers } = askFirst(counted(), [INFO, TABLE])
    expect(calls).toEqual(['app.info', 'runs.table'])
    expect(await transport.call(...TABLE)).toBe(await answers[1])
    expect(calls).toHaveLength(2)
    expect(await transport.call(...TABLE)).not.toBe(await answers[1])
    expect(calls).toHaveLength(3)
  })

  it('do not answer a call with another input', async () => {
    const { transport, answers } = askFirst(counted(), [TABLE])
    expect(await transport.call('runs.table', { filter: 'lr > 0.2', limit: 50 })).not.toBe(await answers[0])
  })

  it.each([
    ['a run changed', (core: FakeTransport) => core.emit({ type: 'runs.removed', runs: ['gone'] })],
    ['the connection was lost', (core: FakeTransport) => core.setState('lost')],
  ])('are forgotten where %s before the answer was taken', async (_, happen) => {
    const { transport, answers } = askFirst(counted(), [TABLE])
    happen(core)
    expect(await transport.call(...TABLE)).not.toBe(await answers[0])
    expect(calls).toHaveLength(2)
  })

  it('hand on what went wrong, and to nobody where nobody asks', async () => {
    const { transport } = askFirst(counted(), [['runs.get', { run: 'nobody' }]])
    await expect(transport.call('runs.get', { run: 'nobody' })).rejects.toMatchObject({ code: 'run.notFound' })
  })

  it('can be given up like any other call', async () => {
    const { transport } = askFirst(counted(), [TABLE])
    const gone = AbortSignal.abort()
    await expect(transport.call(...TABLE, { signal: gone })).rejects.toMatchObject({ code: 'cancelled' })
  })
})
