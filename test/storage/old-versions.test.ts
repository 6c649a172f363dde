import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MIGRATIONS } from '../../src/core/storage/migrations'
import { prepareRestore } from '../../src/core/storage/restore'
import { salvageWorkspace } from '../../src/core/storage/salvage/salvage'
import type { Storage } from '../../src/core/storage/types'
import { startChild } from './support/child'
import { contentsOf } from './support/contents'
import { FIXTURES, putFixture } from './support/fixtures'
import { newFolder, NOW, open } from './support/workspace'

const KNOWN = MIGRATIONS.at(-1)!.version

/** What the program of its time wrote, whatever the version. */
function expectAll(storage: Storage, version: number) {
  expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0, version: KNOWN, runs: 2 })
  expect(storage.runs.all()).toMatchObject([
    {
      id: 'aaaaaaaa',
      name: 'run a',
      status: 'finished',
      steps: 1100,
      tags: ['old'],
      notes: 'kept',
      endedAt: NOW + 5000,
    },
    { id: 'bbbbbbbb', name: 'run b', steps: 130, pinned: false, colour: null },
  ])
  for (const { id, steps } of storage.runs.all())
    for (const [j, metric] of ['train/loss', 'lr'].entries()) {
      const series = storage.metrics.series(id, metric)
      expect([...series.steps]).toEqual(Array.from({ length: steps }, (_, i) => i))
      expect([...series.times]).toEqual(Array.from({ length: steps }, (_, i) => NOW + i))
      expect([...series.values]).toEqual(Array.from({ length: steps }, (_, i) => (i % 97 ? 1 / (1 + i + j) : NaN)))
    }
  expect(storage.settings.get('theme')).toBe('dark')
  if (version >= 30) expect(storage.views.list('runs')).toMatchObject([{ name: 'mine', state: { sort: 'lr' } }])
}

it('a workspace of every version of the schema is kept, as its program wrote it', () => {
  expect(FIXTURES).toEqual(MIGRATIONS.map(({ version }) => version))
})

describe.each(FIXTURES)('a workspace of version %i', (version) => {
  const old = () => putFixture(version, newFolder())

  it('opens with every bit that was recorded', () => expectAll(open(old()), version))

  it('is salvaged as it is', () => {
    const into = join(newFolder(), 'new')
    const report = salvageWorkspace(old(), into, () => NOW)
    expect([report.lostRuns, report.runs.flatMap(({ lost }) => lost)]).toEqual([[], []])
    expectAll(open(into), version)
  })

  const pending = MIGRATIONS.map((migration) => migration.version).filter((each) => each > version)
  it.each(pending.length ? ['backup', ...pending] : [])(
    'keeps all of it where it is killed before or in step %s',
    async (where) => {
      const dir = old()
      const before = contentsOf(join(dir, 'anneal.db'))
      const child = startChild('die-in-migration.ts', dir, String(where))
      expect(await child.nextLine()).toBe('opening')
      await child.exited
      const backup = join(dir, `anneal.db.backup-v${version}`)
      expect(existsSync(backup)).toBe(where !== 'backup')
      expectAll(open(dir), version)
      expect(contentsOf(backup)).toEqual(before)
      const other = newFolder()
      prepareRestore(other, backup, NOW).commit()
      expect(contentsOf(join(other, 'anneal.db'))).toEqual(before)
      expect(readFileSync(join(other, 'anneal.db')).readUInt32BE(60)).toBe(version)
      expectAll(open(other), version)
    },
  )
})
