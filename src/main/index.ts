/**
 * The window's main process: makes its parts and joins them. What a part does stands in its own file:
 * main-window.ts (the one window), messages.ts (what the program asks and says), page-requests.ts (what the page may ask),
 * menu-actions.ts, system-events.ts (what the system wants), core-link.ts, and ending.ts.
 */
import { randomBytes } from 'node:crypto'
import { app, crashReporter, nativeTheme, session } from 'electron'
import { readHolder } from '../core/storage/lock'
import { filesAmong, workspaceDir } from './arguments'
import { createBatteryPause } from './battery-pause'
import { answerPages } from './connect-pages'
import { type CoreLink, linkCore } from './core-link'
import { createEnding } from './ending'
import { createFileDialogs } from './file-dialogs'
import { followRuns, trainingText } from './follow-runs'
import { createGivenFiles } from './given-files'
import { createGrants } from './grants'
import { goOffline, hardenContents, hardenSession } from './harden'
import { createMainWindow, type MainWindow } from './main-window'
import { showMenu } from './menu-actions'
import { createMessages } from './messages'
import { linkAmong } from './open-target'
import { pageRequests } from './page-requests'
import { built, homepage, keepStateWithWorkspace, recentFile, resource, stateFile } from './places'
import { openPreferences } from './preferences'
import { registerScheme, servePage } from './protocol'
import { answerOf } from './quit-question'
import { createQuitting } from './quitting'
import { rememberWorkspace } from './recent-workspaces'
import { watchRuns } from './run-watch'
import { createSwitch } from './switch-workspace'
import { followApp, followMachine } from './system-events'
import { createTray } from './tray'

const args = process.argv.slice(1)
const dir = workspaceDir(args)
const report = (error: unknown) => console.error(error)
const devTools = !app.isPackaged

let core: CoreLink | null = null

const watch = watchRuns(report)
const grants = createGrants(() => randomBytes(16).toString('hex'))
const messages = createMessages(() => window.current())
const dialogs = createFileDialogs({
  window: () => window.current(),
  grants,
  folder: () => app.getPath('documents'),
})
const given = createGivenFiles(grants, {
  send: (file) => window.send('anneal:file', file),
  onError: (error) => void messages.refuse('The file was not opened', (error as Error).message),
})
const tray = createTray(resource('tray.png'), { open: () => window.show(), stop: () => quitting.end() })
const showTraining = () => tray.show(trainingText(watch.live(), watch.progress()))
const quitting = createQuitting({
  live: watch.live,
  ask: async (question) => answerOf(await messages.ask(question)),
  enterBackground: () => {
    showTraining()
    window.leave()
  },
  end: () => void ending.end(),
})
const window: MainWindow = createMainWindow({
  preload: built('preload/index.cjs'),
  icon: resource('icon.png'),
  placeFile: () => stateFile('place.json'),
  firstRun: linkAmong(args),
  quitting,
  isBusy: () => watch.live().length > 0,
  onShow: tray.hide,
  onReloaded: (why) => {
    core?.tellNext(why)
    given.gone()
  },
  onClosed: given.gone,
})
const ending = createEnding({
  args,
  window,
  liveCount: () => watch.live().length,
  closeCore: async () => core?.close(),
})
const switchTo = createSwitch({
  current: dir,
  live: watch.live,
  holderOf: readHolder,
  say: ({ message, detail }) => messages.refuse(message, detail),
  ask: async ({ kind: _, ...question }) => (await messages.ask(question)) === 0,
  restart: (other) => {
    ending.startAgainWith(other)
    quitting.end()
  },
})

function start(): void {
  crashReporter.start({ uploadToServer: false })
  hardenSession(session.defaultSession, { devTools })
  servePage(built('renderer'))
  const preferences = openPreferences(stateFile('preferences.json'), report)
  nativeTheme.themeSource = preferences.current().theme
  const battery = createBatteryPause({
    wanted: () => preferences.current().pauseOnBattery,
    live: watch.live,
    stop: watch.stop,
    resume: watch.resume,
    onError: report,
  })
  const recent = rememberWorkspace(recentFile(), dir, report)
  showMenu({ dir, window, dialogs, messages, switchTo, recent, homepage: homepage(), devTools, onError: report })
  const onFailed = async (message: string, detail: string) => {
    ending.failed()
    await messages.giveUp(message, detail)
    quitting.end()
  }
  core = linkCore({
    dir,
    grants,
    watch,
    page: () => window.current()?.webContents,
    onFailed: (message, detail) => void onFailed(message, detail),
  })
  const onPreferred = () => void battery.wishChanged()
  answerPages(
    (page) => page === window.current()?.webContents,
    pageRequests({ core, given, dialogs, grants, preferences, onPreferred }),
  )
  followRuns(watch, { window: window.current, openRun: window.show })
  watch.onChange(() => {
    if (quitting.state() === 'background') showTraining()
    quitting.runsChanged()
  })
  followMachine({ battery, end: quitting.end })
  window.openFirst()
  given.give(filesAmong(args, process.cwd()))
  core.watch()
}

registerScheme()
goOffline()
keepStateWithWorkspace(dir)
if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  hardenContents()
  followApp({ window, given, quitting, mayEnd: () => core === null || ending.isOver() })
  if (app.isPackaged) app.setAsDefaultProtocolClient('anneal')
  void app.whenReady().then(start)
}
