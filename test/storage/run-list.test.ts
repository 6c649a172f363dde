import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { SUMMARIES_OF_RUNS } from '../../src/core/storage/metric-summaries'
import { migrate } from '../../src/core/storage/migrate'
import { MIGRATIONS } from '../../src/core/storage/migrations'
import { listSql, openRuns } from '../../src/core/storage/runs'
import type { ListRuns } from '../../src/core/storage/types'
import { newRun, NOW, open, points } from './support/workspace'

/** Four runs that differ in everything a table may be sorted by; d has recorded nothing. */
function four() {
  const storage = open()
  const { runs, metrics } = storage
  const sgd = (momentum: number) => ({ optimizer: { kind: 'sgd', momentum } })
  runs.create(newRun('a', { name: 'zeta', peakLr: 0.1, createdAt: NOW + 3 }, { ...sgd(0.5), seed: 10 }))
  runs.create(newRun('b', { name: 'beta', peakLr: 0.9, createdAt: NOW + 1 }, { ...sgd(0.9), seed: 9 }))
  runs.create(
    newRun(
      'c',
      { name: 'beta', peakLr: 0.4, createdAt: NOW + 4 },
      { ...sgd(0), seed: 8, schedule: { kind: 'one-cycle', maxLr: 0.4 } },
    ),
  )
  runs.create(newRun('d', { name: 'alpha', peakLr: 0.2, createdAt: NOW + 2 }, { ...sgd(0.1), seed: 7 }))
  metrics.append('a', [points('validation/accuracy', [0, 1], [0.9, 0.5]), points('train/loss', [0, 1], [1, 3])], 2)
  metrics.append('b', [points('validation/accuracy', [0, 1], [0.2, 0.7]), points('train/loss', [0, 1], [2, NaN])], 2)
  metrics.append('c', [points('validation/accuracy', [0, 1], [0.8, 0.6]), points('train/loss', [0, 1], [5, 0.5])], 2)
  return storage
}

describe('the list of runs', () => {
  it.each<[string, string, string]>([
    ['createdAt', 'bdac', 'cadb'],
    ['name', 'dbca', 'acbd'],
    ['peakLr', 'adcb', 'bcda'],
    ['optimizer.momentum', 'cdab', 'badc'],
    ['seed', 'dcba', 'abcd'],
    ['validation/accuracy.last', 'acbd', 'bcad'],
    ['validation/accuracy.max', 'bcad', 'acbd'],
    ['validation/accuracy.min', 'bacd', 'cabd'],
    // Best is the highest accuracy, and the lowest loss.
    ['validation/accuracy.best', 'bcad', 'acbd'],
    ['train/loss.best', 'cabd', 'bacd'],
    // A last loss of NaN is no value to sort by: it comes last, with what was never recorded.
    ['train/loss.last', 'cabd', 'acdb'],
  ])('is sorted by %s, runs without a value last', (column, ascending, descending) => {
    const { runs } = four()
    const order = (descending: boolean) =>
      runs
        .list({ sort: { column, descending } })
        .rows.map(({ id }) => id)
        .join('')
    expect(order(false)).toBe(ascending)
    expect(order(true)).toBe(descending)
  })

  it('sorts by type: what confirms a range test, the test, what trains', () => {
    const { runs } = four()
    runs.create(newRun('e', { name: 'e', createdAt: NOW }, { rangeTest: {} }))
    runs.create(newRun('f', { name: 'f', createdAt: NOW }, { group: 'confirm e' }))
    const { rows } = runs.list({ sort: { column: 'type', descending: false } })
    expect(rows.map(({ id }) => id).join('')).toBe('feabcd')
  })

  it('has only the runs of a type where that is asked for, in any order, and counts all', () => {
    const { runs } = four()
    runs.create(newRun('e', { name: 'e', createdAt: NOW }, { rangeTest: {} }))
    runs.create(newRun('f', { name: 'f', createdAt: NOW }, { group: 'confirm e' }))
    runs.update('e', { group: 'confirm e' })
    const ids = (query: ListRuns) => runs.list(query).rows.map(({ id }) => id)
    expect(ids({ type: 'range-test' })).toEqual(['e'])
    expect(ids({ type: 'confirm' })).toEqual(['f'])
    const sort = { column: 'train/loss.best', descending: false }
    expect(ids({ type: 'training', sort, limit: 2, offset: 1 })).toEqual(['a', 'b'])
    expect(runs.list({ type: 'confirm' }).total).toBe(6)
    runs.remove('f')
    expect(ids({ type: 'confirm' })).toEqual([])
  })

  it('sorts by the kind of what has one', () => {
    const { runs } = four()
    expect(runs.list({ sort: { column: 'schedule', descending: true } }).rows[0]!.id).toBe('c')
  })

  it('is newest first, in pages, with the number of all and the summaries of each', () => {
    const { runs } = four()
    expect(runs.list().rows.map(({ id }) => id)).toEqual(['c', 'a', 'd', 'b'])
    const page = runs.list({ offset: 1, limit: 2 })
    expect(page.rows.map(({ id }) => id)).toEqual(['a', 'd'])
    expect(page.total).toBe(4)
    expect(page.rows[0]!.metrics['train/loss']).toMatchObject({ count: 2, last: 3, min: 1 })
    expect(page.rows[1]!.metrics).toEqual({})
    expect(runs.list({ limit: 0 })).toEqual({ rows: [], total: 4 })
  })

  it('prefers a metric to a spec field of the same name, once a run has recorded it', () => {
    const { runs, metrics } = four()
    expect(() => runs.list({ sort: { column: 'loss.last', descending: true } })).not.toThrow()
    metrics.append('d', [points('loss', [0], [1])], 1)
    expect(runs.list({ sort: { column: 'loss.last', descending: true } }).rows[0]!.id).toBe('d')
  })

  it.each(['peek', 'created_at; DROP TABLE run', '', 'nothing.here', '__proto__'])(
    'refuses to sort by %j',
    (column) => {
      const { runs } = four()
      expect(() => runs.list({ sort: { column, descending: false } })).toThrow(
        expect.objectContaining({
          code: 'input.invalid',
          message: expect.stringMatching(/Allowed: .*createdAt.*\.best/),
        }),
      )
    },
  )

  it('names the column that a mistyped one most likely meant', () => {
    const { runs } = four()
    expect(() => runs.list({ sort: { column: 'peak_lr', descending: false } })).toThrow(/did you mean peakLr\?/)
  })

  it('is one the order of which an index gives, not a sort of all runs', () => {
    const { plan } = planned()
    for (const descending of [true, false]) {
      for (const column of ['createdAt', 'name', 'group', 'status', 'peakLr', 'steps']) {
        const steps = plan({ sort: { column, descending }, limit: 500 })
        expect(steps, column).toMatch(/USING INDEX run_/)
        expect(steps, column).not.toMatch(/TEMP B-TREE/)
      }
      expect(plan({ sort: { column: 'validation/accuracy.best', descending }, limit: 500 })).toMatch(
        /SEARCH metric USING INDEX/,
      )
    }
    expect(plan({ limit: 500 })).not.toMatch(/TEMP B-TREE/)
  })

  it('reads the summaries of a page in one query, through an index', () => {
    const { db } = planned()
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${SUMMARIES_OF_RUNS}`).all('[1]')
    expect(JSON.stringify(steps)).toMatch(/SEARCH metric USING INDEX/)
  })
})

/** Query plans of a workspace with many runs. */
function planned() {
  const db = new Sqlite(':memory:')
  migrate(db, ':memory:', MIGRATIONS)
  const runs = openRuns(db, () => NOW)
  for (let i = 0; i < 50; i++) runs.create(newRun(`r${i}`, { createdAt: NOW + i }))
  const plan = (query: ListRuns): string => {
    const { sql, parameters } = listSql(query, () => true)
    const steps = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[]
    return steps.map(({ detail }) => detail).join('\n')
  }
  return { db, plan }
}
