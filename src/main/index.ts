import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, type BrowserWindow, dialog, session } from 'electron'
import { workspaceDir } from './arguments'
import { connectPages, sendPort } from './connect-pages'
import { type CoreHost, createCoreHost } from './core-host'
import { forkUtility } from './fork'
import { goOffline, hardenContents, hardenSession } from './harden'
import { setMenu } from './menu'
import { registerScheme, servePage } from './protocol'
import { openWindow } from './window'

const dir = workspaceDir(process.argv.slice(1))
const built = (path: string) => join(app.getAppPath(), 'out', path)
const devTools = !app.isPackaged

let host: CoreHost | null = null
let window: BrowserWindow | null = null
let closed = false
let exitCode = 0

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

async function quitWith(message: string, detail: string): Promise<void> {
  exitCode = 1
  console.error(`Error: ${message}\n${detail}`)
  await dialog.showMessageBox({ type: 'error', title: 'Anneal', message, detail, buttons: ['Quit'] })
  app.quit()
}

function open(): void {
  window = openWindow(built('preload/index.cjs'))
  window.on('closed', () => (window = null))
}

function showWindow(): void {
  if (!window) return open()
  if (window.isMinimized()) window.restore()
  window.focus()
}

function start(): void {
  hardenSession(session.defaultSession, { devTools })
  servePage(built('renderer'))
  setMenu({ devTools })
  const core = createCoreHost({
    startCore: () => forkUtility(built('node/core-process.js'), [dir], 'Anneal core'),
    startTrainer: () => forkUtility(built('node/trainer.js'), [], 'Anneal trainer'),
    onFailed: ({ message, details }) => void quitWith(message, details.hint ?? `The workspace is ${dir}`),
    onRestarted: (notice) => window && sendPort(window.webContents, core.connect, notice),
    onGaveUp: (how) =>
      void quitWith(
        'The core ended again and again',
        `${how}\nEvery stored step is kept in ${dir}. "anneal doctor" checks it.`,
      ),
  })
  host = core
  connectPages(
    (page) => page === window?.webContents,
    (page) => sendPort(page, core.connect, null),
  )
  open()
}

registerScheme()
goOffline()
keepStateWithWorkspace()
if (!app.requestSingleInstanceLock()) {
  app.quit()
} else {
  hardenContents()
  app.on('second-instance', showWindow)
  app.on('activate', () => app.isReady() && showWindow())
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit())
  app.on('before-quit', (event) => {
    if (closed || !host) return
    event.preventDefault()
    void host.close().finally(() => {
      closed = true
      app.exit(exitCode)
    })
  })
  void app.whenReady().then(start)
}
