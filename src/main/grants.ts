import type { GrantPurpose } from '../core/files/grants'

/** Files that may wait to be used; a page that asks for more has given up the oldest. */
const MOST = 64

/** What the user chose in a dialog of ours, by ids that say nothing: only here are they paths. */
export interface Grants {
  /** Stands for a path from now on, once, for one purpose. */
  give(path: string, purpose: GrantPurpose): string
  /** The path, and the grant is used up; null for one that is unknown, used, or for something else. */
  redeem(grant: string, purpose: GrantPurpose): string | null
  /** The file that was saved by a grant, to be shown in its folder; null for every other grant. */
  saved(grant: string): string | null
}

/** @param newId makes ids that cannot be guessed */
export function createGrants(newId: () => string): Grants {
  const open = new Map<string, { path: string; purpose: GrantPurpose }>()
  const saved = new Map<string, string>()
  const bounded = <T>(map: Map<string, T>) => {
    if (map.size > MOST) map.delete(map.keys().next().value!)
  }
  return {
    give(path, purpose) {
      const grant = newId()
      open.set(grant, { path, purpose })
      bounded(open)
      return grant
    },
    redeem(grant, purpose) {
      const found = open.get(grant)
      // Tried for something else it is used up too: whoever asks that is not the page that was given it.
      open.delete(grant)
      if (found?.purpose !== purpose) return null
      if (purpose === 'save') {
        saved.set(grant, found.path)
        bounded(saved)
      }
      return found.path
    },
    saved: (grant) => saved.get(grant) ?? null,
  }
}
