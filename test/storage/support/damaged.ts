import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { scan } from '../../../src/core/storage/salvage/scan'
import { tablesOf } from '../../../src/core/storage/salvage/tables'
import { trackPoints } from '../../../src/core/storage/salvage/track-points'
import type { Storage } from '../../../src/core/storage/types'
import { frame, newFolder, newRun, open } from './workspace'
import { METRICS, valueAt } from './written-values'

/** A workspace with something of everything: sealed and open chunks, several tracks, deleted runs, views, settings. */
export function richWorkspace(): { storage: Storage; dir: string } {
  const dir = newFolder()
  const storage = open(dir)
  for (let r = 0; r < 12; r++) {
    const id = `run${r}`
    storage.runs.create(newRun(id, {}, { notes: 'n'.repeat(500 * (r % 4)), tags: ['one', `t${r}`] }))
    storage.runs.setStatus(id, 'running')
    const steps = 300 + 700 * (r % 6)
    for (let at = 0; at < steps; at += 400) {
      const n = Math.min(400, steps - at)
      storage.metrics.append(
        id,
        [frame('update', METRICS, at, n, valueAt), frame('ratio', ['update/ratio'], at, Math.ceil(n / 10))],
        at + n,
      )
    }
    if (r % 3 === 0) continue
    storage.metrics.seal(id)
    storage.runs.setStatus(id, 'finished', { endedAt: 9, dataset: undefined })
  }
  storage.runs.purge(['run4', 'run7'])
  storage.settings.set('theme', 'dark')
  storage.views.save('runs', 'mine', { sort: 'lr' })
  return { storage, dir }
}

/** A database's files as they are now, as a process that is killed would leave them. */
export function filesOf(dir: string): { base: Buffer; log: Buffer | null } {
  const copy = newFolder()
  const read = (name: string) => {
    if (!existsSync(join(dir, name))) return null
    copyFileSync(join(dir, name), join(copy, name))
    return readFileSync(join(copy, name))
  }
  return { base: read('anneal.db')!, log: read('anneal.db-wal') }
}

const hashOf = (numbers: Float64Array | null): string =>
  numbers === null
    ? 'lost'
    : createHash('sha256')
        .update(new Uint8Array(Float64Array.from(numbers).buffer))
        .digest('hex')

/** Everything that can be read of a database without SQLite: each stored row with a hash of what it holds. */
export function rowsOf(file: string): {
  rows: Map<string, string>
  reported: number
  tables: ReturnType<typeof tablesOf>
} {
  const found = scan(file)
  const tables = tablesOf(found)
  const rows = new Map<string, string>()
  for (const [key, run] of tables.runs) rows.set(`run ${key}`, JSON.stringify(run))
  for (const [name, value] of tables.settings) rows.set(`setting ${name}`, value)
  for (const { kind, name, state } of tables.views) rows.set(`view ${kind} ${name}`, state)
  let reported = found.damagedPages.length + found.damagedRows
  for (const [key, { run }] of tables.tracks) {
    const { name, pieces, lost } = trackPoints(tables, key)
    reported += lost.length
    for (const { ordinal, steps, times, values } of pieces) {
      const place = `${run} ${name} ${ordinal}`
      rows.set(`places ${place}`, hashOf(steps) + hashOf(times))
      for (const [metric, column] of values) if (column) rows.set(`values ${place} ${metric}`, hashOf(column))
    }
  }
  return { rows, reported, tables }
}

/** What SQLite itself says of each page of a sound database: how many rows can be hurt where it is damaged. */
export function rowsByPage(file: string): Map<number, { name: string; type: string; rows: number }> {
  const db = new Sqlite(file, { readonly: true })
  try {
    const pages = db
      .prepare(
        'SELECT s.pageno, s.name, s.pagetype AS type, s.ncell AS rows, m.sql FROM dbstat s LEFT JOIN sqlite_schema m ON m.name = s.name',
      )
      .all() as { pageno: number; name: string; type: string; rows: number; sql: string | null }[]
    return new Map(
      pages.map(({ pageno, name, type, rows, sql }) => {
        // An index without SQL of its own or with CREATE INDEX holds nothing that a table does not hold.
        const index = sql === null ? name !== 'sqlite_schema' : sql.startsWith('CREATE INDEX')
        const inner = type === 'internal' && !sql?.includes('WITHOUT ROWID')
        const hurt = name === 'sqlite_schema' || index || inner ? 0 : type === 'overflow' ? 1 : rows
        return [pageno, { name, type, rows: hurt }]
      }),
    )
  } finally {
    db.close()
  }
}
