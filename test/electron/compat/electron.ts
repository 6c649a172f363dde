/**
 * Electron 22 under the interface of today's: the window's own source runs on it unchanged.
 * What is replaced: `protocol.handle` (25), `utilityProcess` (there with Node 16, while the core needs 24),
 * the event object of navigation (25), and `Response` (Node 18);
 * scripts of the page get a prelude.
 */
import * as electron from 'electron'
import type { WebContents } from 'electron'
import { ForkedProcess } from './forked-process'
import { PAGE_PRELUDE } from './page-prelude'

export const { app, BrowserWindow, crashReporter, dialog, ipcMain, Menu, MessageChannelMain, nativeImage } = electron
export const { nativeTheme, Notification, powerMonitor, powerSaveBlocker, screen, session, shell, Tray } = electron

interface PlainResponse {
  status: number
  headers: Record<string, string>
  body: Uint8Array | string | null
}

class ResponseStandIn implements PlainResponse {
  readonly status: number
  readonly headers: Record<string, string>

  constructor(
    readonly body: Uint8Array | string | null,
    init: { status?: number; headers?: Record<string, string> } = {},
  ) {
    this.status = init.status ?? 200
    this.headers = { ...init.headers }
  }
}
Object.assign(globalThis, { Response: globalThis.Response ?? ResponseStandIn })

export const protocol = {
  registerSchemesAsPrivileged: electron.protocol.registerSchemesAsPrivileged,
  handle(scheme: string, handler: (request: { url: string; method: string }) => Promise<PlainResponse>): void {
    electron.protocol.registerBufferProtocol(scheme, (request, respond) => {
      void handler(request).then(({ status, headers, body }) => {
        const type = headers['Content-Type']?.split(';')[0]
        const prelude = type === 'text/javascript' ? PAGE_PRELUDE : ''
        const data = Buffer.concat([Buffer.from(prelude), Buffer.from(body ?? '')])
        respond({ statusCode: status, headers, mimeType: type, data })
      })
    })
  },
}

export const utilityProcess = {
  fork: (file: string, args: string[], { env }: { env: NodeJS.ProcessEnv }) =>
    new ForkedProcess(file, args, { node: process.env.ANNEAL_TEST_NODE!, shim: process.env.ANNEAL_TEST_SHIM!, env }),
}

app.on('web-contents-created', (_event, contents: WebContents) => {
  const on = contents.on.bind(contents) as (name: string, listener: (...args: never[]) => void) => WebContents
  contents.on = ((name: string, listener: (event: object, ...rest: unknown[]) => void) => {
    if (name !== 'will-navigate' && name !== 'will-redirect') return on(name, listener)
    return on(name, ((event: object, url: string) => listener(Object.assign(event, { url }), url)) as never)
  }) as typeof contents.on
})
