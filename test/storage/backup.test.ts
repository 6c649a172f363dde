import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { backUpWorkspace } from '../../src/core/storage/backup'
import { readSeal } from '../../src/core/storage/backup-file'
import { acquireLock } from '../../src/core/storage/lock'
import { prepareRestore } from '../../src/core/storage/restore'
import { startChild } from './support/child'
import { contentsOf } from './support/contents'
import { canMount, smallDisk } from './support/mount'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'
import { METRICS, valueAt } from './support/written-values'

/** A closed workspace with a run of so many points. */
function workspace(points = 3000, dir = newFolder()): string {
  const storage = open(dir)
  storage.runs.create(newRun('a'))
  storage.metrics.append('a', [frame('update', METRICS, 0, points, valueAt)], points)
  storage.settings.set('theme', 'dark')
  storage.close()
  return dir
}

const database = (dir: string) => join(dir, 'anneal.db')
const restore = (dir: string, file: string) => prepareRestore(dir, file, NOW).commit()
const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })

describe('a backup', () => {
  it('holds what the workspace holds, opens as a database, and says what is not in it', () => {
    const dir = workspace()
    const made = backUpWorkspace(dir, { now: NOW })
    expect(made).toMatchObject({ runs: 1, points: 9000, checkpoints: { files: 0, bytes: 0 } })
    expect(readdirSync(join(dir, 'backups'))).toEqual([made.file.split('/').at(-1)])
    expect(contentsOf(made.file)).toEqual(contentsOf(database(dir)))
    expect(readSeal(made.file)).toMatchObject({ madeAt: NOW, intact: true })
  })

  it('holds a moment of a workspace that another process writes to, which goes on', async () => {
    const dir = newFolder()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.close()
    const writer = startChild('write-forever.ts', dir, '4', 'a')
    for (let seen = 0; seen < 20; seen++) await writer.nextLine()
    const before = Number(await writer.nextLine())
    const made = backUpWorkspace(dir, { now: NOW })
    const after = Number(await writer.nextLine())
    for (let seen = 0; seen < 5; seen++) await writer.nextLine()
    await writer.kill()
    const other = newFolder()
    restore(other, made.file)
    const copy = open(other)
    const { steps } = copy.runs.get('a')
    expect(steps).toBeGreaterThanOrEqual(before)
    METRICS.forEach((metric, j) => {
      const { values } = copy.metrics.series('a', metric)
      expect(values.length).toBe(steps)
      expect(values.findIndex((value, i) => !Object.is(value, valueAt(i, j)))).toBe(-1)
    })
    const went = open(dir)
    expect(went.runs.get('a').steps).toBeGreaterThan(after)
    expect(went.check().integrity).toBe('ok')
  })

  it('replaces nothing unless told to, and never the workspace itself', () => {
    const dir = workspace()
    const out = join(newFolder(), 'copy.db')
    writeFileSync(out, 'mine')
    expect(() => backUpWorkspace(dir, { out, now: NOW })).toThrow(refusal('file.exists', /nothing was written/))
    expect(readFileSync(out, 'utf8')).toBe('mine')
    backUpWorkspace(dir, { out, force: true, now: NOW })
    expect(contentsOf(out)).toEqual(contentsOf(database(dir)))
    for (const force of [false, true])
      expect(() => backUpWorkspace(dir, { out: database(dir), force, now: NOW })).toThrow(
        refusal('file.exists', /nothing was written/),
      )
  })

  it.skipIf(!canMount)('leaves nothing on a disk that is too small (needs to mount a small disk)', () => {
    const dir = workspace(30_000)
    const { dir: small } = smallDisk('256k')
    expect(() => backUpWorkspace(dir, { out: join(small, 'copy.db'), now: NOW })).toThrow(
      refusal('workspace.full', /full/),
    )
    expect(readdirSync(small)).toEqual([])
  })

  it.skipIf(!canMount)(
    'is made of a workspace on a disk that is full, or may only be read (needs to mount a disk)',
    () => {
      const { dir: disk, makeReadonly } = smallDisk('4m')
      const dir = workspace(3000, join(disk, 'workspace'))
      const before = contentsOf(database(dir))
      expect(() => writeFileSync(join(disk, 'filler'), new Uint8Array(2 ** 23))).toThrow()
      expect(() => writeFileSync(join(disk, 'last'), 'x')).toThrow()
      const full = backUpWorkspace(dir, { out: join(newFolder(), 'full.db'), now: NOW })
      expect(contentsOf(full.file)).toEqual(before)
      makeReadonly()
      const readonly = backUpWorkspace(dir, { out: join(newFolder(), 'readonly.db'), now: NOW })
      expect(contentsOf(readonly.file)).toEqual(before)
    },
  )

  it('removes what one that was killed left behind', () => {
    const dir = workspace()
    mkdirSync(join(dir, 'backups'))
    for (const ending of ['', '-journal'])
      writeFileSync(join(dir, 'backups', `.anneal-backup.4194999.partial${ending}`), 'x')
    backUpWorkspace(dir, { now: NOW })
    expect(readdirSync(join(dir, 'backups'))).toHaveLength(1)
  })
})

describe('restoring', () => {
  it('brings back every row and keeps the database that was there, which can be restored too', () => {
    const dir = workspace()
    const before = contentsOf(database(dir))
    const { file } = backUpWorkspace(dir, { now: NOW })
    const storage = open(dir)
    storage.runs.create(newRun('b'))
    storage.close()
    const later = contentsOf(database(dir))
    const prepared = prepareRestore(dir, file, NOW)
    expect(prepared).toMatchObject({
      madeAt: NOW,
      backup: { runs: 1, points: 9000 },
      present: { runs: 2, points: 9000 },
    })
    const { aside } = prepared.commit()
    expect(contentsOf(database(dir))).toEqual(before)
    expect(contentsOf(aside!)).toEqual(later)
    restore(dir, aside!)
    expect(contentsOf(database(dir))).toEqual(later)
    expect(readdirSync(dir).filter((name) => /restoring|lock|partial/.test(name))).toEqual([])
  })

  it('changes nothing where it is cancelled', () => {
    const dir = workspace()
    const { file } = backUpWorkspace(dir, { now: NOW })
    const names = readdirSync(dir)
    prepareRestore(dir, file, NOW).cancel()
    expect(readdirSync(dir)).toEqual(names)
  })

  it('makes a workspace where there is none', () => {
    const { file } = backUpWorkspace(workspace(), { now: NOW })
    const dir = join(newFolder(), 'new')
    expect(restore(dir, file)).toEqual({ aside: null })
    expect(open(dir).metrics.series('a', 'x').values.length).toBe(3000)
  })

  it('takes the place of a damaged database with a log, which must not reach the one that comes', async () => {
    const dir = workspace()
    const { file } = backUpWorkspace(dir, { now: NOW })
    const before = contentsOf(database(dir))
    const writer = startChild('write-forever.ts', dir, '4', 'a')
    for (let seen = 0; seen < 5; seen++) await writer.nextLine()
    await writer.kill()
    const bytes = readFileSync(database(dir))
    bytes.fill(0xaa)
    writeFileSync(database(dir), bytes)
    const prepared = prepareRestore(dir, file, NOW)
    expect(prepared.present).toBe('unreadable')
    const { aside } = prepared.commit()
    expect(readFileSync(aside!)).toEqual(bytes)
    expect(existsSync(`${aside}-wal`)).toBe(true)
    expect(contentsOf(database(dir))).toEqual(before)
  })

  it('keeps the checkpoints of runs that the backup does not know', () => {
    const dir = workspace()
    const { file } = backUpWorkspace(dir, { now: NOW })
    const storage = open(dir)
    storage.runs.create(newRun('b'))
    mkdirSync(storage.checkpoints.folder('b'), { recursive: true })
    writeFileSync(join(storage.checkpoints.folder('b'), '7.ckpt'), 'weights')
    storage.checkpoints.add('b', { step: 7, bytes: 7, sha256: 'a'.repeat(64), value: null })
    storage.close()
    const { aside } = restore(dir, file)
    open(dir).close()
    expect(existsSync(join(dir, 'checkpoints', 'b', '7.ckpt'))).toBe(false)
    expect(readFileSync(join(`${aside}-checkpoints`, 'b', '7.ckpt'), 'utf8')).toBe('weights')
  })

  it('takes a copy that was made by hand, with its log', async () => {
    const dir = newFolder()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.close()
    const writer = startChild('write-forever.ts', dir, '9', 'a')
    for (let seen = 0; seen < 5; seen++) await writer.nextLine()
    const acknowledged = Number(await writer.nextLine())
    await writer.kill()
    const other = newFolder()
    const prepared = prepareRestore(other, database(dir), NOW)
    expect(prepared.madeAt).toBeNull()
    prepared.commit()
    expect(open(other).runs.get('a').steps).toBeGreaterThanOrEqual(acknowledged)
  })

  it.each<[string, (file: string) => void, string, RegExp]>([
    ['is cut short', (file) => truncateSync(file, 20_000), 'workspace.invalid', /cannot be put back|damaged/],
    ['is no database', (file) => writeFileSync(file, 'nothing'), 'workspace.invalid', /cannot be put back/],
    ['is empty', (file) => writeFileSync(file, ''), 'workspace.invalid', /cannot be put back/],
    ['is not there', (file) => renameSync(file, `${file}.away`), 'file.unreadable', /cannot be read/],
  ])('is refused, and nothing is changed, where the backup %s', (_what, damage, code, message) => {
    const dir = workspace()
    const before = contentsOf(database(dir))
    const { file } = backUpWorkspace(dir, { now: NOW })
    damage(file)
    const names = readdirSync(dir)
    expect(() => prepareRestore(dir, file, NOW)).toThrow(refusal(code, message))
    expect(readdirSync(dir)).toEqual(names)
    expect(contentsOf(database(dir))).toEqual(before)
  })

  it('is refused where a single bit of the backup has changed (60 seeded flips)', () => {
    const dir = workspace()
    const { file } = backUpWorkspace(dir, { now: NOW })
    const whole = readFileSync(file)
    const rng = createRng(5, 'flips')
    const other = newFolder()
    for (let k = 0; k < 60; k++) {
      const bytes = Buffer.from(whole)
      // Before the mark of the seal: without it the file is one that has no checksum.
      bytes[rng.int(bytes.length - 48)]! ^= 1 << rng.int(8)
      writeFileSync(file, bytes)
      expect(() => prepareRestore(other, file, NOW)).toThrow(refusal('workspace.invalid', /checksum does not fit/))
    }
    expect(readdirSync(other)).toEqual([])
  })

  it('is refused while somebody holds the workspace', () => {
    const dir = workspace()
    const { file } = backUpWorkspace(dir, { now: NOW })
    const lock = acquireLock(dir, 'app')
    expect(() => prepareRestore(dir, file, NOW)).toThrow(refusal('workspace.locked', /in use/))
    lock.release()
    restore(dir, file)
  })
})
