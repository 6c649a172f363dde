import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { SECURITY_HEADERS } from '../server/security-headers'
import { findPageFile } from '../server/static'
import { mayNavigate, SCHEME } from './policies'

/** Gives the page's scheme the rights of a web page: an origin, relative addresses, fetch. Call before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the page's files from their folder under app://anneal/, with the headers of `anneal serve`. */
export function servePage(root: string): void {
  protocol.handle(SCHEME, (request) => answer(root, request))
}

/** 405 for anything but reading, 404 for what is not a file of the page; the security headers on every answer. */
export async function answer(root: string, { method, url }: { method: string; url: string }): Promise<Response> {
  const refuse = (status: number) => new Response(null, { status, headers: SECURITY_HEADERS })
  if (method !== 'GET') return refuse(405)
  const found = mayNavigate(url) ? await findPageFile(root, new URL(url).pathname) : null
  if (!found) return refuse(404)
  return new Response(await readFile(found.file), { headers: { ...SECURITY_HEADERS, ...found.headers } })
}
