import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'

const electron = vi.hoisted(() => ({
  handlers: new Map<string, (event: unknown, given?: unknown) => unknown>(),
  appListeners: new Map<string, (event: unknown, contents: unknown) => void>(),
  openExternal: vi.fn(),
}))
vi.mock('electron', () => ({
  app: {
    isPackaged: true,
    on: (name: string, listener: never) => electron.appListeners.set(name, listener),
    commandLine: { appendSwitch: vi.fn() },
  },
  shell: { openExternal: electron.openExternal },
  ipcMain: { handle: (channel: string, handler: never) => electron.handlers.set(channel, handler) },
  MessageChannelMain: class {
    port1 = 'page end'
    port2 = 'core end'
  },
  BrowserWindow: class {},
  dialog: {},
  nativeTheme: {},
}))

import { answerPages, sendPort } from '../../src/main/connect-pages'
import { hardenContents, hardenSession } from '../../src/main/harden'
import { secureWebPreferences } from '../../src/main/window'

beforeEach(() => vi.clearAllMocks())

it('gives windows exactly these preferences', () => {
  expect(secureWebPreferences('/preload.cjs', false)).toEqual({
    preload: '/preload.cjs',
    devTools: false,
    contextIsolation: true,
    sandbox: true,
    webSecurity: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    spellcheck: false,
  })
})

describe('any web contents', () => {
  function contents() {
    const fake = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn() })
    hardenContents()
    electron.appListeners.get('web-contents-created')!({}, fake)
    return fake
  }

  it.each(['will-navigate', 'will-redirect', 'will-frame-navigate'])('%s to a foreign page is refused', (name) => {
    const fake = contents()
    const [foreign, own] = ['https://evil.example/', 'app://anneal/index.html'].map((url) => {
      const event = { url, preventDefault: vi.fn() }
      fake.emit(name, event)
      return event
    })
    expect(foreign!.preventDefault).toHaveBeenCalledTimes(1)
    expect(own!.preventDefault).not.toHaveBeenCalled()
  })

  it('gets no webview', () => {
    const event = { preventDefault: vi.fn() }
    contents().emit('will-attach-webview', event)
    expect(event.preventDefault).toHaveBeenCalledTimes(1)
  })

  it('opens no second window, and only sources of formulas in the browser', () => {
    const open = contents().setWindowOpenHandler.mock.lastCall![0] as (details: { url: string }) => unknown
    expect(open({ url: 'https://evil.example/' })).toEqual({ action: 'deny' })
    expect(open({ url: 'app://anneal/index.html' })).toEqual({ action: 'deny' })
    expect(electron.openExternal).not.toHaveBeenCalled()
    expect(open({ url: 'https://arxiv.org/abs/1708.07120' })).toEqual({ action: 'deny' })
    expect(electron.openExternal).toHaveBeenCalledExactlyOnceWith('https://arxiv.org/abs/1708.07120')
  })
})

it('a session refuses permissions, devices, foreign requests and dictionaries', () => {
  const session = {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    setSpellCheckerLanguages: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() },
  }
  hardenSession(session as never, { devTools: false })
  const given = (mock: ReturnType<typeof vi.fn>) => mock.mock.lastCall![0] as (...args: unknown[]) => unknown

  const answers: boolean[] = []
  const request = given(session.setPermissionRequestHandler)
  const page = { requestingUrl: 'app://anneal/index.html' }
  request(null, 'media', (granted: boolean) => answers.push(granted), page)
  request(null, 'clipboard-sanitized-write', (granted: boolean) => answers.push(granted), page)
  request(null, 'clipboard-sanitized-write', (granted: boolean) => answers.push(granted), {})
  expect(answers).toEqual([false, true, false])
  expect(given(session.setPermissionCheckHandler)(null, 'geolocation', 'app://anneal/')).toBe(false)
  expect(given(session.setDevicePermissionHandler)({ deviceType: 'usb' })).toBe(false)
  expect(session.setSpellCheckerLanguages).toHaveBeenCalledExactlyOnceWith([])

  const filter = given(session.webRequest.onBeforeRequest)
  const cancelled = ['app://anneal/index.html', 'https://example.com/', 'devtools://devtools/x'].map((url) => {
    const respond = vi.fn()
    filter({ url }, respond)
    return respond.mock.lastCall![0]
  })
  expect(cancelled).toEqual([{ cancel: false }, { cancel: true }, { cancel: true }])
})

describe('the channel to the core', () => {
  const page = { postMessage: vi.fn() }
  const frame = { url: 'app://anneal/index.html', parent: null }

  it('is given to the own page and to nobody else', () => {
    const connect = vi.fn()
    const others = {
      'anneal:save-as': vi.fn(),
      'anneal:choose-file': vi.fn(),
      'anneal:reveal': vi.fn(),
      'anneal:prefer': vi.fn(),
    }
    answerPages((contents) => contents === (page as never), { 'anneal:connect': connect, ...others })
    for (const channel of Object.keys(others))
      expect(() => electron.handlers.get(channel)!({ sender: {}, senderFrame: frame })).toThrow('Only the Anneal page')
    expect(Object.values(others).flatMap(({ mock }) => mock.calls)).toEqual([])
    const handle = electron.handlers.get('anneal:connect')!
    expect(() => handle({ sender: {}, senderFrame: frame })).toThrow('Only the Anneal page')
    expect(() => handle({ sender: page, senderFrame: null })).toThrow('Only the Anneal page')
    expect(connect).not.toHaveBeenCalled()
    handle({ sender: page, senderFrame: frame })
    expect(connect).toHaveBeenCalledExactlyOnceWith(page, undefined)
  })

  it('has one end in the page, with the reason, and one in the core', () => {
    const give = vi.fn()
    sendPort(page as never, give, 'started again')
    expect(give).toHaveBeenCalledExactlyOnceWith('core end')
    expect(page.postMessage).toHaveBeenCalledExactlyOnceWith('anneal:port', { notice: 'started again' }, ['page end'])
  })
})
