import { closeSync, openSync, readFileSync, writeSync, fdatasyncSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Frame } from '../../src/core/domain/metrics'
import { recordOf, valuesOf } from './event-file'

/** A way to keep points, as another program has it; all with the same care for a power cut. */
export interface StoragePeer {
  file: string
  /** One batch, safe on disk when it returns. */
  append(frame: Frame): void
  /** All points of one metric. */
  read(metric: string): { steps: Float64Array; values: Float64Array }
  close(): void
}

const columns = (rows: [number, number][]) => ({
  steps: Float64Array.from(rows, (row) => row[0]),
  values: Float64Array.from(rows, (row) => row[1]),
})

function openSqlite(file: string, schema: string) {
  const db = new Sqlite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(schema)
  const close = () => {
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
  }
  return { db, close }
}

/** Each value of a frame: which metric, step, time, value. */
function eachPoint(
  { n, metrics, data }: Frame,
  take: (metric: string, step: number, time: number, value: number) => void,
) {
  metrics.forEach((metric, j) => {
    for (let i = 0; i < n; i++) take(metric, data[i]!, data[n + i]!, data[(2 + j) * n + i]!)
  })
}

/** The layout that most would write first: one row a point. */
export function narrowRows(dir: string): StoragePeer {
  const file = join(dir, 'narrow.db')
  const { db, close } = openSqlite(
    file,
    `CREATE TABLE metric (key INTEGER PRIMARY KEY, name TEXT UNIQUE) STRICT;
     CREATE TABLE point (run INTEGER, metric INTEGER, step INTEGER, time REAL, value REAL,
       PRIMARY KEY (run, metric, step)) WITHOUT ROWID, STRICT`,
  )
  const name = db
    .prepare('INSERT INTO metric (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING key')
    .pluck()
  const insert = db.prepare('INSERT INTO point VALUES (1, ?, ?, ?, ?)')
  const keys = new Map<string, number>()
  const keyOf = (metric: string): number => {
    if (!keys.has(metric)) keys.set(metric, name.get(metric) as number)
    return keys.get(metric)!
  }
  const append = db.transaction((frame: Frame) =>
    eachPoint(frame, (metric, step, time, value) => insert.run(keyOf(metric), step, time, value)),
  )
  const series = db.prepare('SELECT step, value FROM point WHERE run = 1 AND metric = ? ORDER BY step').raw()
  return { file, append, read: (metric) => columns(series.all(keyOf(metric)) as [number, number][]), close }
}

/**
 * MLflow's table with its key over all columns and its index, on the same driver: a stand-in, MLflow itself goes through
 * SQLAlchemy. @see mlflow/store/tracking/dbmodels/models.py, SqlMetric
 */
export function mlflowTable(dir: string): StoragePeer {
  const file = join(dir, 'mlflow.db')
  const { db, close } = openSqlite(
    file,
    `CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL,
       step BIGINT DEFAULT 0 NOT NULL, is_nan BOOLEAN DEFAULT 0 NOT NULL,
       PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan), CHECK (is_nan IN (0, 1)));
     CREATE INDEX index_metrics_run_uuid ON metrics (run_uuid);
     CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL,
       is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid))`,
  )
  const run = '0123456789abcdef0123456789abcdef'
  const insert = db.prepare('INSERT OR IGNORE INTO metrics VALUES (?, ?, ?, ?, ?, ?)')
  const latest = db.prepare('INSERT OR REPLACE INTO latest_metrics VALUES (?, ?, ?, ?, ?, ?)')
  const append = db.transaction((frame: Frame) => {
    const last = new Map<string, [number, number, number]>()
    eachPoint(frame, (metric, step, time, value) => {
      const isNan = Number.isNaN(value) ? 1 : 0
      insert.run(metric, isNan ? 0 : value, Math.round(time), run, step, isNan)
      last.set(metric, [value, time, step])
    })
    for (const [metric, [value, time, step]] of last) latest.run(metric, value, Math.round(time), step, 0, run)
  })
  const series = db
    .prepare('SELECT step, value FROM metrics WHERE key = ? AND run_uuid = ? ORDER BY timestamp, step, value')
    .raw()
  return { file, append, read: (metric) => columns(series.all(metric, run) as [number, number][]), close }
}

/** One row a step with its metrics as JSON, as Trackio keeps them. */
export function jsonRows(dir: string): StoragePeer {
  const file = join(dir, 'json.db')
  const { db, close } = openSqlite(
    file,
    `CREATE TABLE metrics (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL, run_name TEXT NOT NULL, step INTEGER NOT NULL,
       metrics TEXT NOT NULL);
     CREATE INDEX metrics_run_step ON metrics (run_name, step)`,
  )
  const insert = db.prepare("INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES (?, 'r0', ?, ?)")
  const append = db.transaction(({ n, metrics, data }: Frame) => {
    for (let i = 0; i < n; i++) {
      const row = Object.fromEntries(metrics.map((metric, j) => [metric, data[(2 + j) * n + i]!]))
      insert.run(new Date(data[n + i]!).toISOString(), data[i]!, JSON.stringify(row))
    }
  })
  const series = db.prepare("SELECT step, metrics FROM metrics WHERE run_name = 'r0' ORDER BY step").raw()
  const read = (metric: string) =>
    columns(
      (series.all() as [number, string][]).map(([step, json]) => [
        step,
        (JSON.parse(json) as Record<string, number>)[metric]!,
      ]),
    )
  return { file, append, read, close }
}

/**
 * An event file as TensorBoard's SummaryWriter writes them, one event a value, written and read by this code: a stand-in
 * for its format, not for the speed of its Python.
 */
export function eventFile(dir: string): StoragePeer {
  const file = join(dir, 'events.out.tfevents')
  const handle = openSync(file, 'w')
  return {
    file,
    append(frame) {
      const records: Buffer[] = []
      eachPoint(frame, (metric, step, time, value) => records.push(recordOf(metric, step, time / 1000, value)))
      writeSync(handle, Buffer.concat(records))
      fdatasyncSync(handle)
    },
    read: (metric) => columns(valuesOf(readFileSync(file), metric)),
    close: () => closeSync(handle),
  }
}
