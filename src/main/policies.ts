/** What the window may do, as pure functions; the wiring is in harden.ts and connect-pages.ts. */

export const SCHEME = 'app'
export const HOST = 'anneal'
export const APP_ORIGIN = `${SCHEME}://${HOST}`

/** Where a click on a source of a formula may lead, in the user's own browser. */
const SOURCE_HOSTS: ReadonlySet<string> = new Set(['arxiv.org', 'doi.org'])

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

/** Node knows no origin for a scheme of one's own, so that the parts are compared; user names and ports are none of ours. */
function isOwn(url: string): boolean {
  const parsed = parse(url)
  return (
    parsed !== null &&
    parsed.protocol === `${SCHEME}:` &&
    parsed.host === HOST &&
    parsed.username === '' &&
    parsed.password === ''
  )
}

/** May the window go there? Only our own pages; everything else is refused, also our own host with another scheme. */
export const mayNavigate = (url: string): boolean => isOwn(url)

/**
 * The address to open in the user's browser, as parsed; null where that is refused.
 *
 * @param homepage what the program's own manifest names: for what the program itself opens, its host and no other
 */
export function externalUrl(url: string, homepage?: string): string | null {
  const parsed = parse(url)
  const isAllowedHost = (host: string) =>
    homepage === undefined ? SOURCE_HOSTS.has(host) : host === parse(homepage)?.hostname
  const allowed =
    parsed !== null &&
    parsed.protocol === 'https:' &&
    isAllowedHost(parsed.host) &&
    parsed.username === '' &&
    parsed.password === ''
  return allowed ? parsed.href : null
}

/** The page where a newer version would be: the homepage of a manifest, where it may be opened; null where there is none. */
export function homepageIn(manifest: unknown): string | null {
  if (typeof manifest !== 'object' || manifest === null || !('homepage' in manifest)) return null
  const { homepage } = manifest
  return typeof homepage === 'string' ? externalUrl(homepage, homepage) : null
}

/** Electron grants everything by default; the page needs to copy text and nothing else. */
export const mayUsePermission = (permission: string, requestingUrl: string): boolean =>
  permission === 'clipboard-sanitized-write' && isOwn(requestingUrl)

/** May a request leave the page? Its own files, what it made itself, and the developer tools where they are on. */
export function mayRequest(url: string, { devTools }: { devTools: boolean }): boolean {
  if (isOwn(url) || url.startsWith(`blob:${APP_ORIGIN}/`) || url.startsWith('data:')) return true
  return devTools && parse(url)?.protocol === 'devtools:'
}

/** The sender of a message as Electron tells it; the frame is null once it is gone. */
export interface Sender {
  frame: { url: string; parent: unknown } | null
  /** Is it the page of a window that we opened? */
  ownPage: boolean
}

/** Is the sender the main frame of our own page? A frame that cannot be seen any more is not trusted. */
export const isTrustedSender = ({ frame, ownPage }: Sender): boolean =>
  ownPage && frame !== null && frame.parent === null && isOwn(frame.url)
