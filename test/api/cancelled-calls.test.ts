import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Api } from '../../src/core/api/create-api'
import type { Transport } from '../../src/core/api/transport'
import { createHttpTransport } from '../../src/core/api/transports/http'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { createPortTransport, servePort } from '../../src/core/api/transports/port'
import { serve } from '../../src/server/http'
import { TOKEN } from './cores'

/** A core that answers nothing until it hears that nobody waits. */
function waitingCore() {
  const begun = Promise.withResolvers<void>()
  const heard = Promise.withResolvers<void>()
  const api: Api = {
    call: (_method, _input, signal) => {
      begun.resolve()
      return new Promise((_, reject) =>
        signal!.addEventListener('abort', () => {
          heard.resolve()
          reject(new Error('given up'))
        }),
      )
    },
    subscribe: () => () => {},
    notify: () => {},
  }
  return { api, begun: begun.promise, heard: heard.promise }
}

const connections: Record<string, (api: Api) => Promise<Transport> | Transport> = {
  'the same process': createInProcessTransport,
  HTTP: async (api) => {
    const server = await serve({ api, port: 0, rendererDir: import.meta.dirname, token: TOKEN })
    onTestFinished(() => server.close())
    return createHttpTransport({ base: server.address, token: TOKEN })
  },
  'a port': (api) => {
    const { port1, port2 } = new MessageChannel()
    servePort(api, port1)
    return createPortTransport(port2)
  },
}

describe.each(Object.entries(connections))('a call over %s that is cancelled', (_, connect) => {
  it('is cancelled in the core too', async () => {
    const { api, begun, heard } = waitingCore()
    const transport = await connect(api)
    onTestFinished(() => transport.close())
    const controller = new AbortController()
    const call = transport.call('runs.list', {}, { signal: controller.signal })
    await begun
    controller.abort()
    await expect(call).rejects.toMatchObject({ code: 'cancelled' })
    await heard
  })
})
