import type { DatasetSummary, EngineInfo, Environment, RunRow } from '../domain/run'
import type { ReadableDb } from './database'
import { openSummaries } from './metric-summaries'
import { type RunRecord, toRunRow } from './run-row'

/** Rows of all runs that are not removed, in memory: a table is filtered, sorted and grouped without reading the disk. */
export interface RowCache {
  /** Oldest first. The list and its rows are shared: nobody changes them; a change makes new ones. */
  all(): readonly RunRow[]
  /** Says that what is stored of a run has changed: it is read again when somebody asks. */
  touch(run: string): void
  /** Says that a run is gone for good: another one may come under its id. */
  forget(run: string): void
}

export function openRowCache(db: ReadableDb): RowCache {
  const summaries = openSummaries(db)
  const present = db.query<RunRecord>('SELECT * FROM run WHERE removed_at IS NULL ORDER BY key')
  const byIds = db.query<RunRecord>(
    'SELECT * FROM run WHERE id IN (SELECT value FROM json_each(?)) AND removed_at IS NULL',
  )
  const rows = new Map<string, { key: number; row: RunRow }>()
  const touched = new Set<string>()
  const shared = sharedJson()
  let list: readonly RunRow[] | null = null

  const put = (records: readonly RunRecord[], metrics: ReadonlyMap<number, RunRow['metrics']>) => {
    for (const record of records) {
      const { id, key } = record
      const parts = {
        // A spec never changes: whatever was found out about the one that is here stays true.
        spec: rows.get(id)?.row.spec ?? JSON.parse(record.spec),
        engine: shared<EngineInfo>(record.engine),
        dataset: shared<DatasetSummary>(record.dataset),
        environment: shared<Environment>(record.environment),
      }
      rows.set(id, { key, row: toRunRow(record, metrics.get(key), parts) })
    }
  }
  const refresh = (ids: readonly string[]) => {
    const records = byIds.all(JSON.stringify(ids))
    put(records, summaries.of(records.map(({ key }) => key)))
    const found = new Set(records.map(({ id }) => id))
    for (const id of ids) if (!found.has(id)) rows.delete(id)
  }

  return {
    all() {
      if (list && !touched.size) return list
      if (list) refresh([...touched])
      else put(present.all(), summaries.all())
      touched.clear()
      list = [...rows.values()].sort((a, b) => a.key - b.key).map(({ row }) => row)
      return list
    },
    touch: (run) => void touched.add(run),
    forget(run) {
      rows.delete(run)
      touched.add(run)
    },
  }
}

/** Parses JSON; equal texts give one object, as most runs of a workspace share machine, engine and data. */
function sharedJson() {
  const known = new Map<string, unknown>()
  return <T>(text: string | null): T | null => {
    if (text === null) return null
    if (!known.has(text)) known.set(text, JSON.parse(text))
    return known.get(text) as T
  }
}
