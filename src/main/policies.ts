/** What the window may do, as pure functions; the wiring is in harden.ts and connect-pages.ts. */

export const SCHEME = 'app'
export const HOST = 'anneal'
export const APP_ORIGIN = `${SCHEME}://${HOST}`

/** Where a click on a source of a formula may lead, in the user's own browser. */
const EXTERNAL_HOSTS: ReadonlySet<string> = new Set(['arxiv.org', 'doi.org'])

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

/** The address to open in the user's browser, as parsed; null where that is refused. */
export function externalUrl(url: string): string | null {
  const parsed = parse(url)
  const allowed =
    parsed !== null &&
    parsed.protocol === 'https:' &&
    EXTERNAL_HOSTS.has(parsed.host) &&
    parsed.username === '' &&
    parsed.password === ''
  return allowed ? parsed.href : null
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
