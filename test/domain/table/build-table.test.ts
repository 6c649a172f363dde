import { describe, expect, it } from 'vitest'
import { buildTable } from '../../../src/core/domain/table/build-table'
import type { TableLine, TableQuery } from '../../../src/core/domain/table/table'
import type { RunRow } from '../../../src/core/domain/run'
import type { RunSpecInput } from '../../../src/core/domain/spec/run-spec'
import { runRow, summaryOf } from '../rows'

let created = 0
const run = (id: string, best: number | null, change: Partial<RunRow> = {}, spec: Partial<RunSpecInput> = {}) =>
  runRow(
    {
      id,
      name: `run ${id}`,
      createdAt: created++,
      metrics: best === null ? {} : { 'validation/accuracy': summaryOf(0, best), 'train/loss': summaryOf(2, 1 - best) },
      ...change,
    },
    spec,
  )
const constant = (lr: number) => ({ schedule: { kind: 'constant' as const, lr } })
const diverged = { status: 'diverged' as const, divergedAt: 7 }

/** a1, a2, a3 are replicates, b1 and b2 too; c is alone. Oldest first. */
const rows = [
  run('a1', 0.9, { tags: ['x', 'y'] }, { ...constant(0.1), seed: 1 }),
  run('b1', 0.8, {}, { ...constant(0.2), seed: 1, batchSize: 128 }),
  run('a2', 0.94, { group: 'moved', notes: 'n', tags: ['x'] }, { ...constant(0.1), seed: 2, threads: 2 }),
  run('c', 0.7, { pinned: true }, { seed: 1 }),
  run('a3', null, { ...diverged }, { ...constant(0.1), seed: 3, name: 'third' }),
  run('b2', 0.6, {}, { ...constant(0.2), seed: 2, batchSize: 128 }),
]

/** A table as indented words, to be compared at a glance. */
const words = (line: TableLine): string => {
  const indent = '  '.repeat(line.depth)
  if (line.kind === 'run') return indent + line.row.id
  if (line.kind === 'replicates') return `${indent}[${line.runs.join(' ')}] ${line.row.id}`
  return `${indent}${line.field} ${String(line.value)}: ${line.runs}`
}
const table = (query: TableQuery, of = rows) => buildTable(of, query)
const outline = (query: TableQuery, of = rows) => table(query, of).lines.map(words)

describe('the table', () => {
  it('is a line a run, newest first, pinned ones at the top', () => {
    expect(outline({})).toEqual(['c', 'b2', 'a3', 'a2', 'b1', 'a1'])
    expect(table({})).toMatchObject({ total: 6, runs: 6, all: 6, hidden: 0 })
  })

  it('is cut into stretches', () => {
    expect(outline({ offset: 1, limit: 2 })).toEqual(['b2', 'a3'])
    expect(table({ offset: 99 })).toMatchObject({ lines: [], total: 6 })
  })

  it('leaves hidden runs out and counts them, unless it is asked for them', () => {
    const hiding = rows.map((row) => (row.id === 'b2' || row.id === 'c' ? { ...row, hidden: true } : row))
    expect(table({}, hiding)).toMatchObject({ total: 4, runs: 4, all: 6, hidden: 2 })
    expect(table({ filter: 'batch = 128' }, hiding)).toMatchObject({ runs: 1, hidden: 1 })
    expect(table({ showHidden: true }, hiding)).toMatchObject({ runs: 6, hidden: 0 })
    expect(outline({ filter: 'hidden = true' }, hiding)).toEqual(['c', 'b2'])
    expect(table({ filter: 'hidden = false' }, hiding)).toMatchObject({ runs: 4, hidden: 0 })
  })

  it('carries the metrics that its fields name, and no others', () => {
    const metricsOf = (query: TableQuery) => {
      const line = table({ sort: { column: 'name', descending: false }, ...query }).lines[1]!
      return line.kind === 'run' && Object.keys(line.row.metrics)
    }
    expect(metricsOf({})).toEqual(['validation/accuracy', 'train/loss'])
    expect(metricsOf({ fields: ['lr', 'train/loss.last', 'train/loss.min', 'none.max'] })).toEqual(['train/loss'])
    expect(metricsOf({ fields: [] })).toEqual([])
    expect(Object.keys(rows[0]!.metrics)).toHaveLength(2)
  })

  it.each<TableQuery>([
    { groupBy: ['nothing'] },
    { fields: ['kind'] },
    { sort: { column: 'x', descending: true } },
    { filter: 'lr >' },
  ])('refuses %j', (query) => {
    expect(() => table(query)).toThrow(expect.objectContaining({ code: 'input.invalid' }))
  })
})

describe('groups', () => {
  it('stand in the order of their first runs, with a group for runs without a value', () => {
    expect(outline({ groupBy: ['schedule.lr'], sort: { column: 'seed', descending: false } })).toEqual([
      'schedule.lr null: 1',
      '  c',
      'schedule.lr 0.1: 3',
      '  a1',
      '  a2',
      '  a3',
      'schedule.lr 0.2: 2',
      '  b1',
      '  b2',
    ])
  })

  it('follow the sort where it is by their field', () => {
    const heads = (descending: boolean) =>
      outline(
        { groupBy: ['batch'], sort: { column: 'batchSize', descending } },
        rows.filter(({ pinned }) => !pinned),
      ).filter((line) => !line.startsWith(' '))
    expect(heads(false)).toEqual(['batchSize 64: 3', 'batchSize 128: 2'])
    expect(heads(true)).toEqual(['batchSize 128: 2', 'batchSize 64: 3'])
  })

  it('nest, and keep their keys however the table is sorted', () => {
    const query = { groupBy: ['schedule', 'batch', 'status'], filter: 'schedule = constant' }
    expect(outline(query)).toEqual([
      'schedule.kind constant: 5',
      '  batchSize 128: 2',
      '    status finished: 2',
      '      b2',
      '      b1',
      '  batchSize 64: 3',
      '    status diverged: 1',
      '      a3',
      '    status finished: 2',
      '      a2',
      '      a1',
    ])
    const keys = (more: TableQuery) =>
      table({ ...query, ...more }).lines.flatMap((line) => (line.kind === 'group' ? [line.key] : []))
    expect(new Set(keys({})).size).toBe(6)
    expect(new Set(keys({ sort: { column: 'seed', descending: false } }))).toEqual(new Set(keys({})))
  })

  it('sum up: runs, diverged ones, best and middle value by the direction of the metric', () => {
    const [group] = table({ groupBy: ['schedule'], filter: 'schedule = constant' }).lines
    expect(group).toMatchObject({ runs: 5, diverged: 1, best: 0.94, closed: false })
    expect(group).toHaveProperty('median', expect.closeTo(0.85))
    const [loss] = table({ groupBy: ['schedule'], filter: 'schedule = constant', metric: 'train/loss' }).lines
    expect(loss).toHaveProperty('best', expect.closeTo(0.06))
    const [none] = table({ groupBy: ['status'], filter: 'status = diverged' }).lines
    expect(none).toMatchObject({ runs: 1, diverged: 1, best: NaN, median: NaN })
  })

  it('leave their lines out where they are closed, at every depth', () => {
    const query = { groupBy: ['schedule', 'batch'], filter: 'schedule = constant' }
    const { lines } = table(query)
    const key = (i: number) => (lines[i] as { key: string }).key
    expect(outline({ ...query, closed: [key(1), 'gone'] })).toEqual([
      'schedule.kind constant: 5',
      '  batchSize 128: 2',
      '  batchSize 64: 3',
      '    a3',
      '    a2',
      '    a1',
    ])
    const closed = table({ ...query, closed: [key(0)] })
    expect(closed).toMatchObject({ lines: [{ closed: true, runs: 5 }], total: 1, runs: 5 })
  })

  it('tell NaN from nothing, and 1 from "1"', () => {
    const few = [
      run('nan', null, { metrics: { m: summaryOf(NaN) } }),
      run('none', null),
      run('one', null, { metrics: { m: summaryOf(1) } }),
    ]
    expect(outline({ groupBy: ['m.last'], sort: { column: 'name', descending: false } }, few)).toEqual([
      'm.last NaN: 1',
      '  nan',
      'm.last null: 1',
      '  none',
      'm.last 1: 1',
      '  one',
    ])
    const texts = [run('t', null, { name: '1' }), run('u', null, { name: 'null' })]
    const keys = table({ groupBy: ['name'] }, texts).lines.flatMap((line) => (line.kind === 'group' ? [line.key] : []))
    expect(keys).toEqual(['name="null"', 'name="1"'])
  })

  it('take a list as one value: every run is in one group', () => {
    expect(outline({ groupBy: ['tag'], filter: 'lr > 0 and schedule.lr = 0.1' })).toEqual([
      'tags : 1',
      '  a3',
      'tags x: 1',
      '  a2',
      'tags x, y: 1',
      '  a1',
    ])
  })
})

describe('replicates', () => {
  it('are runs that differ in nothing but the seed, whatever their labels and threads', () => {
    expect(outline({ fold: true })).toEqual(['c', '[b2 b1] b1', '[a3 a2 a1] a2'])
  })

  it('have the mean of what is finite, with n − 1, and count those that diverged', () => {
    const [line] = table({
      fold: true,
      filter: 'batch = 64 and schedule = constant',
      fields: ['train/loss.last', 'name'],
    }).lines as [Extract<TableLine, { kind: 'replicates' }>]
    expect(line).toMatchObject({ runs: ['a3', 'a2', 'a1'], diverged: 1, open: false })
    expect(Object.keys(line.statistics)).toEqual(['train/loss.last', 'validation/accuracy.best'])
    const { mean, std, n } = line.statistics['validation/accuracy.best']!
    expect([mean, std, n]).toEqual([expect.closeTo(0.92), expect.closeTo(Math.sqrt(0.0008)), 2])
  })

  it('are sorted by their mean, not by their luckiest run', () => {
    const few = [
      run('lucky', 0.99, {}, { seed: 1 }),
      run('unlucky', 0.1, {}, { seed: 2 }),
      run('steady', 0.8, {}, { seed: 1, batchSize: 32 }),
      run('again', 0.8, {}, { seed: 2, batchSize: 32 }),
    ]
    const sort = { column: 'validation/accuracy.best', descending: true }
    expect(outline({ fold: true, sort }, few)).toEqual(['[again steady] steady', '[lucky unlucky] lucky'])
  })

  it('are listed where they are opened, and folded within their groups', () => {
    const { lines } = table({ fold: true })
    const key = (lines[2] as { key: string }).key
    expect(outline({ fold: true, open: [key] })).toEqual(['c', '[b2 b1] b1', '[a3 a2 a1] a2', '  a3', '  a2', '  a1'])
    expect(outline({ fold: true, groupBy: ['status'], filter: 'schedule.lr = 0.1' })).toEqual([
      'status diverged: 1',
      '  a3',
      'status finished: 2',
      '  [a2 a1] a2',
    ])
  })

  it('come first where one of them is pinned', () => {
    const pinned = rows.map((row) => ({ ...row, pinned: row.id === 'a1' }))
    expect(outline({ fold: true }, pinned)[0]).toBe('[a3 a2 a1] a2')
  })
})
