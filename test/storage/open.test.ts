import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'
import { MIGRATIONS } from '../../src/core/storage/migrations'
import { openWorkspace } from '../../src/core/storage/open'
import { startChild } from './support/child'

const database = (dir: string) => join(dir, 'anneal.db')
const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'workspace.invalid', message: expect.stringMatching(message) })

/** A workspace with one run of 3000 steps, closed. */
function filled(): string {
  const dir = newFolder()
  const storage = open(dir)
  storage.runs.create(newRun('a'))
  storage.metrics.append('a', [frame('t', ['x', 'y'], 0, 3000)], 3000)
  storage.close()
  return dir
}

describe('opening a workspace', () => {
  it('makes the folder and a durable, strict, versioned database', () => {
    const dir = join(newFolder(), 'deep', 'er')
    const storage = open(dir)
    expect(storage).toMatchObject({ dir, file: database(dir) })
    const db = new Sqlite(database(dir), { readonly: true })
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(db.pragma('application_id', { simple: true })).toBe(0x414e4e4c)
    const loose = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'").all()
    expect(loose).toEqual([])
    db.close()
    storage.close()
    storage.close()
    expect(() => storage.runs.count()).toThrow()
  })

  it('leaves no log behind when it is closed', () => {
    const dir = filled()
    expect(() => readFileSync(`${database(dir)}-wal`)).toThrow('ENOENT')
  })

  it('takes an empty file for a workspace that a crash kept from being made', () => {
    const dir = newFolder()
    writeFileSync(database(dir), '')
    expect(open(dir).runs.all()).toEqual([])
  })

  it('keeps settings', () => {
    const dir = newFolder()
    const storage = open(dir)
    storage.settings.set('theme', { dark: true })
    storage.settings.set('theme', { dark: false, hues: [1, 2] })
    storage.settings.set('gone', 1)
    storage.settings.set('gone', undefined)
    storage.close()
    const { settings } = open(dir)
    expect(settings.get('theme')).toEqual({ dark: false, hues: [1, 2] })
    expect(settings.get('gone')).toBe(undefined)
  })
})

describe('what is no workspace', () => {
  it('is refused where the folder is a file', () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, 'text')
    expect(() => open(file)).toThrow(invalid(/cannot be a workspace folder/))
    expect(() => open(join(file, 'below'))).toThrow(invalid(/cannot be a workspace folder/))
    expect(readFileSync(file, 'utf8')).toBe('text')
  })

  it('is refused where a folder has the name of the database', () => {
    const dir = newFolder()
    mkdirSync(database(dir))
    expect(() => open(dir)).toThrow(invalid(/anneal\.db is not a file/))
  })

  it.each([
    ['text', 'This is not a database, but it is long enough to be looked at. '.repeat(20)],
    ['one byte', '\0'],
  ])('is refused where the database is %s, which stays as it is', (_what, content) => {
    const dir = newFolder()
    writeFileSync(database(dir), content)
    expect(() => open(dir)).toThrow(invalid(/damaged or no SQLite database/))
    expect(readFileSync(database(dir), 'utf8')).toBe(content)
  })

  it('is refused where the database belongs to another program, which stays as it is', () => {
    const dir = newFolder()
    const other = new Sqlite(database(dir))
    other.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)')
    other.close()
    const before = readFileSync(database(dir))
    expect(() => open(dir)).toThrow(invalid(/not an Anneal workspace/))
    expect(readFileSync(database(dir)).equals(before)).toBe(true)
  })

  it('is refused where a newer Anneal wrote it, naming both versions, and stays as it is', () => {
    const dir = filled()
    const db = new Sqlite(database(dir))
    db.pragma('user_version = 9990')
    db.close()
    const before = readFileSync(database(dir))
    expect(() => open(dir)).toThrow(
      expect.objectContaining({
        code: 'workspace.newer',
        message: expect.stringMatching(new RegExp(`version 9990.*version ${MIGRATIONS.at(-1)!.version}\\b`)),
      }),
    )
    expect(readFileSync(database(dir)).equals(before)).toBe(true)
  })
})

describe('a damaged database', () => {
  it('is refused or found by the check, never a crash (flipped bytes, seeded)', () => {
    const dir = filled()
    const sound = readFileSync(database(dir))
    const rng = createRng(8, 'damage')
    let noticed = 0
    for (let round = 0; round < 40; round++) {
      const bytes = Buffer.from(sound)
      // The beginning of a page is where its structure is.
      for (let k = 0; k < 8; k++) bytes[4096 * rng.int(bytes.length / 4096) + rng.int(12)]! ^= 1 + rng.int(255)
      writeFileSync(database(dir), bytes)
      try {
        const storage = openWorkspace(dir, { now: () => NOW })
        try {
          if (storage.check().integrity !== 'ok') noticed++
          storage.metrics.series('a', 'x')
        } finally {
          storage.close()
        }
      } catch (error) {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(workspace\.invalid|run\.notFound|metric\.notFound)$/),
        })
        noticed++
      }
    }
    expect(noticed).toBeGreaterThan(30)
  })

  it('is refused when it was cut short', () => {
    const dir = filled()
    truncateSync(database(dir), 8192)
    expect(() => open(dir).metrics.series('a', 'x')).toThrow(invalid(/anneal restore/))
  })

  it('is looked through first after a stop without closing', async () => {
    const dir = filled()
    const storage = open(dir)
    storage.runs.create(newRun('b'))
    storage.close()
    const writer = startChild('write-forever.ts', dir, '1', 'b')
    await writer.nextLine()
    await writer.kill()
    expect(statSync(`${database(dir)}-wal`).size).toBeGreaterThan(0)
    const bytes = readFileSync(database(dir))
    // A page in the middle, whose content the log does not replace.
    bytes.fill(0xff, 4096 * 30, 4096 * 31)
    writeFileSync(database(dir), bytes)
    expect(() => open(dir)).toThrow(invalid(/is damaged/))
  })
})
