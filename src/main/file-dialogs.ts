import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type BrowserWindow, dialog } from 'electron'
import { notOpened, type OpenKind, openKind } from '../core/domain/file-kind'
import { OPEN_FILTERS, proposedFile, withEnding } from './file-kinds'
import type { Grants } from './grants'

/** A file that the user chose: what the page needs to have it used, and its name to say. */
export interface ChosenFile {
  grant: string
  name: string
}

export interface FileDialogs {
  /** Asks where to save; null where the user did not want to. @throws Error for a name that no page proposes */
  saveAs(name: unknown): Promise<ChosenFile | null>
  /** Asks which file to open; null where the user did not want to. */
  chooseFile(): Promise<(ChosenFile & { kind: OpenKind }) | null>
}

interface Options {
  window: () => BrowserWindow | null
  grants: Grants
  /** Where dialogs begin until a folder was chosen. */
  folder: () => string
}

/** The system's own dialogs, one at a time: the page gets a grant of what was chosen. */
export function createFileDialogs({ window, grants, folder }: Options): FileDialogs {
  let last: string | null = null
  let open = false

  async function alone<T>(show: (owner: BrowserWindow) => Promise<T>): Promise<T> {
    const owner = window()
    if (!owner) throw new Error('A window is needed to ask for a file')
    if (open) throw new Error('Another file dialog is open')
    open = true
    try {
      return await show(owner)
    } finally {
      open = false
    }
  }
  const began = () => last ?? folder()

  return {
    async saveAs(given) {
      const proposed = proposedFile(given)
      if (!proposed) throw new Error('Only files of a kind that Anneal exports can be saved')
      const { name, ending, filter } = proposed
      return alone(async (owner) => {
        const { canceled, filePath } = await dialog.showSaveDialog(owner, {
          defaultPath: join(began(), name),
          filters: [filter],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        })
        if (canceled || !filePath) return null
        const path = withEnding(filePath, ending)
        last = dirname(path)
        // The dialog has asked for the name that it saw, not for the one with the ending.
        if (path !== filePath && existsSync(path) && !(await mayReplace(owner, path))) return null
        return { grant: grants.give(path, 'save'), name: basename(path) }
      })
    },
    chooseFile: () =>
      alone(async (owner) => {
        const { canceled, filePaths } = await dialog.showOpenDialog(owner, {
          defaultPath: began(),
          filters: OPEN_FILTERS,
          properties: ['openFile'],
        })
        const [path] = filePaths
        if (canceled || !path) return null
        last = dirname(path)
        return openFile(path, grants)
      }),
  }
}

/** A grant to open a file that the user named. @throws Error for a file of a kind that Anneal does not open */
export function openFile(path: string, grants: Grants): ChosenFile & { kind: OpenKind } {
  const name = basename(path)
  const kind = openKind(name)
  if (!kind) throw new Error(notOpened(name))
  return { grant: grants.give(path, 'open'), name, kind }
}

async function mayReplace(owner: BrowserWindow, path: string): Promise<boolean> {
  const { response } = await dialog.showMessageBox(owner, {
    type: 'question',
    title: 'Anneal',
    message: `Replace ${basename(path)}?`,
    detail: `A file of that name is in ${dirname(path)}.`,
    buttons: ['Replace', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  })
  return response === 0
}
