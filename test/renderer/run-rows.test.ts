import { createPinia } from 'pinia'
import { expect, it } from 'vitest'
import { createApp } from 'vue'
import type { CoreEvent } from '../../src/core/api/contract'
import type { Transport } from '../../src/core/api/transport'
import type { RunRow, RunStatus } from '../../src/core/domain/run'
import { provideTransport } from '../../src/renderer/composables/use-transport'
import { useRunRows } from '../../src/renderer/stores/run-rows'

const row = (status: RunStatus) => ({ id: 'run00001', status }) as RunRow

/** The store on a connection whose events and answers come in whichever order a test wants. */
function storeOn() {
  let listener: (event: CoreEvent) => void = () => {}
  const transport: Partial<Transport> = {
    subscribe(listen) {
      listener = listen
      return () => {}
    },
  }
  const app = createApp({})
  provideTransport(app, transport as Transport)
  app.use(createPinia())
  const rows = app.runWithContext(() => useRunRows())
  return { rows, tell: (run: RunRow) => listener({ type: 'runs.changed', runs: [run] }) }
}

it('an answer that was overtaken by an event does not undo it', async () => {
  const { rows, tell } = storeOn()
  const { promise, resolve } = Promise.withResolvers<RunRow>()
  const asked = rows.ask('run00001', () => promise)
  tell(row('stopped'))
  resolve(row('running'))
  await asked
  expect(rows.get('run00001')?.status).toBe('stopped')
})

it('an answer counts where nothing has been told of its run meanwhile', async () => {
  const { rows, tell } = storeOn()
  tell(row('running'))
  await rows.ask('run00001', async () => row('stopped'))
  expect(rows.get('run00001')?.status).toBe('stopped')
})
