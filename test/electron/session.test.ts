import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../src/core/storage/open'
import { storeWorkspace } from '../renderer/screens'
import { buildMain } from './compat/build-main'
import { electron22 } from './electron22'
import { type ElectronApp, launch, ROOT } from './launch'
import { SHORT_RUN } from './short-run'
import { clickOn, patiently, press, showsText } from './window-steps'
import { watchPage, type Watched } from './watch-page'

const { path: electron, reason } = electron22()
const PICTURES = join(ROOT, 'test', '.artifacts', 'window')

/** Updates of the run that goes on without a window: enough to be still at it when that is closed. */
const LAST = 12_000

/** Where people work, by what shows that it is there. */
const SCREENS = [
  { name: 'runs', place: '/runs', ready: `document.querySelectorAll('[role=grid] .name').length > 3` },
  { name: 'run', place: '/runs/run00007', ready: `document.querySelector('.chart-stack canvas')` },
  {
    name: 'compare',
    place: '/compare?runs=run00007,run00005,run00004',
    ready: `document.querySelector('.compare-page canvas') && !/over 0 filtered runs/.test(document.body.innerText)`,
  },
  { name: 'new-run', place: '/new-run', ready: `document.querySelector('.preview canvas, .preview svg')` },
]

/** One long session, as a user has it: the tests go on from one another, in their order. */
describe.skipIf(reason !== null)(`a session in a real Electron 22${reason ? ` (skipped: ${reason})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'anneal-session-'))
  const data = join(folder, 'workspace')
  let main: string
  let app: ElectronApp
  let seen: Watched

  const start = async (args: string[] = []) => {
    app = await launch({ electron, main, data, netLog: join(folder, 'net.json'), args })
    seen = await watchPage(app.page)
  }
  const dark = () => app.main<boolean>('electron.nativeTheme.shouldUseDarkColors')

  beforeAll(async () => {
    const storage = openWorkspace(data, { now: Date.now })
    storeWorkspace(storage)
    storage.close()
    writeFileSync(join(folder, 'given.json'), JSON.stringify({ ...SHORT_RUN, name: 'named on start' }))
    writeFileSync(join(folder, 'second.json'), JSON.stringify({ ...SHORT_RUN, name: 'named by a second start' }))
    main = await buildMain(join(folder, 'main'))
    await start([join(folder, 'given.json')])
  })
  afterAll(async () => {
    await app?.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  const names = () => app.page.evaluate<string[]>(`[...document.querySelectorAll('input')].map(({ value }) => value)`)

  it('begins with New run filled from the file that the program was started with', async () => {
    await vi.waitFor(async () => expect(await names()).toContain('named on start'), patiently)
    expect(await app.page.evaluate('location.hash')).toBe('#/new-run')
  })

  it('takes the file of a second start', async () => {
    const second = spawn(electron, ['--no-sandbox', '--data', data, join(folder, 'second.json')], {
      env: {
        ...process.env,
        ...(await app.main<object>('(({ DISPLAY, XDG_CONFIG_HOME }) => ({ DISPLAY, XDG_CONFIG_HOME }))(process.env)')),
        ANNEAL_ELECTRON_MAIN: main,
        ANNEAL_ELECTRON_APP: ROOT,
      },
      stdio: 'ignore',
    })
    expect(await new Promise((resolve) => second.once('exit', resolve))).toBe(0)
    await vi.waitFor(async () => expect(await names()).toContain('named by a second start'), patiently)
  })

  it('takes a run spec that is dropped onto it', async () => {
    const text = JSON.stringify({ ...SHORT_RUN, name: 'dropped' })
    await app.page.evaluate(`(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File([${JSON.stringify(text)}], 'dropped.json'))
      window.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
    })()`)
    await vi.waitFor(async () => expect(await names()).toContain('dropped'), patiently)
  })

  it('compares two runs that were chosen in the table', async () => {
    await app.page.evaluate(`location.hash = '#/runs'`)
    await vi.waitFor(async () => expect(await app.page.evaluate(`Boolean(${SCREENS[0]!.ready})`)).toBe(true), patiently)
    for (const keys of ['j', 'x', 'j', 'x']) await press(app.page, keys)
    await showsText(app.page, /2 selected/)
    await press(app.page, 'c')
    await vi.waitFor(async () => {
      expect(await app.page.evaluate('location.hash')).toMatch(/^#\/compare/)
      expect(await app.page.evaluate(`document.querySelectorAll('.compare-page canvas').length`)).toBeGreaterThan(0)
    }, patiently)
    expect(
      await app.page.evaluate('new URLSearchParams(location.hash.split("?")[1]).get("runs").split(",").length'),
    ).toBe(2)
    await showsText(app.page, 'Only what differs')
  })

  it.each(['light', 'dark'] as const)('looks as it should in %s', async (theme) => {
    mkdirSync(PICTURES, { recursive: true })
    if ((await app.page.evaluate('document.documentElement.dataset.theme')) !== theme)
      await press(app.page, 'Ctrl+Shift+l')
    for (const { name, place, ready } of SCREENS) {
      await app.page.evaluate(`location.hash = ${JSON.stringify(`#${place}`)}`)
      await vi.waitFor(async () => expect(await app.page.evaluate(`Boolean(${ready})`)).toBe(true), patiently)
      await app.page.evaluate('new Promise((done) => requestIdleCallback(() => requestAnimationFrame(done)))')
      const { data: png } = (await app.page.send('Page.captureScreenshot')) as { data: string }
      writeFileSync(join(PICTURES, `${name}-${theme}.png`), Buffer.from(png, 'base64'))
    }
    // Frame, menus and what is behind the page follow the page.
    expect(await dark()).toBe(theme === 'dark')
    expect(await app.main('electron.BrowserWindow.getAllWindows()[0].getBackgroundColor()')).toBe(
      theme === 'dark' ? '#0B0D10' : '#F0F2F4',
    )
  })

  it('refuses what a page could ask for', async () => {
    const denied = await app.page.evaluate<Record<string, unknown>>(`(async () => {
      const name = (error) => error.name
      return {
        camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(() => 'given', name),
        clipboard: await navigator.clipboard.readText().then(() => 'given', name),
        midi: await navigator.requestMIDIAccess({ sysex: true }).then(() => 'given', name),
        notifications: await Notification.requestPermission(),
        popup: String(window.open('app://anneal/index.html')),
        frame: await new Promise((done) => {
          const frame = document.createElement('iframe')
          frame.src = 'https://example.com/'
          frame.onload = () => { try { done(frame.contentDocument?.URL ?? 'blocked') } catch (error) { done(name(error)) } ; frame.remove() }
          document.body.append(frame)
        }),
      }
    })()`)
    expect(denied).toEqual({
      camera: expect.stringMatching(/NotAllowed|NotFound/),
      clipboard: 'NotAllowedError',
      midi: expect.stringMatching(/Security|NotAllowed/),
      notifications: 'denied',
      popup: 'null',
      frame: expect.stringMatching(/blocked|SecurityError|about:blank/),
    })
  })

  it('asked nobody but itself, from its start to here', () => {
    expect(seen.requests.length).toBeGreaterThan(3)
    expect(seen.requests.filter((url) => !/^(app:\/\/anneal\/|blob:app:\/\/anneal\/|data:)/.test(url))).toEqual([])
  })

  it('keeps its place when the page itself closes it, and opens dark at once as it was', async () => {
    await app.main(`electron.BrowserWindow.getAllWindows()[0].setBounds({ x: 60, y: 50, width: 1180, height: 740 })`)
    await vi.waitFor(
      async () => expect(await app.page.evaluate('[outerWidth, outerHeight]')).toEqual([1180, 740]),
      patiently,
    )
    await app.page.evaluate('window.close()').catch(() => {})
    expect(await app.ended).toBe(0)
    const { bounds } = JSON.parse(readFileSync(join(data, 'window', 'place.json'), 'utf8')) as { bounds: object }
    expect(bounds).toMatchObject({ width: 1180, height: 740 })
    await app.dispose()
    await start()
    expect(await dark()).toBe(true)
    expect(await app.main('electron.nativeTheme.themeSource')).toBe('dark')
    expect(await app.main('electron.BrowserWindow.getAllWindows()[0].getNormalBounds()')).toMatchObject({
      width: 1180,
      height: 740,
    })
  })

  it('is remembered as a recent workspace, and starts again with another one that is chosen in the menu', async () => {
    const other = join(folder, 'other')
    mkdirSync(other)
    const known = JSON.parse(
      readFileSync(join(folder, 'config', 'Anneal', 'recent-workspaces.json'), 'utf8'),
    ) as string[]
    expect(known).toEqual([data])
    await app.main(
      `(() => {
      electron.dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [${JSON.stringify(other)}] })
      electron.app.relaunch = (options) => require('fs').writeFileSync(${JSON.stringify(join(folder, 'relaunch.json'))}, JSON.stringify(options.args))
      setImmediate(() => electron.Menu.getApplicationMenu().items.find(({ label }) => label === 'File')
        .submenu.items.find(({ label }) => /^open workspace/i.test(label)).click())
    })()`.replaceAll('require(', 'process.mainModule.require('),
    )
    expect(await app.ended).toBe(0)
    const args = JSON.parse(readFileSync(join(folder, 'relaunch.json'), 'utf8')) as string[]
    expect(args.slice(-2)).toEqual(['--data', other])
    expect(args).not.toContain(data)
    await app.dispose()
  })

  it('trains on without a window, and ends by itself after the last run, which is whole', async () => {
    const storage = openWorkspace(data, { now: Date.now })
    const spec = parseRunSpec({ ...SHORT_RUN, name: 'to the end', budget: { steps: LAST } })
    storage.runs.create({ id: 'last', spec, name: spec.name, totalSteps: LAST, peakLr: 0.2, createdAt: Date.now() })
    storage.runs.setStatus('last', 'running', { startedAt: Date.now() })
    storage.runs.setStatus('last', 'stopped', { endedAt: Date.now() })
    storage.close()
    await start(['anneal://run/last'])
    const said = join(folder, 'tray')
    await app.main(`(() => {
      const { appendFileSync } = process.mainModule.require('fs')
      electron.dialog.showMessageBox = async () => ({ response: 0 })
      const build = electron.Menu.buildFromTemplate
      electron.Menu.buildFromTemplate = (entries) => (appendFileSync(${JSON.stringify(said)}, entries[0].label + '\\n'), build(entries))
    })()`)
    await clickOn(app.page, 'Resume')
    await showsText(app.page, /step\s+[1-9]/i)
    await app.main('electron.BrowserWindow.getAllWindows()[0].close()')
    expect(await app.ended).toBe(0)
    expect(readFileSync(said, 'utf8')).toMatch(/^1 run trains, \d+ %\n/)
    const after = openWorkspace(data, { now: Date.now })
    expect(after.runs.get('last').status).toBe('finished')
    expect(after.metrics.series('last', 'lr').steps).toHaveLength(LAST)
    after.close()
  })
})
