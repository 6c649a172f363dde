import { beforeEach, expect, it, vi } from 'vitest'

const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn() },
  ipcRenderer: { on: vi.fn(), invoke: vi.fn(async (): Promise<unknown> => ({ secret: 'of main' })) },
}))
vi.mock('electron', () => electron)

const posted = vi.fn()
vi.stubGlobal('window', { location: { origin: 'app://anneal' }, postMessage: posted })

async function load(): Promise<{ connect(): Promise<unknown> }> {
  vi.resetModules()
  await import('../../src/preload/index')
  const [name, api] = electron.contextBridge.exposeInMainWorld.mock.lastCall as [string, never]
  expect(name).toBe('anneal')
  return api
}

beforeEach(() => vi.clearAllMocks())

it('gives the page one function and nothing of Electron', async () => {
  const api = await load()
  expect(electron.contextBridge.exposeInMainWorld).toHaveBeenCalledTimes(1)
  expect(Object.keys(api)).toEqual(['connect'])
  expect(Reflect.ownKeys(api)).toEqual(['connect'])
  expect(api.connect).toBeTypeOf('function')
})

it('asks main on the one channel, whatever the page passes, and returns nothing of the answer', async () => {
  const { connect } = await load()
  await expect((connect as (...args: unknown[]) => Promise<unknown>)('other:channel', { a: 1 })).resolves.toBe(
    undefined,
  )
  expect(electron.ipcRenderer.invoke.mock.calls).toEqual([['anneal:connect']])
})

it('tells the page when main refuses', async () => {
  const { connect } = await load()
  electron.ipcRenderer.invoke.mockRejectedValueOnce(new Error('Only the Anneal page may connect to the core'))
  await expect(connect()).rejects.toThrow('Only the Anneal page')
})

it('posts a port to our own origin only, without the event that carries it', async () => {
  await load()
  expect(electron.ipcRenderer.on).toHaveBeenCalledTimes(1)
  const [channel, receive] = electron.ipcRenderer.on.mock.lastCall as [string, (...args: unknown[]) => void]
  expect(channel).toBe('anneal:port')
  const port = { a: 'port' }
  receive({ ports: [port], sender: electron.ipcRenderer }, { notice: 'started again', more: 'ignored' })
  expect(posted.mock.calls).toEqual([[{ type: 'anneal:port', notice: 'started again' }, 'app://anneal', [port]]])
})
