import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { openWorkspace } from '../../src/core/storage/open'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'

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
  const copy = join(newFolder(), 'copy')
  mkdirSync(copy)
  for (const name of ['anneal.db', 'anneal.db-wal']) copyFileSync(join(dir, name), join(copy, name))
  storage.close()
  return { ends, base: readFileSync(join(copy, 'anneal.db')), log: readFileSync(join(copy, 'anneal.db-wal')) }
}

/** Opens a damaged copy; the number of steps that are there, checked to be whole batches. */
function openDamaged({ base, ends }: ReturnType<typeof unclosed>, log: Buffer): number {
  const dir = newFolder()
  writeFileSync(join(dir, 'anneal.db'), base)
  writeFileSync(join(dir, 'anneal.db-wal'), log)
  const storage = openWorkspace(dir, { now: () => NOW })
  try {
    expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0 })
    const { steps, metrics } = storage.runs.get('a')
    expect(ends).toContain(steps)
    if (!steps) expect(metrics).toEqual({})
    else
      expect([...storage.metrics.series('a', 'y').values]).toEqual(Array.from({ length: steps }, (_, i) => 3 * i + 1))
    return steps
  } finally {
    storage.close()
  }
}

describe('a write-ahead log damaged by a power cut', () => {
  it('opens with every batch where it is whole', () => {
    const workspace = unclosed()
    expect(openDamaged(workspace, workspace.log)).toBe(workspace.ends.at(-1))
  })

  it('opens with the whole batches before the damage: cut anywhere (60 seeded cuts)', () => {
    const workspace = unclosed()
    const rng = createRng(1, 'cuts')
    const kept = new Set<number>()
    for (let k = 0; k < 60; k++)
      kept.add(openDamaged(workspace, workspace.log.subarray(0, rng.int(workspace.log.length))))
    expect(kept.size).toBeGreaterThan(10)
  })

  it('opens with the whole batches before the damage: bytes flipped anywhere (60 seeded flips)', () => {
    const workspace = unclosed()
    const rng = createRng(2, 'flips')
    for (let k = 0; k < 60; k++) {
      const log = Buffer.from(workspace.log)
      log[rng.int(log.length)]! ^= 1 + rng.int(255)
      openDamaged(workspace, log)
    }
  })
})
