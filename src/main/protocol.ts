import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { HOST, SCHEME } from './policies'
import { join } from 'node:path'

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Gives the page's scheme the rights of a web page: an origin, relative addresses, fetch. Call before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

export function servePage(root: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url)
    if (url.host !== HOST) return new Response(null, { status: 404 })
    const body = await readFile(join(root, url.pathname))
    return new Response(body, { headers: { 'Content-Security-Policy': CSP, 'Content-Type': 'text/html' } })
  })
}
