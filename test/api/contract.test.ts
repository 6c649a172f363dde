import { MessageChannel } from 'node:worker_threads'
import { createFakeTransport } from '../../src/core/api/transports/fake'
import { createHttpTransport } from '../../src/core/api/transports/http'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { createPortTransport, servePort } from '../../src/core/api/transports/port'
import { serve } from '../../src/server/http'
import { temporaryCore, TOKEN } from './cores'
import { contractSuite } from './contract-suite'
import { RECORDED } from './idle-trainer'

contractSuite('the same process', async () => {
  const core = await temporaryCore()
  return {
    connect: () => createInProcessTransport(core.api),
    notify: (message) => core.api.notify('note', message),
    close: core.close,
  }
})

contractSuite('a message port', async () => {
  const core = await temporaryCore()
  return {
    connect() {
      const { port1, port2 } = new MessageChannel()
      servePort(core.api, port1)
      return createPortTransport(port2)
    },
    notify: (message) => core.api.notify('note', message),
    close: core.close,
  }
})

contractSuite('HTTP', async () => {
  const core = await temporaryCore()
  const server = await serve({ api: core.api, port: 0, rendererDir: import.meta.dirname, token: TOKEN })
  return {
    connect: () => createHttpTransport({ base: server.address, token: TOKEN }),
    notify: (message) => core.api.notify('note', message),
    async close() {
      await server.close()
      await core.close()
    },
  }
})

contractSuite('nothing: the fake', async () => {
  const fake = createFakeTransport()
  fake.jobs.onChange((run) => {
    if (run.status === 'running') fake.append({ run: run.id, metric: 'train/loss', values: RECORDED })
  })
  return {
    connect: () => fake.connect(),
    notify: (message) => fake.emit({ type: 'notice', level: 'note', message }),
    close: () => fake.jobs.close(),
  }
})
