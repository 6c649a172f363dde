import { contextBridge, ipcRenderer } from 'electron'

/** The page's window, as far as this file touches it; the types of the page's world are not those of this one. */
declare const window: {
  location: { origin: string }
  postMessage(message: unknown, targetOrigin: string, transfer: readonly unknown[]): void
}

/**
 * A MessagePort cannot pass the context bridge: it is posted into the page as
 * `{ type: 'anneal:port', notice: string | null }` with the port in `event.ports`, once after each connect(),
 * and again when the core was started anew; `notice` then says why.
 */
ipcRenderer.on('anneal:port', (event, { notice }: { notice: string | null }) => {
  window.postMessage({ type: 'anneal:port', notice }, window.location.origin, event.ports)
})

/** A file that the user named to the system comes as a grant, as from a dialog. */
ipcRenderer.on('anneal:file', (_event, { grant, name, kind }: Record<'grant' | 'name' | 'kind', string>) => {
  window.postMessage({ type: 'anneal:file', file: { grant, name, kind } }, window.location.origin, [])
})

/** Asks main; a refusal is told in its own words, without Electron's in front. */
async function ask(channel: string, given?: unknown): Promise<unknown> {
  try {
    return await ipcRenderer.invoke(channel, given)
  } catch (error) {
    throw new Error((error as Error).message.replace(/^Error invoking remote method '[^']*': (Error: )?/, ''))
  }
}

/** All that the page gets of Electron: a port to the core, and the system's dialogs, which give grants, never paths. */
contextBridge.exposeInMainWorld('anneal', {
  connect: async (): Promise<void> => {
    await ask('anneal:connect')
  },
  saveAs: (name: string) => ask('anneal:save-as', String(name)),
  chooseFile: () => ask('anneal:choose-file'),
  reveal: async (grant: string): Promise<void> => {
    await ask('anneal:reveal', String(grant))
  },
  prefer: (change: unknown) => ask('anneal:prefer', change),
})
