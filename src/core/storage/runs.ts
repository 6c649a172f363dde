import { AppError } from '../domain/errors'
import { isLive, mayBecome, type RunRow, type RunStatus } from '../domain/run'
import { type ReadableDb, readable, type WritableDb } from './database'
import { openSummaries } from './metric-summaries'
import { openRunFinder } from './run-find'
import { runOrder, TYPE_COLUMN } from './run-order'
import { assignments, type RunRecord, toRunRow } from './run-row'
import type { ListRuns, RunPatch, RunStore } from './types'

export const runNotFound = (id: string): AppError =>
  new AppError('run.notFound', `No run ${id} in this workspace. See the list with: anneal runs`, {
    field: 'run',
    got: id,
    allowed: 'the id of a run in this workspace',
  })

/**
 * The SQL of the keys of a page of runs in order. Keys only: a sort that no index gives must not carry every run's spec.
 */
export function listSql(query: ListRuns, knowsMetric: (name: string) => boolean) {
  const { join, terms, parameters } = runOrder(query.sort, knowsMetric)
  const from = query.type ? `(SELECT * FROM run WHERE ${TYPE_COLUMN} = ?) AS run` : 'run'
  return {
    sql: `SELECT run.key FROM ${from} ${join} WHERE run.removed_at IS NULL ORDER BY ${terms} LIMIT ? OFFSET ?`,
    parameters: [...(query.type ? [query.type] : []), ...parameters, query.limit ?? -1, query.offset ?? 0],
  }
}

/** Runs as rows: what was asked for, what came of it, never the points. */
export function openRuns(db: WritableDb, now: () => number): RunStore {
  const read: ReadableDb = readable(db)
  const summariesOf = openSummaries(read)
  const byId = read.query<RunRecord>('SELECT * FROM run WHERE id = ?')
  const byKeys = read.query<RunRecord>('SELECT * FROM run WHERE key IN (SELECT value FROM json_each(?))')
  const visible = read.column<number>('SELECT count(*) FROM run WHERE removed_at IS NULL')
  const knowsMetric = read.column<number>('SELECT 1 FROM metric WHERE name = ? LIMIT 1')
  const insert = db.prepare(`
    INSERT INTO run (id, name, run_group, tags, notes, status, spec, total_steps, peak_lr, created_at)
    VALUES (@id, @name, @group, @tags, @notes, 'queued', @spec, @totalSteps, @peakLr, @createdAt)`)
  const hide = db.prepare('UPDATE run SET removed_at = ? WHERE id = ? AND removed_at IS NULL')
  const show = db.prepare('UPDATE run SET removed_at = NULL WHERE id = ?')
  const live = read.column<string>(`SELECT id FROM run WHERE status IN ('queued', 'running') ORDER BY key`)
  const interrupt = db.prepare(
    `UPDATE run SET status = 'interrupted', reason = ?, ended_at = ? WHERE status IN ('queued', 'running')`,
  )
  const hidden = read.column<string>('SELECT id FROM run WHERE removed_at IS NOT NULL')
  const erase = db.prepare('DELETE FROM run WHERE id = ?')

  const recordOf = (id: string): RunRecord => {
    const record = byId.get(id)
    if (!record) throw runNotFound(id)
    return record
  }
  const rowsOf = (records: RunRecord[]): RunRow[] => {
    const summaries = summariesOf(records.map(({ key }) => key))
    return records.map((record) => toRunRow(record, summaries.get(record.key)!))
  }
  /** Also of a hidden run: one that still trains must be able to end. */
  const rowOf = (id: string): RunRow => rowsOf([recordOf(id)])[0]!

  const write = (id: string, patch: RunPatch, status?: RunStatus) => {
    const { sql, values } = assignments(patch)
    if (status) {
      sql.push('status = ?')
      values.push(status)
    }
    if (sql.length) db.prepare(`UPDATE run SET ${sql.join(', ')} WHERE id = ?`).run(...values, id)
  }

  return {
    create(run) {
      const { group, tags, notes } = run.spec
      insert.run({ ...run, group, tags: JSON.stringify(tags), notes, spec: JSON.stringify(run.spec) })
      return rowOf(run.id)
    },

    get(id) {
      const record = byId.get(id) as (RunRecord & { removed_at: number | null }) | undefined
      if (!record || record.removed_at !== null) throw runNotFound(id)
      return rowsOf([record])[0]!
    },

    find: openRunFinder(read),

    list(query = {}) {
      const { sql, parameters } = listSql(query, (name) => knowsMetric.get(name) !== undefined)
      const keys = read.column<number>(sql).all(...parameters)
      const records = new Map(byKeys.all(JSON.stringify(keys)).map((record) => [record.key, record]))
      return { rows: rowsOf(keys.map((key) => records.get(key)!)), total: visible.get()! }
    },

    update(id, patch) {
      recordOf(id)
      write(id, patch)
      return rowOf(id)
    },

    setStatus(id, status, patch = {}) {
      const { status: from } = recordOf(id)
      if (!mayBecome(from, status)) throw wrongState(id, from, status)
      write(id, patch, status)
      return rowOf(id)
    },

    remove(id) {
      if (!hide.run(now(), id).changes) throw runNotFound(id)
    },

    restore(id) {
      recordOf(id)
      show.run(id)
      return rowOf(id)
    },

    purge(ids) {
      return db.transaction(() => (ids ?? hidden.all()).reduce((n, id) => n + erase.run(id).changes, 0)).immediate()
    },

    interruptLive(reason, at) {
      return db
        .transaction(() => {
          const ids = live.all()
          interrupt.run(reason, at)
          return ids
        })
        .immediate()
    },
  }
}

const wrongState = (id: string, from: RunStatus, to: RunStatus): AppError =>
  new AppError(
    'run.state',
    `Run ${id} is ${from} and cannot become ${to}${isLive(from) ? '' : '; it has ended and what it recorded stays as it is'}`,
    { field: 'status', got: to, from },
  )
