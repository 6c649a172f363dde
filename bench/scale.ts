import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createCore } from '../src/core/create-core'
import { openWorkspace } from '../src/core/storage/open'
import { median, table, timed } from './measure'
import type { Times } from './scale/busy-time'
import { measureLoopDelay } from './scale/loop-delay'
import { writePoints } from './scale/write-points'

const ROUNDS = 7

/**
 * A workspace of `--points` (100 million) in `--runs` (10 000): what writing it takes, and whether it is opened, listed
 * and drawn in a time that does not know of its size. Then the delay of the core's event loop while it records and draws.
 */
export async function run(args: string[] = []): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { points: { type: 'string', default: '100000000' }, runs: { type: 'string', default: '10000' } },
  })
  const dir = mkdtempSync(join(tmpdir(), 'anneal-scale-'))
  try {
    console.log(`load average ${loadavg()[0]!.toFixed(1)}`)
    write(join(dir, 'large'), Number(values.runs), Number(values.points))
    await read(join(dir, 'large'))
    await loop(join(dir, 'large'))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

function write(dir: string, runs: number, wanted: number): void {
  mkdirSync(dir)
  const storage = openWorkspace(dir, { now: Date.now })
  const { points, ms } = writePoints(storage, runs, wanted)
  storage.close()
  const { size } = statSync(storage.file)
  console.log(
    `${points} points in ${runs} runs: ${(ms / 1000).toFixed(1)} s in storage, ${(points / ms).toFixed(0)} thousand points/s, ` +
      `${(size / 2 ** 30).toFixed(2)} GiB, ${(size / points).toFixed(2)} bytes a point`,
  )
}

async function read(dir: string): Promise<void> {
  const times: Record<string, number[]> = {
    open: [],
    'first table': [],
    table: [],
    'overview of 100 runs': [],
    'exact zoom of one': [],
  }
  for (let round = 0; round < ROUNDS; round++) {
    const opened = await timed(async () => void (core = await createCore({ dir, kind: 'cli' })))
    const ask = (method: string, input: unknown) => timed(() => core!.api.call(method, input))
    times.open!.push(opened)
    const query = { limit: 50, sort: { column: 'train/loss.best', descending: false } }
    times['first table']!.push(await ask('runs.table', query))
    times.table!.push(await ask('runs.table', query))
    const ids = core!.storage.runs.all().map(({ id }) => id)
    const some = Array.from({ length: 100 }, (_, i) => ids[(i * 97 + round * 31) % ids.length]!)
    const series = some.map((run) => ({ run, metric: 'train/loss' }))
    times['overview of 100 runs']!.push(await ask('metrics.view', { series, buckets: 500 }))
    times['exact zoom of one']!.push(
      await ask('metrics.series', { run: some[0], metric: 'train/loss', from: 800, to: 1000 }),
    )
    await core!.close()
  }
  console.log(`\nms, medians of ${ROUNDS}, the file in the page cache where it fits:`)
  table([Object.keys(times), Object.values(times).map((each) => median(each).toFixed(1))])
}
let core: Awaited<ReturnType<typeof createCore>> | null = null

async function loop(dir: string): Promise<void> {
  console.log(`\nWhat keeps the core's event loop, ms, load average ${loadavg()[0]!.toFixed(1)}:`)
  const rows: (string | number)[][] = [
    ['p50 / p99 / most', 'timers late', 'busy between ticks', 'storing a batch', 'overviews', 'updates'],
  ]
  for (const [name, work] of [
    ['nothing', { writers: 0, reader: false }],
    ['4 × 1000 updates/s', { writers: 4, reader: false }],
    ['the same, 100 runs panned', { writers: 4, reader: true }],
  ] as const) {
    const { late, busy, store, answers, steps } = await measureLoopDelay(dir, work)
    const words = ({ p50, p99, most }: Times) => [p50, p99, most].map((ms) => ms.toFixed(1)).join(' / ')
    rows.push([name, words(late), words(busy), words(store), answers, steps])
  }
  table(rows)
}
