import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { acquireLock } from '../../src/core/storage/lock'
import { openMetrics } from '../../src/core/storage/metrics/metrics'
import { migrate } from '../../src/core/storage/migrate'
import { MIGRATIONS } from '../../src/core/storage/migrations'
import { openRuns } from '../../src/core/storage/runs'
import { guardAll } from '../../src/core/storage/storage-errors'
import type { MetricStore } from '../../src/core/storage/types'
import { canMount, smallDisk } from './support/mount'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'

const full = expect.objectContaining({ code: 'workspace.full', message: expect.stringMatching(/free some space/) })
const readonly = expect.objectContaining({ code: 'workspace.readonly', message: expect.stringMatching(/--data/) })

const batch = (at: number) => frame('t', ['x', 'y'], at, 700, (step, j) => step + j)

/** Appends until that is refused; the number of points that were acknowledged. */
function fill(metrics: MetricStore): number {
  let acknowledged = 0
  expect(() => {
    for (;;) {
      metrics.append('a', [batch(acknowledged)], acknowledged + 700)
      acknowledged += 700
    }
  }).toThrow(full)
  return acknowledged
}

const expectAll = (metrics: MetricStore, n: number) => {
  expect(metrics.summaries('a').y).toMatchObject({ count: n, last: n })
  expect([...metrics.series('a', 'y').values]).toEqual(Array.from({ length: n }, (_, i) => i + 1))
}

describe('a full disk', () => {
  it('keeps what was acknowledged, nothing of the refused batch, and goes on when there is room (page limit)', () => {
    const file = join(newFolder(), 'anneal.db')
    const db = new Sqlite(file)
    migrate(db, file, MIGRATIONS)
    db.pragma('max_page_count = 150')
    openRuns(db, () => NOW).create(newRun('a'))
    const metrics = guardAll(file, openMetrics(db))
    const n = fill(metrics)
    expect(n).toBeGreaterThan(0)
    expectAll(metrics, n)
    db.pragma('max_page_count = 10000')
    metrics.append('a', [batch(n)], n + 700)
    expectAll(metrics, n + 700)
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    db.close()
  })

  it.skipIf(!canMount)('does so on a real one (needs to mount a small disk)', () => {
    const { dir } = smallDisk('4m')
    const ballast = join(dir, 'ballast')
    writeFileSync(ballast, new Uint8Array(1 << 20))
    const storage = open(join(dir, 'workspace'))
    storage.runs.create(newRun('a'))
    const n = fill(storage.metrics)
    expect(n).toBeGreaterThan(0)
    expectAll(storage.metrics, n)
    rmSync(ballast)
    storage.metrics.append('a', [batch(n)], n + 700)
    expectAll(storage.metrics, n + 700)
    expect(storage.check().integrity).toBe('ok')
    storage.close()
  })

  it.skipIf(!canMount)('refuses to open a new workspace and to take its lock (needs to mount a small disk)', () => {
    const { dir } = smallDisk('64k')
    expect(() => writeFileSync(join(dir, 'ballast'), new Uint8Array(1 << 20))).toThrow()
    expect(() => acquireLock(dir, 'cli')).toThrow(full)
    expect(() => open(dir)).toThrow(full)
  })
})

describe('a folder that cannot be written', () => {
  it.skipIf(!existsSync('/proc'))('is refused at once where it would lie under /proc (needs /proc)', () => {
    expect(() => open('/proc/anneal/workspace')).toThrow(readonly)
  })

  it.skipIf(!existsSync('/sys'))('is refused where it would have to be made (needs /sys)', () => {
    expect(() => open('/sys/anneal')).toThrow(readonly)
    expect(() => acquireLock('/sys/anneal', 'cli')).toThrow(readonly)
  })

  it.skipIf(!canMount)('is refused with a workspace in it, which stays as it is (needs to mount a small disk)', () => {
    const { dir, makeReadonly } = smallDisk('4m')
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.close()
    makeReadonly()
    expect(() => open(dir)).toThrow(readonly)
    expect(() => acquireLock(dir, 'cli')).toThrow(readonly)
  })
})
