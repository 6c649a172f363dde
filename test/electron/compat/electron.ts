/**
 * Electron 22 under the interface of today's: the window's own source runs on it unchanged.
 * What is replaced: `protocol.handle` (25), `utilityProcess` (there with Node 16, while the core needs 24),
 * the event object of navigation (25), and `Response` (Node 18).
 */
import * as electron from 'electron'
import type { WebContents } from 'electron'
import { ForkedProcess } from './forked-process'

export const { app, BrowserWindow, dialog, ipcMain, Menu, MessageChannelMain, nativeTheme, session, shell } = electron

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
        const data = Buffer.from(body ?? '')
        const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
        respond({ statusCode: status, headers, mimeType: type?.split(';')[0], data })
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
