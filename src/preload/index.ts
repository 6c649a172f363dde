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

/** The one thing that the page gets of Electron: it asks for a port to the core. */
contextBridge.exposeInMainWorld('anneal', {
  connect: async (): Promise<void> => {
    await ipcRenderer.invoke('anneal:connect')
  },
})
