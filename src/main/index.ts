import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  app,
  type BrowserWindow,
  crashReporter,
  dialog,
  type MessageBoxOptions,
  MessageChannelMain,
  nativeTheme,
  powerMonitor,
  session,
} from 'electron'
import type { MessagePortLike } from '../core/api/transports/port'
import { argumentsFor, filesAmong, workspaceDir } from './arguments'
import { readHolder } from '../core/storage/lock'
import { createBatteryPause } from './battery-pause'
import { answerPages, sendPort } from './connect-pages'
import { type CoreHost, createCoreHost } from './core-host'
import { createFileDialogs } from './file-dialogs'
import { followRuns, trainingText } from './follow-runs'
import { forkUtility } from './fork'
import { createGrants } from './grants'
import { createGivenFiles } from './given-files'
import { goOffline, hardenContents, hardenSession, reveal } from './harden'
import { inputOf, type MenuActions, setMenu } from './menu'
import { linkAmong, linkedRun, pageOfRun } from './open-target'
import { openPreferences } from './preferences'
import { registerScheme, servePage } from './protocol'
import { answerOf } from './quit-question'
import { createQuitting } from './quitting'
import { rememberWorkspace } from './recent-workspaces'
import { watchRuns } from './run-watch'
import { createSwitch } from './switch-workspace'
import { createTray } from './tray'
import { goTo, openWindow, rememberPlace } from './window'

const dir = workspaceDir(process.argv.slice(1))
const report = (error: unknown) => console.error(error)
const built = (path: string) => join(app.getAppPath(), 'out', path)
const resource = (name: string) => join(app.getAppPath(), 'resources', name)
const placeFile = () => join(app.getPath('userData'), 'place.json')
const devTools = !app.isPackaged

let host: CoreHost | null = null
let window: BrowserWindow | null = null
let closed = false
/** The workspace to start again with. */
let next: string | null = null
let exitCode = 0
/** What the page is to be told when it asks for the core next. */
let notice: string | null = null
/** A link may come before there is a window. */
let firstPage = pageOf(linkAmong(process.argv.slice(1)))

const watch = watchRuns(report)
const tray = createTray(resource('tray.png'), { open: showWindow, stop: () => quitting.end() })
const grants = createGrants(() => randomBytes(16).toString('hex'))
const dialogs = createFileDialogs({ window: () => window, grants, folder: () => app.getPath('documents') })
const given = createGivenFiles(grants, {
  send: (file) => window?.webContents.postMessage('anneal:file', file),
  onError: (error) => void refuse('The file was not opened', (error as Error).message),
})
const switchTo = createSwitch({
  current: dir,
  live: watch.live,
  holderOf: readHolder,
  say: ({ message, detail }) => refuse(message, detail),
  ask: async ({ kind: _, ...question }) => (await show({ type: 'question', ...question })) === 0,
  restart: (other) => {
    next = other
    quitting.end()
  },
})
const quitting = createQuitting({
  live: watch.live,
  ask: async (question) => answerOf(await show({ type: 'question', ...question })),
  enterBackground,
  end: () => void closeAll(),
})

/** A message of the program, over its window where there is one; the number of the button that was pressed. */
async function show(message: MessageBoxOptions): Promise<number> {
  const options = { title: 'Anneal', ...message }
  const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
  return response
}

const refuse = async (message: string, detail: string): Promise<void> =>
  void (await show({ type: 'warning', message, detail, buttons: ['OK'] }))

async function chooseWorkspace(): Promise<void> {
  if (!window) return
  const { canceled, filePaths } = await dialog.showOpenDialog(window, {
    title: 'Open a workspace',
    defaultPath: dirname(dir),
    properties: ['openDirectory', 'createDirectory'],
  })
  if (!canceled && filePaths[0]) await switchTo(filePaths[0])
}

async function chooseFile(): Promise<void> {
  try {
    const file = await dialogs.chooseFile()
    if (file) window?.webContents.postMessage('anneal:file', file)
  } catch (error) {
    await refuse('The file was not opened', (error as Error).message)
  }
}

/** Chromium's own files lie with the workspace, so that one window a workspace is what "single instance" means. */
function keepStateWithWorkspace(): void {
  const folder = join(dir, 'window')
  try {
    mkdirSync(folder, { recursive: true })
    app.setPath('userData', folder)
  } catch {
    // A folder that cannot be written is the core's to explain, with words.
  }
}

function pageOf(run: string | null): string {
  return run ? pageOfRun(run) : '/runs'
}

async function quitWith(message: string, detail: string): Promise<void> {
  exitCode = 1
  console.error(`Error: ${message}\n${detail}`)
  await dialog.showMessageBox({ type: 'error', title: 'Anneal', message, detail, buttons: ['Quit'] })
  quitting.end()
}

function open(page: string): void {
  window = openWindow({
    preload: built('preload/index.cjs'),
    icon: resource('icon.png'),
    placeFile: placeFile(),
    page,
    onReloaded: (why) => {
      notice = why
      given.gone()
    },
  })
  window.on('close', (event) => {
    // On macOS a window is not the program: what trains goes on without it.
    if (process.platform === 'darwin' || quitting.state() === 'ending' || !watch.live().length) return
    event.preventDefault()
    void quitting.request()
  })
  window.on('closed', () => {
    window = null
    given.gone()
  })
}

/** Brings the window to the front, at a run where a link names one. */
function showWindow(run: string | null = null): void {
  if (quitting.state() === 'ending') return
  quitting.shown()
  tray.hide()
  if (!window) return open(pageOf(run))
  if (window.isMinimized()) window.restore()
  window.focus()
  if (run) goTo(window, pageOfRun(run))
}

function enterBackground(): void {
  tray.show(trainingText(watch.live(), watch.progress()))
  window?.destroy()
}

/** Stop flags, checkpoints, flush, database, processes, program: the core does the first four. */
async function closeAll(): Promise<void> {
  const live = watch.live().length
  if (window) rememberPlace(window, placeFile())
  if (live) window?.setTitle(`Anneal: stopping ${live === 1 ? 'a run' : `${live} runs`} after a checkpoint …`)
  await host?.close()
  closed = true
  // An AppImage is started by its own file, not by what is unpacked from it.
  const execPath = process.env.APPIMAGE
  if (next) app.relaunch({ args: argumentsFor(process.argv.slice(1), next), ...(execPath && { execPath }) })
  app.exit(exitCode)
}

function start(): void {
  crashReporter.start({ uploadToServer: false })
  hardenSession(session.defaultSession, { devTools })
  servePage(built('renderer'))
  const preferences = openPreferences(join(app.getPath('userData'), 'preferences.json'), report)
  nativeTheme.themeSource = preferences.current().theme
  const battery = createBatteryPause({
    wanted: () => preferences.current().pauseOnBattery,
    live: watch.live,
    stop: watch.stop,
    resume: watch.resume,
    onError: report,
  })
  const recentFile = join(app.getPath('appData'), 'Anneal', 'recent-workspaces.json')
  const recent = rememberWorkspace(recentFile, dir, report)
  const listMenu = () => setMenu(menuActions, { devTools, recent: recent.others() })
  const menuActions: MenuActions = {
    go: (screen) => window && goTo(window, `/${screen}`),
    press: (keys) => {
      const input = inputOf(keys, process.platform)
      for (const type of ['keyDown', 'keyUp'] as const) window?.webContents.sendInputEvent({ type, ...input })
    },
    revealWorkspace: () => reveal(dir),
    openFile: () => void chooseFile().catch(report),
    chooseWorkspace: () => void chooseWorkspace().catch(report),
    openWorkspace: (other) => void switchTo(other).catch(report),
    clearRecent: () => {
      recent.clear()
      listMenu()
    },
  }
  listMenu()
  const core = createCoreHost({
    startCore: () => forkUtility(built('node/core-process.js'), [dir], 'Anneal core'),
    startTrainer: () => forkUtility(built('node/trainer.js'), [], 'Anneal trainer'),
    redeem: grants.redeem,
    onFailed: ({ message, details }) => void quitWith(message, details.hint ?? `The workspace is ${dir}`),
    onRestarted: (why) => {
      watchCore()
      if (window) sendPort(window.webContents, core.connect, why)
    },
    onGaveUp: (how) =>
      void quitWith(
        'The core ended again and again',
        `${how}\nEvery stored step is kept in ${dir}. "anneal doctor" checks it.`,
      ),
  })
  host = core
  const watchCore = () => {
    const { port1, port2 } = new MessageChannelMain()
    core.connect(port2)
    watch.connect(port1 as unknown as MessagePortLike)
  }
  answerPages((page) => page === window?.webContents, {
    'anneal:connect': (page) => {
      sendPort(page, core.connect, notice)
      notice = null
      given.connected()
    },
    'anneal:save-as': (_page, name) => dialogs.saveAs(name),
    'anneal:choose-file': () => dialogs.chooseFile(),
    'anneal:reveal': (_page, grant) => {
      const path = grants.saved(String(grant))
      if (path) reveal(path)
    },
    'anneal:prefer': (_page, change) => {
      const now = preferences.change(change)
      nativeTheme.themeSource = now.theme
      void battery.wishChanged()
      return now
    },
  })
  followRuns(watch, { window: () => window, openRun: showWindow })
  watch.onChange(() => {
    if (quitting.state() === 'background') tray.show(trainingText(watch.live(), watch.progress()))
    quitting.runsChanged()
  })
  powerMonitor.on('on-battery', () => void battery.onBattery())
  powerMonitor.on('on-ac', () => void battery.onMains())
  if (powerMonitor.isOnBatteryPower()) void battery.onBattery()
  powerMonitor.on('shutdown', () => quitting.end())
  // Whoever sends these waits for no answer. Only now: Electron sets handlers of its own, which ask, just before it is ready.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => quitting.end())
  open(firstPage)
  given.give(filesAmong(process.argv.slice(1), process.cwd()))
  watchCore()
}

registerScheme()
goOffline()
keepStateWithWorkspace()
if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  hardenContents()
  app.on('second-instance', (_event, args, cwd) => {
    showWindow(linkAmong(args))
    given.give(filesAmong(args.slice(1), cwd))
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    if (app.isReady()) showWindow()
    given.give([path])
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    const run = linkedRun(link)
    if (app.isReady()) showWindow(run)
    else firstPage = pageOf(run)
  })
  app.on('activate', () => app.isReady() && showWindow())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && quitting.state() !== 'background') app.quit()
  })
  app.on('before-quit', (event) => {
    if (closed || !host) return
    event.preventDefault()
    void quitting.request().then(() => {
      // A page that closed itself took the window before anybody was asked: who does not want to leave gets it back.
      if (!window && process.platform !== 'darwin' && quitting.state() === 'open') open('/runs')
    })
  })
  if (app.isPackaged) app.setAsDefaultProtocolClient('anneal')
  void app.whenReady().then(start)
}
