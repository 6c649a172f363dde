import { beforeEach, expect, it, vi } from 'vitest'
import { BRIDGE } from './bridge'

const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn() },
  ipcRenderer: { on: vi.fn(), invoke: vi.fn(async (): Promise<unknown> => ({ secret: 'of main' })) },
}))
vi.mock('electron', () => electron)

const posted = vi.fn()
vi.stubGlobal('window', { location: { origin: 'app://anneal' }, postMessage: posted })

type Given = Record<'connect' | 'saveAs' | 'chooseFile' | 'reveal' | 'prefer', (...args: unknown[]) => Promise<unknown>>

async function load(): Promise<Given> {
  vi.resetModules()
  await import('../../src/preload/index')
  const [name, api] = electron.contextBridge.exposeInMainWorld.mock.lastCall as [string, never]
  expect(name).toBe('anneal')
  return api
}

beforeEach(() => vi.clearAllMocks())

it('gives the page five functions and nothing of Electron', async () => {
  const api = await load()
  expect(electron.contextBridge.exposeInMainWorld).toHaveBeenCalledTimes(1)
  expect(Reflect.ownKeys(api)).toEqual(BRIDGE)
  expect(Object.values(api).map((one) => typeof one)).toEqual(BRIDGE.map(() => 'function'))
})

it('asks main on the channel that stands in its code, whatever the page passes, and returns nothing of the answer', async () => {
  const { connect, reveal } = await load()
  await expect(connect('other:channel', { a: 1 })).resolves.toBe(undefined)
  await expect(reveal({ toString: () => 'g' }, 'other:channel')).resolves.toBe(undefined)
  expect(electron.ipcRenderer.invoke.mock.calls).toEqual([
    ['anneal:connect', undefined],
    ['anneal:reveal', 'g'],
  ])
})

it('tells the page when main refuses', async () => {
  const { connect } = await load()
  electron.ipcRenderer.invoke.mockRejectedValueOnce(new Error('Only the Anneal page may connect to the core'))
  await expect(connect()).rejects.toThrow('Only the Anneal page')
  const wrapped = new Error("Error invoking remote method 'anneal:save-as': Error: Another file dialog is open")
  electron.ipcRenderer.invoke.mockRejectedValueOnce(wrapped)
  await expect((await load()).saveAs('a.csv')).rejects.toThrow(/^Another file dialog is open$/)
})

it('posts a port to our own origin only, without the event that carries it', async () => {
  await load()
  const heard = new Map(electron.ipcRenderer.on.mock.calls as [string, (...args: unknown[]) => void][])
  expect([...heard.keys()]).toEqual(['anneal:port', 'anneal:file'])
  const receive = heard.get('anneal:port')!
  const port = { a: 'port' }
  receive({ ports: [port], sender: electron.ipcRenderer }, { notice: 'started again', more: 'ignored' })
  expect(posted.mock.calls).toEqual([[{ type: 'anneal:port', notice: 'started again' }, 'app://anneal', [port]]])
  const file = { grant: 'g', name: 'a.json', kind: 'spec' }
  heard.get('anneal:file')!({ sender: electron.ipcRenderer }, { ...file, path: '/home/a.json' })
  expect(posted.mock.lastCall).toEqual([{ type: 'anneal:file', file }, 'app://anneal', []])
})
