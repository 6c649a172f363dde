import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { openWorkspace } from '../../src/core/storage/open'
import type { Storage } from '../../src/core/storage/types'
import { long } from './support/long'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'

const LOG = 'anneal.db-wal'
const FILES = ['anneal.db', LOG, 'anneal.acknowledged']

/** A workspace whose last 30 batches are in the write-ahead log only, as a stop without closing leaves it. */
function unclosed() {
  const dir = newFolder()
  const first = open(dir)
  first.runs.create(newRun('a'))
  first.close()
  const storage = open(dir)
  const ends = [0]
  const rng = createRng(21, 'batches')
  for (let k = 0; k < 30; k++) {
    const from = ends.at(-1)!
    const n = 1 + rng.int(300)
    storage.metrics.append('a', [frame('t', ['x', 'y'], from, n, (s, j) => s * 3 + j)], from + n)
    ends.push(from + n)
  }
  const files = filesOf(dir)
  storage.close()
  return { ends, files, log: files.get(LOG)! }
}

/** The files of a workspace as a process that is killed now would leave them. */
function filesOf(dir: string): Map<string, Buffer> {
  const copy = join(newFolder(), 'copy')
  mkdirSync(copy)
  const there = FILES.filter((name) => existsSync(join(dir, name)))
  for (const name of there) copyFileSync(join(dir, name), join(copy, name))
  return new Map(there.map((name) => [name, readFileSync(join(copy, name))]))
}

/** Opens what a killed process left, with its log as given. */
function reopen(files: Map<string, Buffer>, log: Buffer, action: (storage: Storage) => void): string {
  const dir = newFolder()
  for (const [name, bytes] of files) writeFileSync(join(dir, name), name === LOG ? log : bytes)
  const storage = openWorkspace(dir, { now: () => NOW })
  try {
    action(storage)
  } finally {
    storage.close()
  }
  return dir
}

/** Opens a damaged copy; the number of steps that are there, checked to be whole batches, and that all others are missed. */
function openDamaged({ files, ends }: ReturnType<typeof unclosed>, log: Buffer): number {
  let there = NaN
  const dir = reopen(files, log, (storage) => {
    expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
    const { steps, metrics, missing = 0 } = storage.runs.get('a')
    there = steps
    expect(ends).toContain(steps)
    expect(steps + missing).toBe(ends.at(-1))
    expect(storage.losses()).toEqual(missing ? [{ run: 'a', missing, known: true }] : [])
    if (!steps) expect(metrics).toEqual({})
    else
      expect([...storage.metrics.series('a', 'y').values]).toEqual(Array.from({ length: steps }, (_, i) => 3 * i + 1))
  })
  const again = open(dir)
  expect(again.runs.get('a').missing ?? 0).toBe(ends.at(-1)! - there)
  return there
}

describe('a write-ahead log damaged by a power cut', () => {
  it('opens with every batch where it is whole, and nothing is missing', () => {
    const workspace = unclosed()
    expect(openDamaged(workspace, workspace.log)).toBe(workspace.ends.at(-1))
  })

  const parts = long(25, 16)
  it(`opens with the whole batches before the damage and says how many steps are missing: cut at every 1/${parts} of it`, () => {
    const workspace = unclosed()
    const { length } = workspace.log
    const kept = new Set<number>()
    for (let k = 0; k < parts; k++)
      kept.add(openDamaged(workspace, workspace.log.subarray(0, Math.floor((k * length) / parts))))
    expect(kept.size).toBeGreaterThan(10)
  })

  it(`does so where bytes are flipped anywhere (${parts} seeded flips)`, () => {
    const workspace = unclosed()
    const rng = createRng(2, 'flips')
    let missed = 0
    for (let k = 0; k < parts; k++) {
      const log = Buffer.from(workspace.log)
      log[rng.int(log.length)]! ^= 1 + rng.int(255)
      if (openDamaged(workspace, log) < workspace.ends.at(-1)!) missed++
    }
    expect(missed).toBeGreaterThan(parts / 2)
  })
})

describe('what was stored and is lost', () => {
  it('names a run that only the log knew, until a backup or its bundle brings it back', () => {
    const dir = newFolder()
    open(dir).close()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.metrics.append('a', [frame('t', ['x'], 0, 500)], 500)
    const files = filesOf(dir)
    const losses = [{ run: 'a', missing: 500, known: false }]
    const copy = reopen(files, Buffer.alloc(0), (damaged) => {
      expect([damaged.runs.count(), damaged.losses()]).toEqual([0, losses])
    })
    const again = open(copy)
    expect(again.losses()).toEqual(losses)
    again.runs.create(newRun('a'))
    again.metrics.append('a', [frame('t', ['x'], 0, 10)], 10)
    expect(again.losses()).toEqual([])
  })

  it('counts down as it is recorded once more, and is nothing where the run is taken back', () => {
    const workspace = unclosed()
    const total = workspace.ends.at(-1)!
    reopen(workspace.files, Buffer.alloc(0), (storage) => {
      storage.metrics.append('a', [frame('t', ['x', 'y'], 0, 100)], 100)
      expect(storage.runs.get('a').missing).toBe(total - 100)
      storage.rewind('a', { step: 50, evaluationDue: false })
      expect(storage.runs.get('a')).not.toHaveProperty('missing')
      storage.metrics.append('a', [frame('t', ['x', 'y'], 50, total)], 50 + total)
      expect(storage.losses()).toEqual([])
    })
  })

  it.each<[string, (storage: Storage) => void]>([
    ['taken back', (storage) => storage.rewind('a', { step: 20, evaluationDue: false })],
    ['deleted', (storage) => storage.runs.purge(['a'])],
    ['deleted later', (storage) => (storage.runs.remove('a'), storage.runs.purge())],
    ['nothing but stored', () => {}],
  ])('is nothing where a killed process had %s what it stored', (_what, action) => {
    const dir = newFolder()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.metrics.append('a', [frame('t', ['x'], 0, 100)], 100)
    action(storage)
    const files = filesOf(dir)
    reopen(files, files.get(LOG)!, (copy) => expect(copy.losses()).toEqual([]))
  })

  it('is lowered before it is taken back: where the log loses that, nothing is said to be missing', () => {
    const workspace = unclosed()
    const { length } = workspace.log
    const dir = newFolder()
    for (const [name, bytes] of workspace.files) writeFileSync(join(dir, name), bytes)
    const storage = open(dir)
    storage.rewind('a', { step: 20, evaluationDue: false })
    const files = filesOf(dir)
    for (const log of [files.get(LOG)!.subarray(0, length), Buffer.alloc(0)])
      reopen(files, log, (copy) => expect(copy.losses()).toEqual([]))
  })

  it('is not known any more once everything has left the log', () => {
    const dir = newFolder()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.metrics.append('a', [frame('t', ['x'], 0, 100)], 100)
    expect(existsSync(join(dir, 'anneal.acknowledged'))).toBe(true)
    storage.close()
    expect(existsSync(join(dir, 'anneal.acknowledged'))).toBe(false)
  })

  it('is told by no slot that was cut in half', () => {
    const workspace = unclosed()
    const said = workspace.files.get('anneal.acknowledged')!
    for (const bytes of [said.subarray(0, 100), Buffer.from(said.map((byte, i) => (i === 110 ? byte ^ 1 : byte)))])
      reopen(new Map([...workspace.files, ['anneal.acknowledged', bytes]]), Buffer.alloc(0), (storage) => {
        expect(storage.losses()).toEqual([])
      })
  })
})
