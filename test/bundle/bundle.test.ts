import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importBundle } from '../../src/core/bundle/import-bundle'
import { writeBundle } from '../../src/core/bundle/write-bundle'
import type { Frame } from '../../src/core/domain/metrics'
import { parseRunSpec, type RunSpecInput } from '../../src/core/domain/spec/run-spec'
import { openWorkspace } from '../../src/core/storage/open'
import type { Storage } from '../../src/core/storage/types'
import { rebuilt, unzip, zipOf, type ZipEntry } from './hostile-zip'

let folder: string
let workspaces: Storage[]
const workspace = (name: string): Storage => {
  const storage = openWorkspace(join(folder, name), { now: () => 5000 })
  workspaces.push(storage)
  return storage
}
let ids = 0
const newId = () => `new${ids++}`

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'anneal-bundle-'))
  workspaces = []
})
afterEach(() => {
  workspaces.forEach((storage) => storage.close())
  rmSync(folder, { recursive: true, force: true })
})

const SPEC: RunSpecInput = {
  name: 'taken home',
  tags: ['a'],
  dataset: { kind: 'csv', path: '/home/somebody/secret/iris.csv', target: 'kind' },
  model: { preset: 'mlp' },
  schedule: { kind: 'one-cycle', maxLr: 0.2 },
  budget: { steps: 3000 },
}

/** A NaN with bits of its own, which a careless copy loses. */
const ODD_NAN = new Float64Array(new BigUint64Array([0x7ff8_0000_dead_beefn]).buffer)[0]!

/** 3000 updates with everything that is hard to keep, evaluations on a track of their own, a checkpoint. */
function storeRun(
  storage: Storage,
  id: string,
  change: { status?: 'finished' | 'diverged'; first?: number } = {},
): void {
  const spec = parseRunSpec(SPEC)
  storage.runs.create({ id, name: spec.name, spec, totalSteps: 3000, peakLr: 0.2, createdAt: 1000 })
  storage.runs.setStatus(id, 'running', { startedAt: 2000.5 })
  const n = 3000
  const data = new Float64Array(4 * n)
  for (let i = 0; i < n; i++) {
    data[i] = i
    data[n + i] = 2000 + i / 3
    data[2 * n + i] = Math.sin(i)
    data[3 * n + i] = i % 7 === 0 ? Infinity : -0
  }
  data[2 * n] = change.first ?? 5e-324
  data[2 * n + 1500] = ODD_NAN
  const frames: Frame[] = [
    { track: 'update', metrics: ['train/loss', 'lr'], n, data },
    { track: 'evaluation', metrics: ['validation/loss'], n: 2, data: Float64Array.of(9, 4, 1, 2, NaN, 0.1) },
  ]
  storage.metrics.append(id, frames, n)
  storage.metrics.seal(id)
  storage.runs.setStatus(id, change.status ?? 'finished', { endedAt: 4000, parameters: 12 })
  const file = join(storage.checkpoints.folder(id), '3000.ckpt')
  mkdirSync(storage.checkpoints.folder(id), { recursive: true })
  writeFileSync(file, `checkpoint of ${id}`)
  storage.checkpoints.add(id, { step: 3000, bytes: 14 + id.length, sha256: 'ab'.repeat(32), value: 0.1 })
}

async function pack(storage: Storage, runs: readonly string[], checkpoints = true): Promise<Buffer> {
  const out = new PassThrough()
  const rows = runs.map((run) => storage.runs.get(run))
  const [bytes] = await Promise.all([buffer(out), writeBundle(storage, rows, out, { version: '1.2.3', checkpoints })])
  return bytes
}

const bits = (values: Float64Array) => [...new BigUint64Array(Float64Array.from(values).buffer)]
const points = (storage: Storage, run: string) =>
  storage.metrics.tracks(run).flatMap(({ metrics }) =>
    metrics.map((metric) => {
      const { steps, times, values } = storage.metrics.tail(run, metric, 0, 1e6)
      // Through bytes: numbers taken one by one may lose the bits of a NaN.
      return [
        metric,
        ...[steps, times, values].map((all) => Buffer.from(all.buffer, all.byteOffset, all.byteLength).toString('hex')),
      ]
    }),
  )

describe('a bundle', () => {
  it('brings runs into another workspace with every bit of every point', async () => {
    const [home, away] = [workspace('home'), workspace('away')]
    storeRun(home, 'aaaa0001')
    storeRun(home, 'aaaa0002', { status: 'diverged' })
    home.runs.update('aaaa0001', { pinned: true, colour: 3, notes: 'keep' })
    const told: number[] = []
    const { imported, skipped, renamed } = await importBundle(away, await pack(home, ['aaaa0001', 'aaaa0002']), {
      newId,
      onProgress: (done, total) => told.push(done / total),
    })
    expect([imported.length, skipped, renamed]).toEqual([2, [], []])
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
    for (const id of ['aaaa0001', 'aaaa0002']) {
      const { spec, ...before } = home.runs.get(id)
      const { spec: brought, ...after } = away.runs.get(id)
      expect(after).toEqual(before)
      expect(brought).toEqual({ ...spec, dataset: { ...spec.dataset, path: 'iris.csv' } })
      expect(points(away, id)).toEqual(points(home, id))
      const [checkpoint] = away.checkpoints.list(id)
      expect(checkpoint).toMatchObject({ step: 3000, there: true, value: 0.1, savedAt: 5000 })
      expect(readFileSync(checkpoint!.file, 'utf8')).toBe(`checkpoint of ${id}`)
    }
    expect(bits(away.metrics.series('aaaa0001', 'train/loss').values.subarray(1500, 1501))).toEqual([
      0x7ff80000deadbeefn,
    ])
  })

  it('is the same bytes for the same runs, and names no folder of the machine', async () => {
    const home = workspace('home')
    storeRun(home, 'aaaa0001')
    const bundle = await pack(home, ['aaaa0001'])
    expect((await pack(home, ['aaaa0001'])).equals(bundle)).toBe(true)
    for (const { bytes } of await unzip(bundle)) expect(bytes.includes('somebody')).toBe(false)
  })

  it('leaves checkpoints out where that is asked for', async () => {
    const home = workspace('home')
    storeRun(home, 'aaaa0001')
    expect((await unzip(await pack(home, ['aaaa0001'], false))).map(({ name }) => name)).toEqual([
      'runs.json',
      'series/0/0-0.f64',
      'series/0/1-0.f64',
      'manifest.json',
    ])
  })

  it('imported twice skips what is here bit for bit, also where it was renamed and tagged since', async () => {
    const [home, away] = [workspace('home'), workspace('away')]
    storeRun(home, 'aaaa0001')
    const bundle = await pack(home, ['aaaa0001'])
    await importBundle(away, bundle, { newId })
    away.runs.update('aaaa0001', { name: 'mine now', tags: ['b'] })
    const again = await importBundle(away, bundle, { newId })
    expect(again).toEqual({ imported: [], skipped: [{ id: 'aaaa0001', name: 'taken home' }], renamed: [] })
    expect(away.runs.count()).toBe(1)
    // Where it came from it is the same run too.
    expect((await importBundle(home, bundle, { newId })).skipped).toHaveLength(1)
  })

  it('gives a new id to a run whose id another run has, one bit apart', async () => {
    const [home, away] = [workspace('home'), workspace('away')]
    storeRun(home, 'aaaa0001')
    storeRun(away, 'aaaa0001', { first: 1e-323 })
    const { imported, renamed } = await importBundle(away, await pack(home, ['aaaa0001']), { newId })
    expect(renamed).toEqual([{ from: 'aaaa0001', to: imported[0]!.id }])
    expect(points(away, imported[0]!.id)).toEqual(points(home, 'aaaa0001'))
    expect(away.runs.count()).toBe(2)
  })

  it('holds no run that still trains', async () => {
    const home = workspace('home')
    const spec = parseRunSpec(SPEC)
    home.runs.create({ id: 'aaaa0009', name: 'live', spec, totalSteps: 1, peakLr: 1, createdAt: 1 })
    await expect(pack(home, ['aaaa0009'])).rejects.toThrow(
      'Run aaaa0009 is queued: a bundle holds runs that have ended',
    )
  })
})

describe('a hostile bundle', () => {
  let files: readonly ZipEntry[] | null = null
  /** The files of a bundle as we write it; made once, and never changed. */
  const honest = async (): Promise<ZipEntry[]> => {
    if (!files) {
      const home = workspace('home')
      storeRun(home, 'aaaa0001')
      files = await unzip(await pack(home, ['aaaa0001']))
    }
    return [...files]
  }
  const extra =
    (name: string, change: Partial<ZipEntry> = {}) =>
    (entries: ZipEntry[]) =>
      zipOf([...entries, { name, bytes: Buffer.from('x'), ...change }])
  const json = (change: Parameters<typeof rebuilt>[1]) => (entries: ZipEntry[]) => zipOf(rebuilt(entries, change))
  const CASES: [string, (entries: ZipEntry[]) => Buffer, RegExp][] = [
    ['is not a zip', () => Buffer.from('not a zip at all, whatever its name says'), /no zip archive/],
    ['is empty', () => Buffer.alloc(0), /no zip archive/],
    ['was cut short', (entries) => zipOf(entries).subarray(0, -100), /no zip archive/],
    ['climbs out of its folder', extra('../../evil.ckpt'), /invalid relative path|no file of a bundle/],
    ['climbs out from inside', extra('checkpoints/0/../../../evil.ckpt'), /invalid relative path|no file of a bundle/],
    ['has an absolute name', extra('/etc/passwd'), /absolute path|no file of a bundle/],
    ['has a name of another system', extra('checkpoints\\0\\1.ckpt'), /invalid characters|no file of a bundle/],
    ['has a drive', extra('C:/evil.ckpt'), /absolute path|no file of a bundle/],
    ['has a link', extra('checkpoints/0/7.ckpt', { mode: 0o120777 }), /is a link or a device/],
    ['has a file of another kind', extra('readme.txt'), /"readme\.txt", which is no file of a bundle/],
    ['has a file twice', (entries) => zipOf([...entries, entries[1]!]), /has series\/0\/0-0\.f64 twice/],
    ['has a file that its manifest does not know', extra('checkpoints/0/7.ckpt'), /7\.ckpt is not in its manifest/],
    ['has no manifest', (entries) => zipOf(entries.slice(0, -1)), /it has no manifest\.json/],
    [
      'lacks a file',
      (entries) => zipOf(entries.filter(({ name }) => name !== 'series/0/0-0.f64')),
      /series\/0\/0-0\.f64 is missing/,
    ],
    [
      'is a bomb',
      (entries) => zipOf([...entries, { name: 'checkpoints/0/7.ckpt', bytes: Buffer.alloc(2 ** 25), deflate: true }]),
      /times as large, which no honest bundle is/,
    ],
    [
      'says a file is smaller than it is',
      (entries) => zipOf(entries.map((e) => (e.name === 'runs.json' ? { ...e, deflate: true, claimed: 10 } : e))),
      /where the manifest says/,
    ],
    [
      'unpacks to more than it says',
      (entries) =>
        zipOf(
          rebuilt(entries, { forge: (m) => (m.files[0]!.bytes = 10) }).map((e) =>
            e.name === 'runs.json' ? { ...e, deflate: true, claimed: 10 } : e,
          ),
        ),
      /runs\.json cannot be unpacked \(too many bytes/,
    ],
    [
      'has one bit turned',
      (entries) => {
        const bytes = Buffer.from(entries[1]!.bytes)
        bytes[30_000]! ^= 1
        return zipOf(entries.map((e, i) => (i === 1 ? { ...e, bytes } : e)))
      },
      /series\/0\/0-0\.f64 is damaged: its checksum/,
    ],
    [
      'has a checkpoint with one bit turned',
      (entries) =>
        zipOf(
          entries.map((e) => (e.name.endsWith('.ckpt') ? { ...e, bytes: Buffer.from('Checkpoint of aaaa0001') } : e)),
        ),
      /3000\.ckpt is damaged: its checksum/,
    ],
    [
      'comes from a newer version',
      json({ forge: (m) => (m.version = 2) }),
      /has version 2, this Anneal reads version 1/,
    ],
    [
      'is of another format',
      json({ forge: (m) => (m.format = 'wandb') }),
      /format of its manifest\.json must be anneal-bundle/,
    ],
    ['has a field too many', json({ runs: ([run]) => (run!.command = 'rm') }), /runs\.0\.command of its runs\.json/],
    ['says more runs than it has', json({ forge: (m) => (m.runs = 3) }), /manifest says 3 runs, its runs\.json has 1/],
    [
      'says a run is running',
      json({ runs: ([run]) => (run!.status = 'running') }),
      /status of its runs\.json must be that/,
    ],
    [
      'has an id that is a path',
      json({ runs: ([run]) => (run!.id = '../x') }),
      /id of its runs\.json must be a run id/,
    ],
    [
      'has settings that are none',
      json({ runs: ([run]) => (run!.spec.batchSize = -1) }),
      /settings of run aaaa0001: batchSize/,
    ],
    [
      'counts points that are not there',
      json({ runs: ([run]) => (run!.tracks[0]!.points = 1e12) }),
      /has 3000 points where 1000000000000 are said/,
    ],
    [
      'counts a file of more points than memory holds',
      json({ runs: ([run]) => Object.assign(run!.tracks[0]!, { points: 1e9, files: [{ ordinal: 0, n: 1e9 }] }) }),
      /more than 67108864 bytes of points/,
    ],
    [
      'leaves a hole in its points',
      json({ runs: ([run]) => (run!.tracks[0]!.files[0]!.ordinal = 5) }),
      /do not follow each other/,
    ],
    [
      'records a metric twice',
      json({ runs: ([run]) => (run!.tracks[1]!.metrics = ['lr']) }),
      /a track or a metric twice/,
    ],
    [
      'has a step that is not finite',
      json({
        bytes: ({ name, bytes }) => {
          const changed = Buffer.from(bytes)
          if (name === 'series/0/0-0.f64') changed.writeDoubleLE(NaN, 80)
          return changed
        },
      }),
      /a step or a time that is not finite/,
    ],
    [
      'is JSON that is none',
      (entries) => zipOf(rebuilt(entries, { bytes: (e) => (e.name === 'runs.json' ? Buffer.from('{') : e.bytes) })),
      /runs\.json is not JSON/,
    ],
  ]

  it.each(CASES)('that %s is refused in words, and nothing has changed', async (_, make, message) => {
    const entries = await honest()
    const away = workspace('away')
    const attempt = importBundle(away, make(entries), { newId })
    await expect(attempt).rejects.toMatchObject({ code: 'bundle.invalid', message: expect.stringMatching(message) })
    expect(away.check()).toMatchObject({ runs: 0, points: 0, integrity: 'ok' })
    expect(existsSync(join(folder, 'away', 'checkpoints'))).toBe(false)
    expect(existsSync(join(folder, 'evil.ckpt'))).toBe(false)
  })

  it('rebuilt without a change is honest: the cases fail for what they change', async () => {
    const entries = await honest()
    const { imported } = await importBundle(workspace('away'), zipOf(rebuilt(entries, {})), { newId })
    expect(imported).toHaveLength(1)
  })

  it('that fails while it is written leaves nothing, not even half a run', async () => {
    const entries = await honest()
    const away = workspace('away')
    const { append } = away.metrics
    let calls = 0
    away.metrics.append = (...args) => {
      if (++calls === 2) throw new Error('disk gone')
      return append(...args)
    }
    await expect(importBundle(away, zipOf(entries), { newId })).rejects.toThrow('disk gone')
    expect(away.check()).toMatchObject({ runs: 0, points: 0 })
  })

  it('can be cancelled, and nothing has changed', async () => {
    const entries = await honest()
    const away = workspace('away')
    const stop = new AbortController()
    const attempt = importBundle(away, zipOf(entries), { newId, signal: stop.signal, onProgress: () => stop.abort() })
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' })
    expect(away.check()).toMatchObject({ runs: 0, points: 0 })
  })
})
