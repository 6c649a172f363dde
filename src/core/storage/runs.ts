import { AppError } from '../domain/errors'
import { isLive, mayBecome, type RunRow, type RunStatus } from '../domain/run'
import { type ReadableDb, readable, type WritableDb } from './database'
import { openSummaries } from './metric-summaries'
import { openRunFinder } from './run-find'
import { openRowCache } from './row-cache'
import { assignments, type RunRecord, toRunRow } from './run-row'
import type { RunPatch, RunStore } from './types'

export const runNotFound = (id: string): AppError =>
  new AppError('run.notFound', `No run ${id} in this workspace. See the list with: anneal runs`, {
    field: 'run',
    got: id,
    allowed: 'the id of a run in this workspace',
  })

/** Runs as rows: what was asked for, what came of it, never the points. */
export function openRuns(db: WritableDb, now: () => number, cache = openRowCache(readable(db))): RunStore {
  const read: ReadableDb = readable(db)
  const summaries = openSummaries(read)
  const byId = read.query<RunRecord>('SELECT * FROM run WHERE id = ?')
  const present = read.column<number>('SELECT count(*) FROM run WHERE removed_at IS NULL')
  const insert = db.prepare(`
    INSERT INTO run (id, name, run_group, tags, notes, status, spec, total_steps, peak_lr, created_at)
    VALUES (@id, @name, @group, @tags, @notes, 'queued', @spec, @totalSteps, @peakLr, @createdAt)`)
  const takeOut = db.prepare('UPDATE run SET removed_at = ? WHERE id = ? AND removed_at IS NULL')
  const putBack = db.prepare('UPDATE run SET removed_at = NULL WHERE id = ?')
  const live = read.column<string>(`SELECT id FROM run WHERE status IN ('queued', 'running') ORDER BY key`)
  const interrupt = db.prepare(
    `UPDATE run SET status = 'interrupted', reason = ?, ended_at = ? WHERE status IN ('queued', 'running')`,
  )
  const setSteps = db.prepare('UPDATE run SET steps = ? WHERE id = ?')
  const removed = read.column<string>('SELECT id FROM run WHERE removed_at IS NOT NULL')
  const erase = db.prepare('DELETE FROM run WHERE id = ?')

  const recordOf = (id: string): RunRecord => {
    const record = byId.get(id)
    if (!record) throw runNotFound(id)
    return record
  }
  const toRow = (record: RunRecord): RunRow => toRunRow(record, summaries.of([record.key]).get(record.key))
  /** Also of a removed run: one that still trains must be able to end. */
  const rowOf = (id: string): RunRow => toRow(recordOf(id))

  const write = (id: string, patch: RunPatch, status?: RunStatus) => {
    const { sql, values } = assignments(patch)
    if (status) {
      sql.push('status = ?')
      values.push(status)
    }
    if (sql.length) db.prepare(`UPDATE run SET ${sql.join(', ')} WHERE id = ?`).run(...values, id)
    cache.touch(id)
  }
  const remove = (id: string): void => {
    if (!takeOut.run(now(), id).changes) throw runNotFound(id)
    cache.touch(id)
  }
  const restore = (id: string): RunRow => {
    recordOf(id)
    putBack.run(id)
    cache.touch(id)
    return rowOf(id)
  }
  const update = (id: string, patch: RunPatch): RunRow => {
    recordOf(id)
    write(id, patch)
    return rowOf(id)
  }
  /** All or none. */
  const together = <T>(action: () => T): T => db.transaction(action).immediate()

  return {
    create(run) {
      const { group, tags, notes } = run.spec
      insert.run({ ...run, group, tags: JSON.stringify(tags), notes, spec: JSON.stringify(run.spec) })
      cache.touch(run.id)
      return rowOf(run.id)
    },

    get(id) {
      const record = byId.get(id) as (RunRecord & { removed_at: number | null }) | undefined
      if (!record || record.removed_at !== null) throw runNotFound(id)
      return toRow(record)
    },

    bring: ({ id, spec, status, ...run }) =>
      together(() => {
        const { name, group, notes, steps, ...facts } = run
        const tags = JSON.stringify(run.tags)
        insert.run({ ...run, id, name, group, tags, notes, spec: JSON.stringify(spec) })
        takeOut.run(now(), id)
        write(id, known({ ...facts, tags: run.tags }), status)
        setSteps.run(steps, id)
      }),
    has: (id) => byId.get(id) !== undefined,

    find: openRunFinder(read),
    all: cache.all,
    count: () => present.get()!,

    update,
    updateAll: (patches) => together(() => [...patches].map(([id, patch]) => update(id, patch))),

    setStatus(id, status, patch = {}) {
      const { status: from } = recordOf(id)
      if (!mayBecome(from, status)) throw wrongState(id, from, status)
      write(id, patch, status)
      return rowOf(id)
    },

    remove,
    restore,
    removeAll: (ids) => together(() => ids.forEach(remove)),
    restoreAll: (ids) => together(() => ids.map(restore)),

    purge(ids) {
      return together(() => {
        const gone = ids ?? removed.all()
        gone.forEach(cache.forget)
        return gone.reduce((n, id) => n + erase.run(id).changes, 0)
      })
    },

    interruptLive(reason, at) {
      return together(() => {
        const ids = live.all()
        interrupt.run(reason, at)
        ids.forEach(cache.touch)
        return ids
      })
    },
  }
}

/** Of facts that may be missing those that are there. */
const known = (facts: object): RunPatch =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null)) as RunPatch

const wrongState = (id: string, from: RunStatus, to: RunStatus): AppError =>
  new AppError(
    'run.state',
    `Run ${id} is ${from} and cannot become ${to}${isLive(from) ? '' : '; it has ended and what it recorded stays as it is'}`,
    { field: 'status', got: to, from },
  )
