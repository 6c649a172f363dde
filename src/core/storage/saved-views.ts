import type { SavedView } from '../domain/saved-view'
import { readable, type WritableDb } from './database'
import type { SavedViews } from './types'

/** Saved views as JSON by kind and name. */
export function openSavedViews(db: WritableDb, now: () => number): SavedViews {
  const ofKind = readable(db).query<{ name: string; state: string; savedAt: number }>(
    'SELECT name, state, saved_at AS savedAt FROM saved_view WHERE kind = ? ORDER BY name',
  )
  const put = db.prepare('INSERT OR REPLACE INTO saved_view (kind, name, state, saved_at) VALUES (?, ?, ?, ?)')
  const remove = db.prepare('DELETE FROM saved_view WHERE kind = ? AND name = ?')
  return {
    list: (kind) => ofKind.all(kind).map(({ state, ...view }): SavedView => ({ ...view, state: JSON.parse(state) })),
    save: (kind, name, state) => void put.run(kind, name, JSON.stringify(state), now()),
    remove: (kind, name) => remove.run(kind, name).changes > 0,
  }
}
