import { dirname } from 'node:path'
import { app, dialog } from 'electron'
import type { FileDialogs } from './file-dialogs'
import { openOutside, reveal } from './harden'
import type { MainWindow } from './main-window'
import { inputOf, type MenuActions, setMenu } from './menu'
import type { Messages } from './messages'
import type { RecentWorkspaces } from './recent-workspaces'

interface Options {
  /** Workspace folder. */
  dir: string
  window: MainWindow
  dialogs: FileDialogs
  messages: Messages
  switchTo: (dir: string) => Promise<void>
  recent: RecentWorkspaces
  /** The program's own page, where there is one. */
  homepage: string | null
  devTools: boolean
  onError: (error: unknown) => void
}

/** Sets the menu, and does what is chosen in it. */
export function showMenu({
  dir,
  window,
  dialogs,
  messages,
  switchTo,
  recent,
  homepage,
  devTools,
  onError,
}: Options): void {
  async function chooseWorkspace(): Promise<void> {
    const owner = window.current()
    if (!owner) return
    const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
      title: 'Open a workspace',
      defaultPath: dirname(dir),
      properties: ['openDirectory', 'createDirectory'],
    })
    if (!canceled && filePaths[0]) await switchTo(filePaths[0])
  }

  async function openFile(): Promise<void> {
    try {
      const file = await dialogs.chooseFile()
      if (file) window.send('anneal:file', file)
    } catch (error) {
      await messages.refuse('The file was not opened', (error as Error).message)
    }
  }

  async function findNewer(page: string): Promise<void> {
    const answer = await messages.ask({
      message: 'Look for a newer version?',
      detail: `This opens ${page} in your browser; Anneal itself fetches nothing. You have Anneal ${app.getVersion()}.`,
      buttons: ['Open in the browser', 'Cancel'],
      defaultId: 0,
      cancelId: 1,
    })
    if (answer !== 0) return
    try {
      await openOutside(page, page)
    } catch (error) {
      await messages.refuse(`${page} was not opened`, (error as Error).message)
    }
  }

  const actions: MenuActions = {
    go: (screen) => window.goTo(`/${screen}`),
    press: (keys) => {
      const input = inputOf(keys, process.platform)
      for (const type of ['keyDown', 'keyUp'] as const) window.current()?.webContents.sendInputEvent({ type, ...input })
    },
    revealWorkspace: () => reveal(dir),
    openFile: () => void openFile().catch(onError),
    chooseWorkspace: () => void chooseWorkspace().catch(onError),
    openWorkspace: (other) => void switchTo(other).catch(onError),
    findNewer: homepage === null ? null : () => void findNewer(homepage).catch(onError),
    clearRecent() {
      recent.clear()
      list()
    },
  }
  const list = () => setMenu(actions, { devTools, recent: recent.others() })
  list()
}
