import { createHash } from 'node:crypto'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Frame } from '../../src/core/domain/metrics'
import { createRng } from '../../src/core/domain/rng'
import type { Storage } from '../../src/core/storage/types'
import { frame, newFolder, newRun, open } from './support/workspace'

const METRICS = ['train/loss', 'lr']

/** A value for every step, now and then one that is not finite, alone and in stretches. */
const value = (step: number, metric: number): number => {
  if (step % 701 < 3) return [NaN, Infinity, -Infinity][(step + metric) % 3]!
  return Math.sin(step * (metric + 1)) * 10 ** ((step % 7) - 3)
}

const parts = (sizes: number[], track = 'update', metrics = METRICS, stride = 1): Frame[] => {
  let from = 0
  return sizes.map((n) => {
    const part = frame(track, metrics, from, n, value)
    for (let i = 0; i < n; i++) part.data[i] = (from + i) * stride
    from += n
    return part
  })
}

/** Long numbers by their hash: comparing them one by one takes most of a minute. */
const hashed = (value: unknown): unknown => {
  if (ArrayBuffer.isView(value))
    return createHash('sha256')
      .update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))
      .digest('hex')
  if (Array.isArray(value)) return value.map(hashed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hashed(each)]))
}

/** Everything that can be read of a run, tables included. */
function contents(storage: Storage, dir: string, run: string) {
  const db = new Sqlite(`${dir}/anneal.db`, { readonly: true })
  const all = (sql: string) => db.prepare(sql).all(run)
  const ofRun = 'JOIN track ON track.key = %.track JOIN run ON run.key = track.run WHERE run.id = ? ORDER BY track.name'
  const ofMetric = (table: string, columns: string) =>
    all(`SELECT metric.name, ${columns} FROM ${table} JOIN metric ON metric.key = ${table}.metric
         JOIN run ON run.key = metric.run WHERE run.id = ? ORDER BY metric.name, ${columns.split(',')[0]}, ${table}.ord0`)
  const tables = {
    tracks: all(
      `SELECT track.name, points FROM track JOIN run ON run.key = track.run WHERE run.id = ? ORDER BY track.name`,
    ),
    chunks: all(`SELECT track.name, ord0, n, min_step, max_step, step0, stride, chunk.steps, time0, times
                 FROM chunk ${ofRun.replace('%', 'chunk')}, ord0`),
    values: ofMetric('chunk_values', 'ord0, vals'),
    tiers: ofMetric('tier', 'level, tier.ord0, n, data'),
    nonFinite: ofMetric('non_finite', 'ord0, non_finite.count, from_step, to_step, kind'),
  }
  db.close()
  const { metrics, steps } = storage.runs.get(run)
  const series = Object.fromEntries(
    Object.keys(metrics).map((metric) => [
      metric,
      { points: storage.metrics.series(run, metric), view: storage.metrics.view(run, metric, { buckets: 50 }) },
    ]),
  )
  return hashed({ tables, metrics, steps, series, check: storage.check().integrity })
}

function filled(frames: Frame[], steps: number, sealed: boolean) {
  const dir = newFolder()
  const storage = open(dir)
  storage.runs.create(newRun('a'))
  for (const part of frames) storage.metrics.append('a', [part], steps)
  if (sealed) storage.metrics.seal('a')
  return { dir, storage }
}

/** Pieces of a length, as batches come. */
const pieces = (total: number, piece: number): number[] =>
  Array.from({ length: Math.ceil(total / piece) }, (_, i) => Math.min(piece, total - i * piece))

describe('a run that is taken back', () => {
  it.each([0, 1, 700, 702, 1023, 1024, 1025, 2000, 2048, 4096, 5000, 6143, 6144, 6200, 6999, 7000, 9000])(
    'to step %d has what it would have had without the rest',
    (step) => {
      for (const sealed of [false, true]) {
        const { dir, storage } = filled(parts(pieces(7000, 333)), 7000, sealed)
        storage.rewind('a', { step, evaluationDue: false })
        const expected = filled(parts(pieces(Math.min(step, 7000), 333)), step, false)
        // Both are sealed, so that the same points lie in the same chunks.
        storage.metrics.seal('a')
        expected.storage.metrics.seal('a')
        expect(contents(storage, dir, 'a')).toEqual(contents(expected.storage, expected.dir, 'a'))
      }
    },
  )

  it('goes on from there to what it would have been without the break, in 10 random ways', () => {
    const rng = createRng(4, 'rewinds')
    for (let round = 0; round < 10; round++) {
      const total = 200 + rng.int(6000)
      const { dir, storage } = filled(parts(pieces(total, 50 + rng.int(900))), total, rng.int(2) === 0)
      const step = rng.int(total)
      storage.rewind('a', { step, evaluationDue: false })
      const rest = frame('update', METRICS, step, total - step, value)
      storage.metrics.append('a', [rest], total)
      storage.metrics.seal('a')
      const expected = filled(parts([total]), total, true)
      expect(contents(storage, dir, 'a')).toEqual(contents(expected.storage, expected.dir, 'a'))
    }
  })

  it('keeps of each track what lies before the step, and takes the last evaluation along where it is still due', () => {
    const tracks = [...parts([100]), ...parts([11], 'ratio', ['update/ratio'], 10)]
    const evaluations: Frame = {
      track: 'evaluation',
      metrics: ['validation/loss', 'validation/accuracy'],
      n: 4,
      data: Float64Array.from([24, 49, 74, 99, 1, 2, 3, 4, 0.4, 0.3, 0.2, 0.1, 0.5, 0.6, 0.7, 0.8]),
    }
    const steps = (evaluationDue: boolean) => {
      const { storage } = filled([...tracks, evaluations], 100, false)
      storage.rewind('a', { step: 75, evaluationDue })
      const of = (metric: string) => [...storage.metrics.series('a', metric).steps].at(-1)
      expect(storage.runs.get('a').metrics['validation/accuracy']!.max).toBe(evaluationDue ? 0.6 : 0.7)
      return [of('train/loss'), of('update/ratio'), of('validation/loss'), storage.runs.get('a').steps]
    }
    expect(steps(false)).toEqual([74, 70, 74, 75])
    expect(steps(true)).toEqual([74, 70, 49, 75])
  })

  it('to before its first evaluation has no evaluations at all', () => {
    const { storage } = filled([...parts([100]), ...parts([4], 'evaluation', ['validation/loss'], 33)], 100, true)
    storage.rewind('a', { step: 0, evaluationDue: false })
    expect(storage.runs.get('a')).toMatchObject({ steps: 0, metrics: {} })
    expect(storage.check()).toMatchObject({ integrity: 'ok', points: 0 })
  })

  it('leaves other runs alone, and says where there is none', () => {
    const { storage } = filled(parts([50]), 50, false)
    storage.runs.create(newRun('b'))
    storage.metrics.append('b', parts([50]), 50)
    storage.rewind('a', { step: 10, evaluationDue: false })
    expect([...storage.metrics.series('b', 'lr').steps].length).toBe(50)
    expect(() => storage.rewind('nobody', { step: 1, evaluationDue: false })).toThrow(
      expect.objectContaining({ code: 'run.notFound' }),
    )
  })
})
