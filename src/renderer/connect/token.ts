const KEY = 'anneal.token'
const FRAGMENT = /^#token=([^&]+)/

/** The token in an address's fragment, as `anneal serve` prints it; null where there is none. */
export const tokenIn = (hash: string): string | null => {
  const token = FRAGMENT.exec(hash)?.[1]
  return token ? decodeURIComponent(token) : null
}

/**
 * The token of this tab: from the address, where it is removed at once so that it is neither bookmarked nor shown, or
 * from an earlier load of the same tab. Null where there is none.
 */
export function takeToken(): string | null {
  const token = tokenIn(location.hash)
  if (!token) return sessionStorage.getItem(KEY)
  sessionStorage.setItem(KEY, token)
  history.replaceState(null, '', `${location.pathname}${location.search}#/runs`)
  return token
}

/** A new address pasted into this tab changes only its fragment: start again with it. */
export function reloadOnNewToken(): void {
  window.addEventListener('hashchange', () => {
    if (tokenIn(location.hash)) location.reload()
  })
}
