import { RUN_STATUSES, type RunStatus } from '../../domain/run'
import { CHUNK } from '../metrics/chunk-steps'
import type { RunRecord } from '../run-row'
import type { StoredRecord, Value } from './records'
import type { Scan } from './scan'

/** n steps and times of a track from an ordinal on, as they are stored. */
export interface ChunkPlaces {
  n: number
  step0: number
  stride: number
  steps: Buffer | null
  time0: number
  times: Buffer
}

/** The rows of a workspace's tables that could be read, by their keys. */
export interface Tables {
  runs: Map<number, RunRecord & { removed_at: number | null }>
  /** Ids and names of runs, from indexes too: known also where the run itself is lost. */
  ids: Map<number, string>
  tracks: Map<number, { run: number; name: string; points: number | null }>
  metrics: Map<
    number,
    { run: number; name: string; track: number | null; position: number | null; count: number | null }
  >
  chunks: Map<number, Map<number, ChunkPlaces>>
  segments: Map<number, Map<number, { n: number; data: Buffer }>>
  /** By metric and ordinal. */
  values: Map<number, Map<number, Buffer>>
  checkpoints: Map<number, { step: number; sha256: string; value: number | null; savedAt: number }[]>
  settings: Map<string, string>
  views: { kind: string; name: string; state: string }[]
}

const RUN_COLUMNS = (
  'key id name run_group tags notes status reason spec steps total_steps peak_lr diverged_at created_at started_at ' +
  'ended_at engine dataset environment parameters removed_at hidden pinned colour missing'
).split(' ')
/** Columns that the first schema had; later ones came with values that stand for all rows before. */
const FIRST_RUN_COLUMNS = 21

const isText = (value: Value | undefined): value is string => typeof value === 'string'
const isNumber = (value: Value | undefined): value is number => typeof value === 'number' && Number.isFinite(value)
const isWhole = (value: Value | undefined): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isBlob = (value: Value | undefined): value is Buffer => Buffer.isBuffer(value)
const orNull = (is: (value: Value | undefined) => boolean, value: Value | undefined) => value === null || is(value)

/**
 * Sorts records into tables. A page that a tree leads to says what its records are; others are known by their form,
 * which differs from table to table.
 */
export function tablesOf({ records }: Scan): Tables {
  const tables: Tables = {
    runs: new Map(),
    ids: new Map(),
    tracks: new Map(),
    metrics: new Map(),
    chunks: new Map(),
    segments: new Map(),
    values: new Map(),
    checkpoints: new Map(),
    settings: new Map(),
    views: [],
  }
  // Tables before indexes: an index only fills what a table has lost.
  const owned = (name: string) => records.get(name) ?? []
  const lost = records.get('') ?? []
  for (const [name, take] of Object.entries(TABLES))
    for (const record of [...owned(name), ...lost]) take(tables, record)
  for (const [name, take] of Object.entries(INDEXES)) for (const { values } of owned(name)) take(tables, values)
  return tables
}

function under<K, V>(map: Map<number, Map<K, V>>, key: number): Map<K, V> {
  let inner = map.get(key)
  if (!inner) map.set(key, (inner = new Map()))
  return inner
}

const TABLES: Record<string, (tables: Tables, record: StoredRecord) => void> = {
  run({ runs, ids }, { rowid, values }) {
    const ours = rowid !== null && values[0] === null && [1, 2, 3, 4, 5, 6, 8].every((at) => isText(values[at]))
    if (!ours || values.length < FIRST_RUN_COLUMNS || !RUN_STATUSES.includes(values[6] as RunStatus)) return
    if (!isWhole(values[9]) || !isWhole(values[10]) || !isNumber(values[11]) || !isNumber(values[13])) return
    const added = { hidden: 0, pinned: 0, colour: null, missing: 0, removed_at: null }
    const row = Object.fromEntries(RUN_COLUMNS.slice(0, values.length).map((name, at) => [name, values[at]]))
    const run = { ...added, ...row, key: rowid } as unknown as RunRecord & { removed_at: number | null }
    // A page that was given up may hold the run as it was before.
    if ((runs.get(rowid)?.steps ?? -1) < run.steps) runs.set(rowid, run)
    ids.set(rowid, run.id)
  },
  track({ tracks }, { rowid, values: [key, run, name, points, ...more] }) {
    if (rowid === null || key !== null || !isWhole(run) || !isText(name) || !isWhole(points) || more.length) return
    if ((tracks.get(rowid)?.points ?? -1) < points) tracks.set(rowid, { run, name, points })
  },
  metric({ metrics }, { rowid, values }) {
    const [key, run, track, position, name] = values
    if (rowid === null || values.length !== 14 || key !== null) return
    if (isWhole(run) && isWhole(track) && isWhole(position) && isText(name))
      metrics.set(rowid, { run, name, track, position, count: isWhole(values[5]) ? values[5] : null })
  },
  chunk({ chunks }, { rowid, values }) {
    const [track, ord0, n, least, most, step0, stride, steps, time0, times] = values
    if (rowid === null || values.length !== 10 || !isWhole(track) || !isWhole(ord0) || !isWhole(n)) return
    if (n < 1 || n > CHUNK || ord0 % CHUNK || ![least, most, step0, stride, time0].every(isNumber)) return
    if (!isBlob(times) || ![4 * n, 8 * n].includes(times.length)) return
    if (steps !== null && !(isBlob(steps) && steps.length === 8 * n)) return
    const places = { n, step0, stride, steps, time0, times } as ChunkPlaces
    if ((under(chunks, track).get(ord0)?.n ?? 0) < n) under(chunks, track).set(ord0, places)
  },
  chunk_values({ values: all }, { rowid, values: [metric, ord0, vals, ...more] }) {
    if (rowid === null || more.length || !isWhole(metric) || !isWhole(ord0) || !isBlob(vals)) return
    if (vals.length % 8 || vals.length > 8 * CHUNK || ord0 % CHUNK) return
    if ((under(all, metric).get(ord0)?.length ?? 0) < vals.length) under(all, metric).set(ord0, vals)
  },
  seg({ segments }, { rowid, values: [track, ord0, n, data, ...more] }) {
    if (rowid === null || more.length || !isWhole(track) || !isWhole(ord0) || !isWhole(n) || !isBlob(data)) return
    if (n < 1 || n > CHUNK || data.length % (8 * n) || data.length < 24 * n) return
    under(segments, track).set(ord0, { n, data })
  },
  checkpoint({ checkpoints }, { rowid, values: [run, step, bytes, sha256, value, savedAt, ...more] }) {
    if (rowid !== null || more.length || !isWhole(run) || !isWhole(step) || !isWhole(bytes)) return
    if (!isText(sha256) || !/^[0-9a-f]{64}$/.test(sha256) || !isNumber(savedAt) || !orNull(isNumber, value)) return
    const list = checkpoints.get(run) ?? []
    checkpoints.set(run, list)
    list.push({ step, sha256, value: value as number | null, savedAt })
  },
  setting({ settings }, { rowid, values: [key, value, ...more] }) {
    if (rowid === null && !more.length && isText(key) && isText(value)) settings.set(key, value)
  },
  saved_view({ views }, { rowid, values: [kind, name, state, savedAt, ...more] }) {
    if (rowid !== null || more.length || !isText(kind) || !isText(name) || !isText(state) || !isNumber(savedAt)) return
    views.push({ kind, name, state })
  },
}

/** What the indexes know of rows whose own page is lost. */
const INDEXES: Record<string, (tables: Tables, values: Value[]) => void> = {
  sqlite_autoindex_run_1({ ids }, [id, key]) {
    if (isText(id) && isWhole(key) && !ids.has(key)) ids.set(key, id)
  },
  sqlite_autoindex_track_1({ tracks }, [run, name, key]) {
    if (isWhole(run) && isText(name) && isWhole(key) && !tracks.has(key)) tracks.set(key, { run, name, points: null })
  },
  sqlite_autoindex_metric_1({ metrics }, [run, name, key]) {
    if (isWhole(run) && isText(name) && isWhole(key) && !metrics.has(key))
      metrics.set(key, { run, name, track: null, position: null, count: null })
  },
  sqlite_autoindex_metric_2({ metrics }, [track, position, key]) {
    if (!isWhole(track) || !isWhole(position) || !isWhole(key)) return
    const metric = metrics.get(key)
    if (metric && metric.track === null) metrics.set(key, { ...metric, track, position })
  },
}
