import type { ServerResponse } from 'node:http'
import { encodeText } from '../core/api/codec'
import type { Api } from '../core/api/create-api'

/** A comment this often shows both sides that the other is there. */
export const HEARTBEAT_MS = 15_000

/** Whoever does not read this much is cut off; the page comes back and asks for what it missed. */
const MAX_BUFFERED = 4 * 2 ** 20

/** Sends every event of the core as server-sent events until the response is closed. */
export function sendEvents(api: Api, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  const write = (text: string) => {
    if (response.writableLength > MAX_BUFFERED) response.destroy()
    else response.write(text)
  }
  const off = api.subscribe((event) => write(`data: ${encodeText(event)}\n\n`))
  const timer = setInterval(() => write(':\n\n'), HEARTBEAT_MS)
  response.on('close', () => {
    off()
    clearInterval(timer)
  })
  // Headers alone are not sent before the first body bytes.
  write(':\n\n')
}
