import { readFileSync, writeFileSync } from 'node:fs'
import { app, BrowserWindow, dialog, nativeTheme, screen, type WebPreferences } from 'electron'
import { APP_ORIGIN } from './policies'
import { parsePlace, type Place, placeWindow, SMALLEST } from './window-place'

/** --bg-app of the page's two themes: no flash of another colour before the first paint. */
const BACKGROUND = { light: '#F0F2F4', dark: '#0B0D10' }

/** A page that ends again and again has a reason that loading it again does not cure. */
const MAX_RELOADS = 3

/** The only web preferences that a window of ours gets. */
export const secureWebPreferences = (preload: string, devTools: boolean): WebPreferences => ({
  preload,
  devTools,
  contextIsolation: true,
  sandbox: true,
  webSecurity: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  // The spell checker would fetch its dictionaries.
  spellcheck: false,
})

interface Options {
  preload: string
  icon: string
  /** Where the window's place is kept between two starts. */
  placeFile: string
  /** What comes after `#` in the page's address. */
  page: string
  /** The page has died and is loaded again; says why, for people. */
  onReloaded: (notice: string) => void
}

const addressOf = (page: string): string => `${APP_ORIGIN}/index.html#${page}`

/** The colour behind the page, which is seen until it has painted. */
const background = (): string => (nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light)

/** Opens the window where it was last; it shows itself when there is something to see. */
export function openWindow({ preload, icon, placeFile, page, onReloaded }: Options): BrowserWindow {
  const saved = readPlace(placeFile)
  const window = new BrowserWindow({
    ...placeWindow(
      saved,
      screen.getAllDisplays().map(({ workArea }) => workArea),
    ),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Anneal',
    icon,
    autoHideMenuBar: true,
    backgroundColor: background(),
    webPreferences: secureWebPreferences(preload, !app.isPackaged),
  })
  const repaint = () => window.setBackgroundColor(background())
  nativeTheme.on('updated', repaint)
  window.once('closed', () => nativeTheme.off('updated', repaint))
  if (saved?.maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  keepPlace(window, placeFile)
  surviveCrashes(window, onReloaded)
  void window.loadURL(addressOf(page))
  return window
}

/** Goes to a page of ours without loading anything again. */
export function goTo(window: BrowserWindow, page: string): void {
  if (window.webContents.getURL() !== addressOf(page)) void window.loadURL(addressOf(page))
}

function readPlace(file: string): Place | null {
  try {
    return parsePlace(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

const placeOf = (window: BrowserWindow): Place => ({
  bounds: window.getNormalBounds(),
  maximized: window.isMaximized(),
})

/** Keeps the window's place for the next start, however it ends: closed by its page it is gone before anybody could ask it. */
function keepPlace(window: BrowserWindow, file: string): void {
  let place = placeOf(window)
  for (const change of ['resize', 'move', 'maximize', 'unmaximize'])
    window.on(change as 'resize', () => (place = placeOf(window)))
  window.once('closed', () => writePlace(place, file))
}

/** The same where the program ends with the window. */
export const rememberPlace = (window: BrowserWindow, file: string): void => writePlace(placeOf(window), file)

/** A folder that cannot be written costs only the place. */
function writePlace(place: Place, file: string): void {
  try {
    writeFileSync(file, JSON.stringify(place))
  } catch (error) {
    console.error(`The window's place could not be kept: ${String(error)}`)
  }
}

/** Loads a page again whose process has died, at most three times; then the user decides. */
function surviveCrashes(window: BrowserWindow, onReloaded: (notice: string) => void): void {
  let reloads = 0
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    console.error(`The page ended unexpectedly (${reason})`)
    if (reloads++ >= MAX_RELOADS) return void offerReload(window, `The page ended unexpectedly (${reason})`)
    onReloaded(`The page ended unexpectedly (${reason}) and was loaded again. Runs went on training and are recorded.`)
    // Not inside the listener: the dead process is still being taken down.
    setImmediate(() => !window.isDestroyed() && window.reload())
  })
  window.on('unresponsive', () => void offerReload(window, 'The page does not answer'))
}

async function offerReload(window: BrowserWindow, message: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message,
    detail: 'Runs go on training and are recorded.',
    buttons: ['Load the page again', 'Close the window', 'Wait'],
    cancelId: 2,
  })
  if (window.isDestroyed()) return
  if (response === 0) window.reload()
  else if (response === 1) window.close()
}
