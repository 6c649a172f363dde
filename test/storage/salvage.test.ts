import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { acquireLock } from '../../src/core/storage/lock'
import { openWorkspace } from '../../src/core/storage/open'
import { salvageWorkspace } from '../../src/core/storage/salvage/salvage'
import { filesOf, richWorkspace, rowsByPage, rowsOf } from './support/damaged'
import { newFolder, NOW, open } from './support/workspace'
import { long } from './support/long'
import { METRICS, valueAt } from './support/written-values'

const PAGE = 4096

function closed(): { base: Buffer; sound: Map<string, string>; pages: ReturnType<typeof rowsByPage> } {
  const { storage, dir } = richWorkspace()
  storage.close()
  const { base } = filesOf(dir)
  const file = join(dir, 'anneal.db')
  return { base, sound: rowsOf(file).rows, pages: rowsByPage(file) }
}

const write = (base: Buffer, log: Buffer | null = null): string => {
  const dir = newFolder()
  writeFileSync(join(dir, 'anneal.db'), base)
  if (log) writeFileSync(join(dir, 'anneal.db-wal'), log)
  return dir
}

/** Rows that a damaged database has no longer, or not as they were. One that lost its places loses its values too. */
function hurt(sound: Map<string, string>, rows: Map<string, string>): string[] {
  const gone = [...sound].filter(([name, hash]) => rows.get(name) !== hash).map(([name]) => name)
  const places = new Set(gone.filter((name) => name.startsWith('places')).map((name) => name.slice(7)))
  const covered = (name: string) => [...places].some((place) => name.startsWith(`values ${place} `))
  return gone.filter((name) => !covered(name))
}

describe('what can be read of a database without SQLite', () => {
  it('is all of a sound one, as SQLite reads it, its log included', () => {
    const { storage, dir } = richWorkspace()
    const { base, log } = filesOf(dir)
    expect(log!.length).toBeGreaterThan(PAGE)
    const copy = write(base, log)
    const { rows, reported, tables } = rowsOf(join(copy, 'anneal.db'))
    expect(reported).toBe(0)
    expect([...tables.ids.values()].sort()).toEqual(
      storage.runs
        .all()
        .map(({ id }) => id)
        .sort(),
    )
    storage.close()
    expect(rowsOf(join(dir, 'anneal.db')).rows).toEqual(rows)
  })

  it.each<
    [string, number, (pages: ReturnType<typeof rowsByPage>, rng: ReturnType<typeof createRng>, size: number) => number]
  >([
    ['a byte anywhere', 40, (_pages, rng, size) => rng.int(size)],
    ['a byte of the header or the schema', 20, (_pages, rng) => rng.int(PAGE)],
    [
      'a byte of a page that only leads to others, or of an index',
      30,
      (pages, rng) => {
        const inner = [...pages].filter(([, { rows }]) => rows === 0).map(([page]) => page)
        return (inner[rng.int(inner.length)]! - 1) * PAGE + rng.int(PAGE)
      },
    ],
  ])('is all but the rows that a flip hits: %s (seeded)', (_what, times, place) => {
    const { base, sound, pages } = closed()
    const rng = createRng(11, 'flips')
    for (let k = 0; k < long(times, 40); k++) {
      const at = place(pages, rng, base.length)
      const bytes = Buffer.from(base)
      bytes[at]! ^= 1 + rng.int(255)
      const { rows } = rowsOf(join(write(bytes), 'anneal.db'))
      const page = pages.get(Math.floor(at / PAGE) + 1)
      const lost = hurt(sound, rows)
      expect({ at, page, lost, ok: lost.length <= (page?.rows ?? 0) }).toMatchObject({ ok: true })
    }
  })

  it('is all but the rows of a page that was overwritten (every sixth page; in the long run every one)', () => {
    const { base, sound, pages } = closed()
    const rng = createRng(12, 'pages')
    const every = process.env.ANNEAL_TORTURE ? 1 : 6
    for (let page = 1; page <= base.length / PAGE; page += every) {
      const bytes = Buffer.from(base)
      for (let i = 0; i < PAGE; i++) bytes[(page - 1) * PAGE + i] = rng.int(256)
      const { rows } = rowsOf(join(write(bytes), 'anneal.db'))
      const lost = hurt(sound, rows)
      expect({ page, is: pages.get(page), lost, ok: lost.length <= (pages.get(page)?.rows ?? 0) }).toMatchObject({
        ok: true,
      })
    }
  })

  it('is all before the cut of a file that was cut short (seeded)', () => {
    const { base, sound } = closed()
    const rng = createRng(13, 'cuts')
    for (let k = 0; k < long(15, 40); k++) {
      const length = rng.int(base.length)
      const { rows } = rowsOf(join(write(base.subarray(0, length)), 'anneal.db'))
      for (const [name, hash] of rows) if (name.startsWith('values')) expect(hash).toBe(sound.get(name))
      // A row takes at most four pages, and none is spread over the file.
      if (length > base.length / 2) expect(rows.size).toBeGreaterThan(sound.size / 8)
    }
  })
})

describe('a damaged database', () => {
  it('opens, or is refused with what to do; nothing that is read of it ends otherwise (seeded flips)', () => {
    const { base } = closed()
    const rng = createRng(15, 'opened')
    let refused = 0
    for (let k = 0; k < long(40, 30); k++) {
      const bytes = Buffer.from(base)
      // Every other time where a page says what it is: most bytes are numbers, which nothing could tell from others.
      const place = () => (k % 2 ? rng.int(bytes.length) : PAGE * rng.int(bytes.length / PAGE) + rng.int(24))
      for (let flips = 0; flips < 1 + (k % 8); flips++) bytes[place()]! ^= 1 + rng.int(255)
      try {
        const storage = openWorkspace(write(bytes), { now: () => NOW })
        try {
          for (const { id, metrics } of storage.runs.all())
            for (const metric of Object.keys(metrics)) storage.metrics.series(id, metric)
          storage.check()
        } finally {
          storage.close()
        }
      } catch (error) {
        refused++
        // A damaged index may not find what the table has.
        expect(error).toMatchObject({ code: expect.stringMatching(/^workspace\.|\.notFound$/) })
        expect((error as Error).message).toMatch(
          /anneal doctor --salvage|newer Anneal|not an Anneal workspace|[Nn]o (metric|run)/,
        )
      }
    }
    expect(refused).toBeGreaterThan(5)
  })
})

describe('salvaging a workspace', () => {
  it('of a sound one gives the same runs and points, and touches nothing', () => {
    const { storage, dir } = richWorkspace()
    const rows = storage.runs.all()
    storage.close()
    const before = readFileSync(join(dir, 'anneal.db'))
    const names = readdirSync(dir)
    const { mtimeMs } = statSync(dir)
    const into = join(newFolder(), 'new')
    const report = salvageWorkspace(dir, into, () => NOW)
    expect(report).toMatchObject({ lostRuns: [], lostSettings: [], damaged: { pages: [], rows: 0, logFrames: 0 } })
    expect([readdirSync(dir), statSync(dir).mtimeMs]).toEqual([names, mtimeMs])
    expect(readFileSync(join(dir, 'anneal.db'))).toEqual(before)
    const copy = open(into)
    const live = { status: 'interrupted', reason: expect.stringMatching(/damaged workspace/) }
    expect(copy.runs.all()).toEqual(rows.map((row) => ({ ...row, ...(row.status === 'running' && live) })))
    expect(copy.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
    expect([copy.settings.get('theme'), copy.views.list('runs')]).toMatchObject(['dark', [{ name: 'mine' }]])
  })

  it('opens after any damage, with whole points only, and says what is lost (seeded)', () => {
    const { base } = closed()
    const rng = createRng(14, 'damage')
    for (let k = 0; k < long(5, 20); k++) {
      const bytes = Buffer.from(base.subarray(0, k % 2 ? base.length : rng.int(base.length)))
      for (let flips = 0; flips < 20 && bytes.length; flips++) bytes[rng.int(bytes.length)]! ^= 1 + rng.int(255)
      const into = join(newFolder(), 'new')
      const report = salvageWorkspace(write(bytes), into, () => NOW)
      const copy = openWorkspace(into, { now: () => NOW })
      expect(copy.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0, runs: report.runs.length })
      expect(report.damaged.pages.length + report.damaged.rows + report.runs.length).toBeGreaterThan(0)
      copy.close()
    }
  })

  it('names the run, the metric and the points that are lost, and keeps the metrics beside them', () => {
    const { storage, dir } = richWorkspace()
    storage.close()
    const { base } = filesOf(dir)
    // The second chunk of y of run2, wherever it lies.
    const whole = Buffer.from(Float64Array.from({ length: 1024 }, (_, i) => valueAt(1024 + i, 1)).buffer)
    const at = base.indexOf(whole.subarray(3000, 3064))
    expect(at).toBeGreaterThan(0)
    const page = Math.floor(at / PAGE)
    base.fill(0xff, page * PAGE, page * PAGE + 4)
    const into = join(newFolder(), 'new')
    const { runs } = salvageWorkspace(write(base), into, () => NOW)
    const lost = runs.flatMap((run) => run.lost.map((part) => ({ run: run.id, ...part })))
    expect(lost).toEqual([
      {
        run: 'run2',
        track: 'update',
        metric: 'y',
        from: 1024,
        to: 1699,
        afterStep: 1023,
        beforeStep: null,
      },
    ])
    const copy = open(into)
    const series = (metric: string) => copy.metrics.series(lost[0]!.run, metric)
    METRICS.forEach((metric, j) => {
      const { steps, values } = series(metric)
      expect([...values]).toEqual([...steps].map((step) => valueAt(step, j)))
    })
    expect([series('x').steps.length, series('y').steps.length]).toEqual([1700, 1024])
  })

  it('brings the points of a run whose settings are lost as CSV, every bit of them', () => {
    const { storage, dir } = richWorkspace()
    const { values } = storage.metrics.series('run2', 'x')
    storage.close()
    const { base } = filesOf(dir)
    // The row of run2: its name is in the table and in an index, what follows only in the table.
    for (let at = base.indexOf('run run2'); at >= 0; at = base.indexOf('run run2', at + 1))
      if (base.subarray(at, at + 40).includes('finished') || base.subarray(at, at + 40).includes('["one"'))
        base.write('{{{{{{{{', base.indexOf('{"', at))
    const into = join(newFolder(), 'new')
    const { lostRuns, runs } = salvageWorkspace(write(base), into, () => NOW)
    expect(lostRuns).toEqual([{ id: 'run2', points: expect.any(Number), file: expect.stringMatching(/-run2\.csv$/) }])
    expect(runs.map(({ id }) => id)).not.toContain('run2')
    const rows = readFileSync(lostRuns[0]!.file!, 'utf8')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','))
    expect(rows[0]).toEqual(['run', 'metric', 'step', 'time_ms', 'value'])
    expect(rows.length - 1).toBe(lostRuns[0]!.points)
    const x = rows.filter(([, metric]) => metric === 'x').map((row) => Number(row[4]))
    expect(x.length).toBe(values.length)
    expect(x.findIndex((value, i) => !Object.is(value, values[i]))).toBe(-1)
  })

  it('is refused where somebody holds the workspace, where there is none, and where the new folder is not empty', () => {
    const { storage, dir } = richWorkspace()
    storage.close()
    const lock = acquireLock(dir, 'app')
    const code = (wanted: string) => expect.objectContaining({ code: wanted })
    expect(() => salvageWorkspace(dir, join(newFolder(), 'new'), () => NOW)).toThrow(code('workspace.locked'))
    lock.release()
    expect(() => salvageWorkspace(newFolder(), join(newFolder(), 'new'), () => NOW)).toThrow(code('input.invalid'))
    const full = newFolder()
    mkdirSync(join(full, 'something'))
    expect(() => salvageWorkspace(dir, full, () => NOW)).toThrow(code('file.exists'))
  })
})
