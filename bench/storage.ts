import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import type { Frame } from '../src/core/domain/metrics'
import { createRng } from '../src/core/domain/rng'
import { parseRunSpec } from '../src/core/domain/spec/run-spec'
import { decimate } from '../src/core/domain/stats/decimate'
import { sortRuns } from '../src/core/domain/table/order'
import { openWorkspace } from '../src/core/storage/open'
import type { Storage } from '../src/core/storage/types'
import { median, table, timed } from './measure'

const ROUNDS = 5
const METRICS = ['loss', 'accuracy', 'lr', 'momentum', 'gradient', 'time']
const STEPS = 100_000
/** 1000 points a transaction, as a trainer's batches come in. */
const BATCH = Math.floor(1000 / METRICS.length)
const SPEC = parseRunSpec({
  dataset: { kind: 'spirals' },
  model: { preset: 'mlp' },
  schedule: { kind: 'constant', lr: 0.1 },
  budget: { steps: STEPS },
})

/** What both layouts are given; made before the clock starts. */
function batches(steps: number, metrics = METRICS): Frame[] {
  const rng = createRng(1, 'storage bench')
  return Array.from({ length: Math.ceil(steps / BATCH) }, (_, b) => {
    const n = Math.min(BATCH, steps - b * BATCH)
    const data = Float64Array.from({ length: n * (metrics.length + 2) }, (_, i) =>
      i < n ? b * BATCH + i : i < 2 * n ? 1.7e12 + b * BATCH + i : rng.normal(),
    )
    return { track: 'update', metrics, n, data }
  })
}

function newStorage(dir: string, runs = 1): Storage {
  const storage = openWorkspace(dir, { now: () => 0 })
  for (let i = 0; i < runs; i++)
    storage.runs.create({ id: `r${i}`, spec: SPEC, name: `run ${i}`, totalSteps: STEPS, peakLr: 0.1, createdAt: i })
  return storage
}

const appendAll = (storage: Storage, frames: Frame[], run = 'r0') => {
  let steps = 0
  for (const frame of frames) storage.metrics.append(run, [frame], (steps += frame.n))
  storage.metrics.seal(run)
}

/** The layout that most would write first: one row a point. */
function openNarrow(dir: string) {
  const file = join(dir, 'narrow.db')
  const db = new Sqlite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec(`CREATE TABLE point (run INTEGER, metric INTEGER, step INTEGER, time REAL, value REAL,
    PRIMARY KEY (run, metric, step)) WITHOUT ROWID, STRICT`)
  const insert = db.prepare('INSERT INTO point VALUES (1, ?, ?, ?, ?)')
  const append = db.transaction(({ n, metrics, data }: Frame) => {
    for (let j = 0; j < metrics.length; j++)
      for (let i = 0; i < n; i++) insert.run(j, data[i]!, data[n + i]!, data[(2 + j) * n + i]!)
  })
  const series = db.prepare('SELECT step, value FROM point WHERE run = 1 AND metric = ? ORDER BY step').raw()
  return {
    file,
    append,
    read(metric: number) {
      const rows = series.all(metric) as [number, number][]
      return { steps: Float64Array.from(rows, (row) => row[0]), values: Float64Array.from(rows, (row) => row[1]) }
    },
    close() {
      db.pragma('wal_checkpoint(TRUNCATE)')
      db.close()
    },
  }
}

/** Recording, reading and overviews of this layout against narrow rows on the same driver, interleaved; medians. */
export async function run(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'anneal-bench-'))
  try {
    await layouts(dir)
    await overviews(dir)
    await lists(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

async function layouts(dir: string): Promise<void> {
  const frames = batches(STEPS)
  const points = STEPS * METRICS.length
  const times = { ours: [] as number[], narrow: [] as number[], oursRead: [] as number[], narrowRead: [] as number[] }
  let bytes = { ours: 0, narrow: 0 }
  for (let round = 0; round < ROUNDS; round++) {
    const storage = newStorage(join(dir, `ours-${round}`))
    times.ours.push(await timed(() => appendAll(storage, frames)))
    const narrow = openNarrow(dir)
    times.narrow.push(await timed(() => frames.forEach((frame) => narrow.append(frame))))
    times.oursRead.push(await timed(() => storage.metrics.series('r0', 'loss')))
    times.narrowRead.push(await timed(() => narrow.read(0)))
    storage.close()
    narrow.close()
    bytes = { ours: statSync(storage.file).size, narrow: statSync(narrow.file).size }
    rmSync(narrow.file)
  }
  const rate = (ms: number[]) => points / median(ms)
  const row = (what: string, ours: number, narrow: number, digits = 1) =>
    [what, ours.toFixed(digits), narrow.toFixed(digits), (ours / narrow).toFixed(2)] as const
  console.log(`${points} points, 1000 a transaction, synchronous = FULL, medians of ${ROUNDS}:`)
  table([
    ['', 'packed, tiers', 'narrow rows', 'ratio'],
    row('thousand points/s', rate(times.ours), rate(times.narrow), 0),
    row('bytes a point', bytes.ours / points, bytes.narrow / points),
    row(`read ${STEPS} points, ms`, median(times.oursRead), median(times.narrowRead)),
  ])
}

async function overviews(dir: string): Promise<void> {
  const storage = newStorage(join(dir, 'overview'), 2)
  appendAll(storage, batches(1_000_000, ['loss']), 'r0')
  appendAll(storage, batches(100_000, ['loss']), 'r1')
  const buckets = 1000
  const times = { tiers: [] as number[], short: [] as number[], raw: [] as number[] }
  for (let round = 0; round < 2 * ROUNDS; round++) {
    times.tiers.push(await timed(() => storage.metrics.view('r0', 'loss', { buckets })))
    times.short.push(await timed(() => storage.metrics.view('r1', 'loss', { buckets })))
    times.raw.push(
      await timed(() => {
        const { steps, values } = storage.metrics.series('r0', 'loss')
        return decimate(steps, values, { buckets })
      }),
    )
  }
  storage.close()
  const ms = (values: number[]) => median(values).toFixed(2)
  console.log(`\nOverview of ${buckets} columns, ms, medians of ${2 * ROUNDS}:`)
  table([
    ['1M steps, tiers', '100k steps, tiers', '1M steps, every point', 'tiers / every point'],
    [ms(times.tiers), ms(times.short), ms(times.raw), (median(times.tiers) / median(times.raw)).toFixed(3)],
  ])
}

async function lists(dir: string): Promise<void> {
  const storage = newStorage(join(dir, 'list'), 10_000)
  const [frame] = batches(1, [...METRICS, 'validation/loss', 'validation/accuracy'])
  for (let i = 0; i < 10_000; i++) storage.metrics.append(`r${i}`, [frame!], 1)
  const sorts = ['createdAt', 'optimizer.momentum', 'validation/accuracy.best']
  const times = sorts.map(() => [] as number[])
  for (let round = 0; round < ROUNDS; round++)
    for (const [k, column] of sorts.entries())
      times[k]!.push(await timed(() => sortRuns(storage.runs.all(), { column, descending: true }).slice(0, 500)))
  storage.close()
  console.log(
    `\nList of 10 000 runs with 8 metrics, in memory after the first, ms, by sort column, medians of ${ROUNDS}:`,
  )
  table([sorts, times.map((values) => median(values).toFixed(1))])
}
