import { expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { frame, newRun, open } from './support/workspace'

it('rows in memory are those that are stored, after every kind of change (500 random ones)', () => {
  const storage = open()
  const { runs, metrics } = storage
  const rng = createRng(1, 'changes')
  const ids: string[] = []
  const removed = new Set<string>()
  const any = () => ids[rng.int(ids.length)]!
  let created = 0
  const create = () => {
    const id = `r${created++}`
    ids.push(id)
    runs.create(newRun(id))
  }
  const remove = (id: string) => {
    if (!removed.has(id)) runs.remove(id)
    removed.add(id)
  }
  const restore = (id: string) => {
    if (removed.delete(id)) runs.restore(id)
  }
  const changes = [
    create,
    () => runs.update(any(), { name: `n${rng.int(100)}`, tags: [`t${rng.int(3)}`], hidden: rng.int(2) === 0 }),
    () => runs.updateAll(new Map([any(), any()].map((id) => [id, { pinned: true, colour: 1 + rng.int(12) }]))),
    () => {
      const id = any()
      const n = runs.all().find((row) => row.id === id)?.metrics.x?.count ?? 0
      metrics.append(id, [frame('t', ['x', 'y'], n, 1 + rng.int(900), (s) => (s % 50 === 3 ? NaN : s))], n)
    },
    () => metrics.seal(any()),
    () => storage.rewind(any(), { step: rng.int(500), evaluationDue: false }),
    () => remove(any()),
    () => restore(any()),
    () => {
      const id = any()
      if (runs.all().find((row) => row.id === id)?.status === 'queued') runs.setStatus(id, 'running', { startedAt: 1 })
    },
    () => {
      const gone = [...removed][0]
      if (gone && rng.int(4) === 0) {
        runs.purge([gone])
        removed.delete(gone)
        ids.splice(ids.indexOf(gone), 1)
        create()
      }
    },
    () => rng.int(20) === 0 && runs.interruptLive('why', 5),
  ]
  create()
  for (let i = 0; i < 500; i++) {
    changes[rng.int(changes.length)]!()
    // Not every change is read at once: several may come together.
    if (rng.int(3)) continue
    const stored = ids.filter((id) => !removed.has(id)).map((id) => runs.get(id))
    expect(runs.all()).toEqual(stored)
  }
  expect(ids.length).toBeGreaterThan(10)
})

it('a list that was given out stays as it was', () => {
  const { runs } = open()
  runs.create(newRun('a'))
  const before = runs.all()
  expect(runs.all()).toBe(before)
  runs.update('a', { name: 'new' })
  runs.create(newRun('b'))
  expect(before).toMatchObject([{ id: 'a', name: 'run a' }])
  expect(runs.all()).toMatchObject([{ id: 'a', name: 'new' }, { id: 'b' }])
})

it('a run that comes under the id of one that is gone has its own settings', () => {
  const { runs } = open()
  runs.create(newRun('a'))
  expect(runs.all()[0]!.spec.seed).toBe(0)
  runs.purge(['a'])
  runs.create(newRun('a', {}, { seed: 7 }))
  expect(runs.all()).toEqual([runs.get('a')])
})
