import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from '../src/core/domain/metrics'
import { createRng } from '../src/core/domain/rng'
import { parseRunSpec } from '../src/core/domain/spec/run-spec'
import { decimate } from '../src/core/domain/stats/decimate'
import { sortRuns } from '../src/core/domain/table/order'
import { openWorkspace } from '../src/core/storage/open'
import type { Storage } from '../src/core/storage/types'
import { median, table, timed } from './measure'
import { eventFile, jsonRows, mlflowTable, narrowRows } from './peers/storage-peers'

const ROUNDS = 5
const METRICS = ['loss', 'accuracy', 'lr', 'momentum', 'gradient', 'time']
const STEPS = 100_000
/** Of one run in each layout: the slowest takes its time. */
const PEER_STEPS = 20_000
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

/** Recording, reading and overviews of this layout against those of others, interleaved; medians. */
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

const PEERS = {
  'narrow rows': narrowRows,
  'MLflow’s table': mlflowTable,
  'JSON rows': jsonRows,
  'TensorBoard events': eventFile,
}

/** One run through each layout in turn, round by round: recording, the file, reading one series back. */
async function layouts(dir: string): Promise<void> {
  const frames = batches(PEER_STEPS)
  const points = PEER_STEPS * METRICS.length
  const figures = new Map<string, { write: number[]; busy: number[]; read: number[]; bytes: number }>()
  const add = (name: string, { ms, busy }: Cost, read: number, bytes: number) => {
    const known = figures.get(name) ?? { write: [], busy: [], read: [], bytes }
    figures.set(name, { write: [...known.write, ms], busy: [...known.busy, busy], read: [...known.read, read], bytes })
  }
  for (let round = 0; round < ROUNDS; round++) {
    const storage = newStorage(join(dir, `ours-${round}`))
    const write = costOf(() => appendAll(storage, frames))
    const read = await timed(() => storage.metrics.series('r0', 'loss'))
    const expected = storage.metrics.series('r0', 'loss').values
    storage.close()
    add('Anneal, with tiers', write, read, statSync(storage.file).size)
    for (const [name, open] of Object.entries(PEERS)) {
      const peer = open(dir)
      const peerWrite = costOf(() => frames.forEach((frame) => peer.append(frame)))
      const peerRead = await timed(() => peer.read('loss'))
      const { values } = peer.read('loss')
      // A peer that does not give back what it was given is not compared; events are Float32.
      if (values.length !== expected.length || Math.abs(values[7]! - expected[7]!) > 1e-6)
        throw new Error(`${name} lost points`)
      peer.close()
      add(name, peerWrite, peerRead, statSync(peer.file).size)
      for (const ending of ['', '-wal', '-shm']) rmSync(peer.file + ending, { force: true })
    }
  }
  const ours = figures.get('Anneal, with tiers')!
  console.log(`${points} points, 1000 a batch, each batch safe on disk, medians of ${ROUNDS}, ratios to Anneal behind:`)
  const against = (all: readonly number[], own: readonly number[]) => `× ${(median(all) / median(own)).toFixed(1)}`
  table([
    [
      '',
      'thousand points/s',
      'time',
      'µs of a processor a point',
      '',
      'bytes a point',
      '',
      `read ${PEER_STEPS}, ms`,
      '',
    ],
    ...[...figures].map(([name, { write, busy, read, bytes }]) => [
      name,
      (points / median(write)).toFixed(0),
      against(write, ours.write),
      ((1000 * median(busy)) / points).toFixed(2),
      against(busy, ours.busy),
      (bytes / points).toFixed(1),
      against([bytes], [ours.bytes]),
      median(read).toFixed(1),
      against(read, ours.read),
    ]),
  ])
}

/** What an action takes: until it is done, and of a processor alone, which other work on the machine does not change. */
interface Cost {
  ms: number
  busy: number
}

function costOf(action: () => void): Cost {
  const [since, before] = [performance.now(), process.cpuUsage()]
  action()
  const { user, system } = process.cpuUsage(before)
  return { ms: performance.now() - since, busy: (user + system) / 1000 }
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
