import { isId } from '../domain/ids'
import type { ReadableDb } from './database'

/** Greater than every character of an id, so that [prefix, prefix + END) holds the ids that begin with prefix. */
const END = '{'

/**
 * Finds the runs that a reference may mean. The more specific meaning wins: a whole id, then a whole name (newest
 * first, since replicates share one), then the beginning of an id. Hidden runs are not found.
 */
export function openRunFinder(db: ReadableDb): (reference: string) => string[] {
  const byId = db.column<string>('SELECT id FROM run WHERE id = ? AND removed_at IS NULL')
  const byName = db.column<string>('SELECT id FROM run WHERE name = ? AND removed_at IS NULL ORDER BY key DESC')
  const byPrefix = db.column<string>('SELECT id FROM run WHERE id >= ? AND id < ? AND removed_at IS NULL ORDER BY id')
  return (reference) => {
    const id = reference.toLowerCase()
    const exact = byId.all(isId(id) ? id : reference)
    if (exact.length) return exact
    const named = byName.all(reference)
    if (named.length || !/^[0-9a-z]+$/.test(id)) return named
    return byPrefix.all(id, id + END)
  }
}
