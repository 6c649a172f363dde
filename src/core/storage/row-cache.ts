import type { RunRow } from '../domain/run'
import type { ReadableDb } from './database'
import { openSummaries } from './metric-summaries'
import { type RunRecord, toRunRow } from './run-row'

/** Rows of all runs that are not removed, in memory: a table is filtered, sorted and grouped without reading the disk. */
export interface RowCache {
  /** Oldest first. The list and its rows are shared: nobody changes them; a change makes new ones. */
  all(): readonly RunRow[]
  /** Says that what is stored of a run has changed: it is read again when somebody asks. */
  touch(run: string): void
}

export function openRowCache(db: ReadableDb): RowCache {
  const summariesOf = openSummaries(db)
  const present = db.query<RunRecord>('SELECT * FROM run WHERE removed_at IS NULL ORDER BY key')
  const byIds = db.query<RunRecord>(
    'SELECT * FROM run WHERE id IN (SELECT value FROM json_each(?)) AND removed_at IS NULL',
  )
  const rows = new Map<string, { key: number; row: RunRow }>()
  const touched = new Set<string>()
  let list: readonly RunRow[] | null = null

  const put = (records: readonly RunRecord[]) => {
    const summaries = summariesOf(records.map(({ key }) => key))
    for (const record of records)
      rows.set(record.id, { key: record.key, row: toRunRow(record, summaries.get(record.key)!) })
  }
  const refresh = () => {
    const ids = [...touched]
    const records = byIds.all(JSON.stringify(ids))
    for (const id of ids) rows.delete(id)
    put(records)
  }

  return {
    all() {
      if (list && !touched.size) return list
      if (list) refresh()
      else put(present.all())
      touched.clear()
      list = [...rows.values()].sort((a, b) => a.key - b.key).map(({ row }) => row)
      return list
    },
    touch: (run) => void touched.add(run),
  }
}
