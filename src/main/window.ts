import { app, BrowserWindow, dialog, nativeTheme, type WebPreferences } from 'electron'
import { APP_ORIGIN } from './policies'

/** --bg-app of the page's two themes: no flash of another colour before the first paint. */
const BACKGROUND = { light: '#F0F2F4', dark: '#0B0D10' }

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

/** Opens the window; it shows itself when there is something to see. */
export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    minWidth: 1120,
    minHeight: 700,
    show: false,
    title: 'Anneal',
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: secureWebPreferences(preload, !app.isPackaged),
  })
  window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit') void offerReload(window, reason)
  })
  void window.loadURL(`${APP_ORIGIN}/index.html`)
  return window
}

async function offerReload(window: BrowserWindow, reason: string): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: `The page ended unexpectedly (${reason})`,
    detail: 'Runs go on training and are recorded.',
    buttons: ['Reload', 'Close the window'],
  })
  if (window.isDestroyed()) return
  if (response === 0) window.reload()
  else window.close()
}
