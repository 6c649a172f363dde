import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttpTransport } from '../../src/core/api/transports/http'
import { readEvents } from '../../src/core/api/transports/event-stream'
import type { Transport } from '../../src/core/api/transport'
import type { Core } from '../../src/core/create-core'
import { serve, type Serving } from '../../src/server/http'
import { temporaryCore, TOKEN, until } from './cores'

let core: Core
let server: Serving
let transport: Transport
const start = (port = 0) => serve({ api: core.api, port, rendererDir: import.meta.dirname, token: TOKEN })
beforeEach(async () => {
  core = await temporaryCore()
  server = await start()
  transport = createHttpTransport({ base: server.address, token: TOKEN, backOff: { least: 5, most: 20 } })
})
afterEach(async () => {
  transport.close()
  await server.close()
  await core.close()
})

describe('a connection over HTTP', () => {
  it('tells once that it is lost, finds the server again, and hears events as before', async () => {
    const states: string[] = []
    const heard: string[] = []
    transport.onState((state) => states.push(state))
    transport.subscribe((event) => event.type === 'notice' && heard.push(event.message))
    await transport.call('runs.list', {})
    core.api.notify('note', 'before')
    await until(() => heard.length === 1, 'the first event is heard')
    const port = Number(new URL(server.address).port)
    await server.close()
    await until(() => states.length === 1, 'the loss is told')
    await expect(transport.call('runs.list', {})).rejects.toMatchObject({
      code: 'server.refused',
      message: `Anneal does not answer at ${server.address}`,
    })
    server = await start(port)
    await until(() => states.length === 2, 'the return is told')
    core.api.notify('note', 'after')
    await until(() => heard.length === 2, 'an event is heard again')
    expect(states).toEqual(['lost', 'open'])
    expect(heard).toEqual(['before', 'after'])
  })
  it('says that a wrong token is refused, for calls and events', async () => {
    const states: string[] = []
    const stranger = createHttpTransport({
      base: server.address,
      token: 'x'.repeat(43),
      backOff: { least: 5, most: 5 },
    })
    stranger.onState((state) => states.push(state))
    await expect(stranger.call('runs.list', {})).rejects.toMatchObject({
      code: 'server.refused',
      message: 'The token is missing or wrong',
    })
    expect(states).toEqual(['lost'])
    stranger.close()
  })
  it('tells of a method whose name is no text as of any other that is unknown', async () => {
    await expect(transport.call('\uD800' as never, {} as never)).rejects.toMatchObject({ code: 'method.unknown' })
  })
  it('takes a silent stream for lost', async () => {
    const impatient = createHttpTransport({ base: server.address, token: TOKEN, silenceMs: 30 })
    const states: string[] = []
    impatient.onState((state) => states.push(state))
    await until(() => states.includes('lost'), 'silence counts as loss')
    impatient.close()
  })
  it('keeps no stream when nobody listens', async () => {
    const off = transport.subscribe(() => {})
    await transport.call('runs.list', {})
    let subscribers = 0
    const { subscribe } = core.api
    core.api.subscribe = (listener) => {
      subscribers++
      const leave = subscribe(listener)
      return () => {
        subscribers--
        leave()
      }
    }
    off()
    const offs = [transport.subscribe(() => {}), transport.onState(() => {})]
    await transport.call('runs.list', {})
    expect(subscribers).toBe(1)
    for (const leave of offs) leave()
    await until(() => subscribers === 0, 'the server has seen the stream end')
  })
  it('says what answers instead of Anneal', async () => {
    const elsewhere = createHttpTransport({ base: `${server.address}/index.html`, token: TOKEN })
    await expect(elsewhere.call('runs.list', {})).rejects.toMatchObject({ code: 'server.refused' })
    elsewhere.close()
  })
})

describe('the event stream', () => {
  const read = async (pieces: Uint8Array[]) => {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece)
        controller.close()
      },
    })
    const data: string[] = []
    for await (const one of readEvents(stream)) data.push(one)
    return data
  }
  it('is read the same however it is cut', async () => {
    const text = new TextEncoder().encode(':\n\ndata: {"a":"é–"}\n\n:\n\ndata: 1\ndata: 2\n\nevent: x\n\ndata: half')
    for (let cut = 0; cut <= text.length; cut++)
      expect(await read([text.subarray(0, cut), text.subarray(cut)])).toEqual(['{"a":"é–"}', '1\n2'])
    expect(await read([...text].map((byte) => Uint8Array.of(byte)))).toEqual(['{"a":"é–"}', '1\n2'])
  })
})
