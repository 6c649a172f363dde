import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encode } from '../../src/core/api/codec'
import { createPortTransport, type MessagePortLike, servePort } from '../../src/core/api/transports/port'
import type { Core } from '../../src/core/create-core'
import { temporaryCore, until } from './cores'

let core: Core
beforeEach(async () => void (core = await temporaryCore()))
afterEach(() => core.close())

const connected = () => {
  const { port1, port2 } = new MessageChannel()
  const stop = servePort(core.api, port1)
  return { transport: createPortTransport(port2), stop, theirs: port1, ours: port2 }
}

/** Two ends that behave as Electron's: `on` instead of addEventListener, events with data, a start that is needed. */
function electronChannel(): [MessagePortLike, MessagePortLike] {
  const ends = [new EventEmitter(), new EventEmitter()] as const
  const open = [false, false]
  const queues: unknown[][] = [[], []]
  const deliver = (i: number) => {
    while (open[i] && queues[i]!.length) ends[i]!.emit('message', { data: queues[i]!.shift(), ports: [] })
  }
  const end = (i: 0 | 1): MessagePortLike => ({
    postMessage(message: unknown) {
      queues[1 - i]!.push(structuredClone(message))
      setImmediate(() => deliver(1 - i))
    },
    on: (type, listener) => ends[i].on(type, listener),
    start() {
      open[i] = true
      deliver(i)
    },
    close: () => setImmediate(() => ends.forEach((emitter) => emitter.emit('close'))),
  })
  return [end(0), end(1)]
}

describe('a connection over a port', () => {
  it('works over ports of Electron’s kind', async () => {
    const [a, b] = electronChannel()
    servePort(core.api, a)
    const transport = createPortTransport(b)
    expect(await transport.call('runs.list', {})).toEqual({ rows: [], total: 0, all: 0 })
    transport.close()
  })
  it('takes objects that a structured clone refuses, as a page’s reactive ones', async () => {
    const { transport } = connected()
    const reactive = new Proxy({ filter: 'lr > 1', limit: 3 }, {})
    expect(() => structuredClone(reactive)).toThrow()
    expect((await transport.call('runs.list', reactive)).rows).toEqual([])
    transport.close()
  })
  it('fails what is under way when the other side goes, says so, and goes on over a new port', async () => {
    const { transport, theirs } = connected()
    const states: string[] = []
    transport.onState((state) => states.push(state))
    const pending = transport.call('runs.list', {})
    theirs.close()
    await expect(pending).rejects.toMatchObject({ code: 'server.refused', details: { method: 'runs.list' } })
    await until(() => states.length === 1, 'the loss is told')
    await expect(transport.call('runs.list', {})).rejects.toMatchObject({ code: 'server.refused' })
    const next = new MessageChannel()
    servePort(core.api, next.port1)
    const heard: string[] = []
    transport.subscribe((event) => heard.push(event.type))
    transport.reconnect(next.port2)
    expect((await transport.call('runs.list', {})).rows).toEqual([])
    core.api.notify('note', 'x')
    await until(() => heard.length === 1, 'events come over the new port')
    expect(states).toEqual(['lost', 'open'])
    transport.close()
  })
  it('is no longer told of events by the core once either side has closed it', async () => {
    const listeners = new Set<unknown>()
    const { subscribe } = core.api
    core.api.subscribe = (listener) => {
      listeners.add(listener)
      const off = subscribe(listener)
      return () => {
        listeners.delete(listener)
        off()
      }
    }
    const [byPage, byCore] = [connected(), connected()]
    expect(listeners.size).toBe(2)
    byPage.transport.close()
    await until(() => listeners.size === 1, 'the core has seen the page go')
    byCore.stop()
    byCore.stop()
    expect(listeners.size).toBe(0)
  })
  it.each<[string, unknown]>([
    ['text', 'hello'],
    ['nothing', null],
    ['an object', { type: 'call', id: 1, method: 'runs.list' }],
    ['bytes that are no message', Uint8Array.of(1, 2, 3)],
    ['a message of another kind', encode({ type: 'other' })],
    ['a call without id', encode({ type: 'call', method: 'runs.list' })],
    ['a method that cannot be made a text', encode({ type: 'call', id: 7, method: { toString: 1, valueOf: 1 } })],
    ['a list', encode([1])],
    ['an event sent to the core', encode({ type: 'event', event: {} })],
  ])('is not upset by %s, from either side', async (_, message) => {
    const { transport, theirs, ours } = connected()
    for (const port of [theirs, ours] as MessagePort[]) port.postMessage(message)
    expect((await transport.call('runs.list', {})).rows).toEqual([])
    transport.close()
  })
})
