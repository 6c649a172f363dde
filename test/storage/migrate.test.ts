import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { onTestFinished, describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../src/core/storage/migrations'
import type { Migration } from '../../src/core/storage/migrations/migration'
import { openWorkspace } from '../../src/core/storage/open'
import { prepareRestore } from '../../src/core/storage/restore'
import { startChild } from './support/child'
import { contentsOf } from './support/contents'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'

/** A workspace as version 10 left it: what came later is taken away again. */
function old(): string {
  const dir = newFolder()
  const storage = openWorkspace(dir, { now: () => NOW })
  storage.runs.create(newRun('a'))
  storage.metrics.append('a', [frame('t', ['x'], 0, 1500)], 1500)
  storage.close()
  const db = new Sqlite(join(dir, 'anneal.db'))
  db.exec(`
    DROP TABLE checkpoint;
    DROP TABLE saved_view;
    ALTER TABLE run DROP COLUMN hidden;
    ALTER TABLE run DROP COLUMN pinned;
    ALTER TABLE run DROP COLUMN colour;
    ALTER TABLE run DROP COLUMN missing;
    CREATE INDEX run_created_at ON run (created_at) WHERE removed_at IS NULL;
    CREATE INDEX run_group ON run (run_group) WHERE removed_at IS NULL;
    CREATE INDEX run_status ON run (status) WHERE removed_at IS NULL;
    CREATE INDEX run_peak_lr ON run (peak_lr) WHERE removed_at IS NULL;
    CREATE INDEX run_steps ON run (steps) WHERE removed_at IS NULL;
    CREATE INDEX run_ended_at ON run (ended_at) WHERE removed_at IS NULL`)
  db.pragma('user_version = 10')
  db.close()
  return dir
}

const KNOWN = MIGRATIONS.at(-1)!.version

const openWith = (dir: string, ...more: Migration[]) => {
  const storage = openWorkspace(dir, { now: () => NOW, migrations: [...MIGRATIONS, ...more] })
  onTestFinished(() => storage.close())
  return storage
}

const addShade: Migration = { version: 9000, up: `ALTER TABLE run ADD COLUMN shade TEXT NOT NULL DEFAULT 'red'` }
const backups = (dir: string) => readdirSync(dir).filter((name) => name.includes('backup'))

/** What this program knows opens with all its data: later migrations have left no trace. */
const expectKnown = (dir: string) => {
  const storage = openWorkspace(dir, { now: () => NOW })
  expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0, version: KNOWN, runs: 1, points: 1500 })
  storage.close()
}

describe('migrations', () => {
  it('are numbered by tens, in order', () => {
    const versions = MIGRATIONS.map(({ version }) => version)
    expect(versions).toEqual(versions.map((_, i) => 10 * (i + 1)))
  })

  it('make a new workspace without a backup', () => {
    const dir = newFolder()
    expect(open(dir).check().version).toBe(MIGRATIONS.at(-1)!.version)
    expect(backups(dir)).toEqual([])
  })

  it('bring an old workspace up, keep its points, and keep a copy that opens', () => {
    const dir = old()
    const double: Migration = { version: 9010, up: (db) => void db.exec('UPDATE run SET steps = 2 * steps') }
    const storage = openWith(dir, double, addShade)
    expect(storage.check()).toMatchObject({ integrity: 'ok', version: 9010, points: 1500 })
    expect(storage.runs.get('a').steps).toBe(3000)
    expect(storage.metrics.series('a', 'x').steps.length).toBe(1500)
    expect(backups(dir)).toEqual(['anneal.db.backup-v10'])
    const copy = new Sqlite(join(dir, 'anneal.db.backup-v10'), { readonly: true })
    expect(copy.pragma('user_version', { simple: true })).toBe(10)
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(copy.prepare('SELECT steps FROM run').pluck().get()).toBe(1500)
    copy.close()
  })

  it('bring version 10 to where checkpoints are recorded', () => {
    const storage = open(old())
    expect(storage.check()).toMatchObject({ integrity: 'ok', version: KNOWN, points: 1500 })
    storage.checkpoints.add('a', { step: 3, bytes: 10, sha256: 'ab', value: null })
    expect(storage.checkpoints.list('a')).toMatchObject([{ step: 3, bytes: 10, value: null }])
  })

  it('bring version 10 to where runs are arranged and views saved, and drop the indexes that nothing uses', () => {
    const dir = old()
    const storage = open(dir)
    expect(storage.runs.all()).toMatchObject([{ id: 'a', hidden: false, pinned: false, colour: null }])
    expect(storage.runs.update('a', { hidden: true, colour: 3 })).toMatchObject({ hidden: true, colour: 3 })
    storage.views.save('runs', 'mine', { sort: 'lr' })
    expect(storage.views.list('runs')).toEqual([{ name: 'mine', state: { sort: 'lr' }, savedAt: NOW }])
    storage.close()
    const db = new Sqlite(join(dir, 'anneal.db'), { readonly: true })
    const indexes = db.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'run_%' ORDER BY name",
    )
    expect(indexes.pluck().all()).toEqual(['run_name', 'run_removed_at'])
    db.close()
  })

  it('may rebuild a table that others refer to', () => {
    const rebuild: Migration = {
      version: 9000,
      up: `CREATE TABLE next (key INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
             name TEXT NOT NULL, points INTEGER NOT NULL, UNIQUE (run, name)) STRICT;
           INSERT INTO next SELECT key, run, name, points FROM track;
           DROP TABLE track;
           ALTER TABLE next RENAME TO track`,
    }
    const storage = openWith(old(), rebuild)
    expect(storage.metrics.series('a', 'x').steps.length).toBe(1500)
    expect(storage.check().foreignKeys).toBe(0)
  })

  it.each<[string, Migration['up']]>([
    ['fails in its SQL', `ALTER TABLE run ADD COLUMN shade TEXT; DELETE FROM seg; SELECT nonsense FROM nowhere`],
    ['throws', (db) => (db.exec('DELETE FROM metric'), void JSON.parse('{'))],
    ['breaks references', `DELETE FROM track`],
  ])('leave the version before one that %s, with all its data', (_what, up) => {
    const dir = old()
    expect(() => openWith(dir, { version: 9000, up })).toThrow()
    expectKnown(dir)
  })

  it('keep the ones before a failing one', () => {
    const dir = old()
    expect(() => openWith(dir, addShade, { version: 9010, up: 'nonsense' })).toThrow()
    expect(openWith(dir, addShade).check().version).toBe(9000)
  })

  it('leave the version before one in which the process is killed', async () => {
    const dir = old()
    const child = startChild('die-in-migration.ts', dir)
    expect(await child.nextLine()).toBe('opening')
    await child.exited
    expect(backups(dir)).toEqual(['anneal.db.backup-v10'])
    expectKnown(dir)
    expect(openWith(dir, addShade).check().integrity).toBe('ok')
  })

  it('keep the last five copies, each of which can be restored and equals what was there', () => {
    const dir = old()
    openWith(dir).close()
    const before = new Map<string, Record<string, string>>()
    const steps = Array.from({ length: 7 }, (_, i) => ({
      version: 9000 + 10 * i,
      up: 'UPDATE run SET steps = steps + 1',
    }))
    steps.forEach(({ version }, i) => {
      before.set(`anneal.db.backup-v${i ? version - 10 : KNOWN}`, contentsOf(join(dir, 'anneal.db')))
      openWith(dir, ...steps.slice(0, i + 1)).close()
    })
    const kept = backups(dir).sort()
    expect(kept).toEqual([9010, 9020, 9030, 9040, 9050].map((version) => `anneal.db.backup-v${version}`))
    for (const name of kept) {
      const other = newFolder()
      expect(prepareRestore(other, join(dir, name), NOW, 9050).commit()).toEqual({ aside: null })
      expect(contentsOf(join(other, 'anneal.db'))).toEqual(before.get(name))
    }
    expect(new Set([...before.values()].map(({ run }) => run)).size).toBe(7)
  })
})
