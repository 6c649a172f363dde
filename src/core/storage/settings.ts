import { readable, type WritableDb } from './database'
import type { Storage } from './types'

/** Free-form settings as JSON by key; undefined for a key that was never set, and setting undefined removes one. */
export function openSettings(db: WritableDb): Storage['settings'] {
  const read = readable(db).column<string>('SELECT value FROM setting WHERE key = ?')
  const write = db.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  const remove = db.prepare('DELETE FROM setting WHERE key = ?')
  return {
    get(key) {
      const value = read.get(key)
      return value === undefined ? undefined : JSON.parse(value)
    },
    set(key, value) {
      if (value === undefined) remove.run(key)
      else write.run(key, JSON.stringify(value))
    },
  }
}
