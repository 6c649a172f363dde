import { app, type BrowserWindow } from 'electron'
import { pageOfRun } from './open-target'
import type { Quitting } from './quitting'
import { goTo, openWindow, rememberPlace } from './window'

/** The one window of the program, which may be there or not. */
export interface MainWindow {
  /** Null while the program is in the background, and on macOS without a window. */
  current(): BrowserWindow | null
  /** Opens it for the first time, at the run that a link named meanwhile. */
  openFirst(): void
  /** Opens it again, at the list of runs. */
  reopen(): void
  /** Brings it to the front, at a run where one is named. */
  show(run?: string | null): void
  /** A link to a run, which may come before there can be a window. */
  follow(run: string | null): void
  /** Goes to a page of ours; nothing happens without a window. */
  goTo(page: string): void
  /** Says something to its page; nothing happens without a window. */
  send(channel: string, message: unknown): void
  /** Leaves the screen; what trains goes on. */
  leave(): void
  /** Keeps its place for the next start. */
  rememberPlace(): void
}

interface Options {
  preload: string
  icon: string
  placeFile: () => string
  /** The run that the command line names. */
  firstRun: string | null
  quitting: Quitting
  /** Does anything train or wait? */
  isBusy: () => boolean
  /** The user wants to see it. */
  onShow: () => void
  /** Its page has died and is loaded again; says why, for people. */
  onReloaded: (why: string) => void
  onClosed: () => void
}

const pageOf = (run: string | null): string => (run ? pageOfRun(run) : '/runs')

/** Opens, shows and leaves the window, and asks before it is closed while something trains. */
export function createMainWindow(options: Options): MainWindow {
  const { preload, icon, placeFile, quitting, isBusy, onShow, onReloaded, onClosed } = options
  let window: BrowserWindow | null = null
  let firstPage = pageOf(options.firstRun)

  function open(page: string): void {
    window = openWindow({ preload, icon, placeFile: placeFile(), page, onReloaded })
    window.on('close', (event) => {
      // On macOS a window is not the program: what trains goes on without it.
      if (process.platform === 'darwin' || quitting.state() === 'ending' || !isBusy()) return
      event.preventDefault()
      void quitting.request()
    })
    window.on('closed', () => {
      window = null
      onClosed()
    })
  }

  function show(run: string | null = null): void {
    if (quitting.state() === 'ending') return
    quitting.shown()
    onShow()
    if (!window) return open(pageOf(run))
    if (window.isMinimized()) window.restore()
    window.focus()
    if (run) goTo(window, pageOfRun(run))
  }

  return {
    current: () => window,
    openFirst: () => open(firstPage),
    reopen: () => open(pageOf(null)),
    show,
    follow(run) {
      if (app.isReady()) show(run)
      else firstPage = pageOf(run)
    },
    goTo: (page) => window && goTo(window, page),
    send: (channel, message) => window?.webContents.postMessage(channel, message),
    leave: () => window?.destroy(),
    rememberPlace: () => window && rememberPlace(window, placeFile()),
  }
}
