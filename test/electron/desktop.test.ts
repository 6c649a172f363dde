import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../src/core/storage/open'
import { buildMain } from './compat/build-main'
import { electron22 } from './electron22'
import { type ElectronApp, launch, ROOT } from './launch'
import { SHORT_RUN } from './short-run'
import { clickOn, patiently, press, showsText } from './window-steps'

const { path: electron, reason } = electron22()
/** Trains until it is stopped; evaluations, and with them checkpoints, come soon. */
const LONG_RUN = { ...SHORT_RUN, name: 'long run', budget: { steps: 200_000 } }

describe.skipIf(reason !== null)(
  `the desktop program in a real Electron 22${reason ? ` (skipped: ${reason})` : ''}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'anneal-desktop-'))
    let main: string
    let app: ElectronApp
    let data: string
    let count = 0

    beforeAll(async () => (main = await buildMain(join(folder, 'main'))))
    afterEach(() => app?.dispose())
    afterAll(() => rmSync(folder, { recursive: true, force: true }))

    const start = async (args: string[] = []) => {
      // One that has ended still has its screen.
      await app?.dispose()
      app = await launch({ electron, main, data, netLog: join(folder, `net-${count}.json`), args })
      await app.main(`electron.dialog.showMessageBox = async (...given) => {
      globalThis.asked = given.at(-1)
      return { response: globalThis.answer ?? 2 }
    }`)
    }
    const workspace = () => (data = join(folder, `workspace-${++count}`))
    const seed = () => {
      const storage = openWorkspace(data, { now: Date.now })
      const spec = parseRunSpec(LONG_RUN)
      storage.runs.create({
        id: 'seeded',
        spec,
        name: spec.name,
        totalSteps: 200_000,
        peakLr: 0.2,
        createdAt: Date.now(),
      })
      storage.runs.setStatus('seeded', 'running', { startedAt: Date.now() })
      storage.runs.setStatus('seeded', 'stopped', { endedAt: Date.now() })
      storage.close()
    }
    /** Lets a run train, as a user does: by the button of its page; resolves once some steps are stored. */
    const train = async () => {
      await clickOn(app.page, 'Resume')
      // What main itself knows: the task bar's progress is set only while something trains.
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBeGreaterThanOrEqual(0), patiently)
      await vi.waitFor(
        async () => expect(await app.page.evaluate<string>('document.body.innerText')).toMatch(/step\s+[1-9]/i),
        patiently,
      )
    }
    const watchBar = () =>
      app.main(
        `{ const [window] = electron.BrowserWindow.getAllWindows()
      const set = window.setProgressBar.bind(window)
      window.setProgressBar = (value) => { globalThis.bar = value; set(value) } }`.replace(
          /^\{([\s\S]*)\}$/,
          '(() => {$1})()',
        ),
      )
    const stored = () => {
      const storage = openWorkspace(data, { now: Date.now })
      const row = storage.runs.get('seeded')
      const { steps } = storage.metrics.series('seeded', 'lr')
      const checkpoints = storage.checkpoints.list('seeded').map(({ step }) => step)
      storage.close()
      return { row, steps, checkpoints }
    }
    const opened = async () => {
      workspace()
      seed()
      await start(['anneal://run/seeded'])
      await watchBar()
      await showsText(app.page, 'long run')
    }

    it('opens a link to a run, remembers its window’s place, and ends unasked where nothing trains', async () => {
      await opened()
      expect(await app.page.evaluate('location.hash')).toBe('#/runs/seeded')
      await app.main(`electron.BrowserWindow.getAllWindows()[0].setBounds({ x: 40, y: 30, width: 1200, height: 760 })`)
      await vi.waitFor(
        async () =>
          expect(await app.main('electron.BrowserWindow.getAllWindows()[0].getBounds()')).toMatchObject({
            width: 1200,
          }),
        patiently,
      )
      const bounds = await app.main('electron.BrowserWindow.getAllWindows()[0].getNormalBounds()')
      await app.main('electron.BrowserWindow.getAllWindows()[0].close()')
      expect(await app.ended).toBe(0)
      const kept = JSON.parse(readFileSync(join(data, 'window', 'place.json'), 'utf8')) as { bounds: object }
      expect(kept.bounds).toEqual(bounds)
      await start()
      expect(await app.main('electron.BrowserWindow.getAllWindows()[0].getNormalBounds()')).toMatchObject({
        width: 1200,
        height: 760,
      })
    })

    it('asks before it is closed while a run trains; cancel changes nothing, stop leaves a checkpoint to go on from', async () => {
      await opened()
      await train()
      expect(await app.main('electron.powerSaveBlocker.isStarted(0)')).toBe(true)
      await app.main('(globalThis.answer = 2, electron.BrowserWindow.getAllWindows()[0].close())')
      await vi.waitFor(async () => expect(await app.main('globalThis.asked?.message')).toBe('1 run trains'), patiently)
      expect(await app.pages()).toHaveLength(1)
      await app.main('(globalThis.asked = null, globalThis.answer = 1, electron.app.quit())').catch(() => {})
      expect(await app.ended).toBe(0)
      const { row, steps, checkpoints } = stored()
      expect(row.status).toBe('stopped')
      expect(steps).toHaveLength(row.steps)
      expect(checkpoints).toContain(row.steps)
    })

    it('goes on in the background, comes back by a second start at its link, and stops in order when the system ends it', async () => {
      await opened()
      await train()
      await app.main('(globalThis.answer = 0, electron.BrowserWindow.getAllWindows()[0].close())')
      await vi.waitFor(async () => expect(await app.pages()).toEqual([]), patiently)
      const second = spawn(electron, ['--no-sandbox', '--data', data, 'anneal://run/seeded'], {
        env: {
          ...process.env,
          ...(await app.main<object>('({ DISPLAY: process.env.DISPLAY })')),
          ANNEAL_ELECTRON_MAIN: main,
          ANNEAL_ELECTRON_APP: join(import.meta.dirname, '../..'),
        },
        stdio: 'ignore',
      })
      await new Promise((resolve) => second.once('exit', resolve))
      const page = await app.reattach()
      await showsText(page, 'long run')
      expect(await page.evaluate('location.hash')).toBe('#/runs/seeded')
      await app.main('electron.BrowserWindow.getAllWindows()[0].close()')
      await vi.waitFor(async () => expect(await app.pages()).toEqual([]), patiently)
      process.kill(app.pid, 'SIGTERM')
      expect(await app.ended).toBe(0)
      expect(stored().row.status).toBe('stopped')
    })

    it('brings a page back whose process was killed, and says so, while the run trains on', async () => {
      await opened()
      await train()
      const pid = await app.main<number>('electron.BrowserWindow.getAllWindows()[0].webContents.getOSProcessId()')
      process.kill(pid, 'SIGKILL')
      const page = await app.reattach()
      await showsText(page, 'was loaded again')
      await showsText(page, 'long run')
      process.kill(app.pid, 'SIGTERM')
      expect(await app.ended).toBe(0)
      const { row, steps } = stored()
      expect(row.status).toBe('stopped')
      expect(steps).toHaveLength(row.steps)
    })

    it('stops runs after a checkpoint on battery where the settings say so, and goes on with mains power', async () => {
      await opened()
      await train()
      await press(app.page, 'Ctrl+,')
      await vi.waitFor(async () => {
        const label = `[...document.querySelectorAll('[role=dialog] label')].find(({ innerText }) => innerText.includes('after a checkpoint'))`
        expect(await app.page.evaluate(`(${label})?.querySelector('input').checked`)).toBe(false)
        await app.page.evaluate(`(${label}).click()`)
      }, patiently)
      const file = join(data, 'window', 'preferences.json')
      await vi.waitFor(
        () => expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pauseOnBattery: true }),
        patiently,
      )
      const { data: png } = (await app.page.send('Page.captureScreenshot')) as { data: string }
      const pictures = join(ROOT, 'test', '.artifacts', 'window')
      mkdirSync(pictures, { recursive: true })
      writeFileSync(join(pictures, 'settings.png'), Buffer.from(png, 'base64'))
      await app.main(`electron.powerMonitor.emit('on-battery')`)
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBe(-1), patiently)
      await app.main(`electron.powerMonitor.emit('on-ac')`)
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBeGreaterThanOrEqual(0), patiently)
      // The plug is pulled while the machine sleeps, which nobody tells; put in again it goes on.
      const wakeUp = (isBattery: boolean) =>
        app.main(`(electron.powerMonitor.emit('suspend'), electron.powerMonitor.isOnBatteryPower = () => ${isBattery},
          electron.powerMonitor.emit('resume'))`)
      await wakeUp(true)
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBe(-1), patiently)
      await wakeUp(false)
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBeGreaterThanOrEqual(0), patiently)
      process.kill(app.pid, 'SIGTERM')
      expect(await app.ended).toBe(0)
      const { row, steps, checkpoints } = stored()
      expect(row.status).toBe('stopped')
      expect(steps).toHaveLength(row.steps)
      expect(checkpoints).toContain(row.steps)
    })

    it('trains on through a sleep of the machine: nothing is asked, stopped or interrupted', async () => {
      await opened()
      await train()
      const asleep = await app.main<number>(`(electron.powerMonitor.emit('suspend'), globalThis.bar)`)
      await app.main(`electron.powerMonitor.emit('resume')`)
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBeGreaterThan(asleep), patiently)
      expect(await app.main('globalThis.asked ?? null')).toBe(null)
      process.kill(app.pid, 'SIGTERM')
      expect(await app.ended).toBe(0)
      const { row, steps } = stored()
      expect(row.status).toBe('stopped')
      expect([...steps]).toEqual(Array.from({ length: row.steps }, (_, step) => step))
    })

    it('loses no step that was shown when the core is killed while a run trains', async () => {
      await opened()
      await train()
      const shown = await app.page.evaluate<number>(
        `Number(/step\\s+([\\d\\u2009\\u202f\\u00a0 ,]*\\d)/i.exec(document.body.innerText)[1].replace(/\\D/g, ''))`,
      )
      const { pid } = JSON.parse(readFileSync(join(data, 'anneal.lock'), 'utf8')) as { pid: number }
      process.kill(pid, 'SIGKILL')
      await showsText(app.page, 'The core ended unexpectedly')
      await vi.waitFor(async () => expect(await app.main('globalThis.bar')).toBe(-1), patiently)
      process.kill(app.pid, 'SIGTERM')
      expect(await app.ended).toBe(0)
      const { row, steps } = stored()
      expect(row.status).toBe('interrupted')
      expect(shown).toBeGreaterThan(0)
      expect(steps.length).toBeGreaterThanOrEqual(shown)
      expect([...steps]).toEqual(Array.from({ length: steps.length }, (_, step) => step))
    })
  },
)
