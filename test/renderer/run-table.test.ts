import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildTable } from '../../src/core/domain/table/build-table'
import { columnsOf } from '../../src/core/domain/table/columns'
import type { GroupLine } from '../../src/core/domain/table/table'
import { placeBy, pointAnchor } from '../../src/renderer/components/place-by'
import { searchOptions } from '../../src/renderer/components/search-options'
import { curvePath } from '../../src/renderer/pages/runs/curve-path'
import { columnOptions, groupOptions } from '../../src/renderer/pages/runs/field-options'
import { runsOfGroup } from '../../src/renderer/pages/runs/group-runs'
import { groupName } from '../../src/renderer/pages/runs/group-name'
import { runMenu } from '../../src/renderer/pages/runs/run-menu'
import { columnOf, fieldLabel, usualWidth } from '../../src/renderer/run-table/columns'
import { fieldsOf } from '../../src/renderer/run-table/default-columns'
import { fieldText } from '../../src/renderer/run-table/field-text'
import { statisticText } from '../../src/renderer/run-table/statistic-text'
import { DEFAULT_STATE, moved, NEWEST_FIRST, parseState, sameLines } from '../../src/renderer/run-table/table-state'
import { runRow as stored } from '../domain/rows'

describe('a kept state of the table', () => {
  it('comes back as it was', () => {
    const state = {
      filter: 'lr > 0.1',
      sort: { column: 'peakLr', descending: true },
      groupBy: ['status', 'batchSize'],
      fold: true,
      showHidden: true,
      columns: [{ id: 'name', width: 200 }, { id: 'grad/norm.max' }],
    }
    expect(parseState(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })
  it('is sound whatever was kept', () => {
    fc.assert(
      fc.property(fc.anything(), (kept) => {
        const state = parseState(kept)
        expect(parseState(state)).toEqual(state)
      }),
    )
  })
  it.each([
    [{ groupBy: ['a', 'a', 'b', 'c', 'd'] }, { groupBy: ['a', 'b', 'c'] }],
    [{ sort: { column: 7, descending: true } }, { sort: NEWEST_FIRST }],
    [{ columns: [{ id: 'a', width: 9e9 }, { id: 'a' }, 7, { id: '' }] }, { columns: [{ id: 'a', width: 640 }] }],
    [{ columns: [] }, { columns: null }],
  ])('%j is read as %j', (kept, part) => expect(parseState(kept)).toEqual({ ...DEFAULT_STATE, ...part }))
  it('has the same lines under other columns, and others under another order', () => {
    expect(sameLines(DEFAULT_STATE, { ...DEFAULT_STATE, columns: [{ id: 'name' }] })).toBe(true)
    expect(sameLines(DEFAULT_STATE, { ...DEFAULT_STATE, fold: true })).toBe(false)
  })
})

describe('moving in a list', () => {
  it.each([
    [0, 1, ['b', 'a', 'c']],
    [2, -2, ['c', 'a', 'b']],
    [1, 9, ['a', 'c', 'b']],
    [-1, 1, ['a', 'b', 'c']],
  ])('from %i by %i', (from, by, after) => expect(moved(['a', 'b', 'c'], from, by)).toEqual(after))
})

describe('a column', () => {
  it.each([
    ['train/loss.min', 'train/loss, min'],
    ['optimizer.momentum', 'Momentum'],
    ['grad/norm.best', 'grad/norm, best @ step'],
  ])('%s is called %s', (id, label) => expect(fieldLabel(id)).toBe(label))
  it.each([
    ['validation/accuracy.max', 0.98765, '98.77'],
    ['train/loss.last', NaN, 'NaN'],
    ['train/loss.bestStep', 4690, '4\u2009690'],
    ['schedule.maxLr', 0.0003, '3e-4'],
    ['tags', ['a', 'b'], 'a, b'],
    ['tags', [], '–'],
    ['optimizer.nesterov', false, 'no'],
    ['grad/norm.max', Infinity, '+Inf'],
    ['seed', undefined, '–'],
  ])('%s shows %j as %s', (field, value, text) => expect(fieldText(field, value, 0)).toBe(text))
  it('of a field that no longer exists reads as missing', () => {
    const run = stored({ id: 'a' })
    expect(columnOf('nothing.like.it').text({ run, progress: null, now: 0 })).toBe('–')
  })
  it('of a curve asks the core for how many points there are', () =>
    expect(fieldsOf(['visible', 'name', 'train/loss.curve', 'train/loss.last'])).toEqual(['name', 'train/loss.last']))
  it('of a number is wider where lines show mean and spread', () => {
    expect(usualWidth('train/loss.last', true)).toBeGreaterThan(usualWidth('train/loss.last', false))
    expect(usualWidth('name', true)).toBe(usualWidth('name', false))
  })
})

describe('folded seeds', () => {
  it.each([
    [{ mean: 0.991, std: 0.0012, n: 3 }, '99.10 ± 0.12'],
    [{ mean: 0.991, std: NaN, n: 1 }, '99.10'],
    [{ mean: NaN, std: NaN, n: 0 }, '–'],
  ])('show %j as %s', (statistic, text) => expect(statisticText('validation/accuracy.best', statistic)).toBe(text))
  it('have no mean of their seeds', () => expect(statisticText('seed', { mean: 2, std: 1, n: 3 })).toBe(null))
})

describe('the runs of a group', () => {
  const rows = [
    stored({ id: 'a', group: 'x "y"', tags: ['t'] }),
    stored({ id: 'b', group: '', tags: [] }),
    stored({ id: 'c', group: 'x=1\nz', tags: ['t', 'u'] }),
    stored({ id: 'd', group: 'x "y"', tags: [], divergedAt: 7 }),
  ]
  it.each([['divergedAt'], ['status'], ['tags'], ['batch'], ['optimizer.nesterov']])(
    'by %s and group are the lines below it',
    (field) => {
      const groupBy = [field, 'group']
      const { lines } = buildTable(rows, { groupBy, fields: [] })
      const all = columnsOf(rows, groupBy)
      const seen = lines.flatMap((line, i) => {
        if (line.kind !== 'group') return []
        const below = lines.slice(i + 1)
        const end = below.findIndex((one) => one.kind === 'group' && one.depth <= line.depth)
        const ids = below.slice(0, end < 0 ? undefined : end).flatMap((one) => (one.kind === 'run' ? one.row.id : []))
        expect(runsOfGroup(all, line, groupBy).sort()).toEqual([...ids].sort())
        return line.depth ? ids : []
      })
      expect(seen.sort()).toEqual(['a', 'b', 'c', 'd'])
    },
  )
  it.each<[Pick<GroupLine, 'field' | 'value'>, string]>([
    [{ field: 'schedule.kind', value: 'one-cycle' }, '1cycle'],
    [{ field: 'group', value: '' }, 'No group'],
    [{ field: 'batchSize', value: 128 }, 'Batch 128'],
    [{ field: 'divergedAt', value: null }, 'No diverged at'],
    [{ field: 'status', value: 'diverged' }, 'Diverged'],
  ])('%j are called %s', (group, name) => expect(groupName(group, 0)).toBe(name))
})

describe('a tiny curve', () => {
  const box = { width: 100, height: 10 }
  it('goes from corner to corner of its box, on a log axis', () =>
    expect(curvePath([0, 1, 2], [100, 10, 1], box).path).toBe('M0 0L50 5L100 10'))
  it('breaks where a value is not finite, and marks each stretch once', () => {
    const { path, marks } = curvePath([0, 1, 2, 3, 4], [1, NaN, Infinity, 1, NaN], box)
    expect(path).toBe('M0 5M75 5')
    expect(marks.map(({ x }) => x)).toEqual([25, 100])
  })
  it('of one value is a dot, of none is nothing', () => {
    expect(curvePath([7], [3], box).path).toBe('M50 5h0')
    expect(curvePath([], [], box)).toEqual({ path: '', marks: [] })
  })
})

describe('options', () => {
  const fields = {
    fields: [
      { name: 'batchSize', kind: 'number' as const, runs: 5, values: [{ value: 64, runs: 5 }] },
      { name: 'id', kind: 'text' as const, runs: 5 },
    ],
    metrics: [{ name: 'my/metric', runs: 2 }],
  }
  it('of columns are the chosen ones first, and every number of every metric', () => {
    const ids = columnOptions(fields, ['peakLr']).map(({ id }) => id)
    expect(ids[0]).toBe('peakLr')
    expect(ids.filter((id) => id.startsWith('my/metric'))).toHaveLength(6)
    expect(new Set(ids).size).toBe(ids.length)
  })
  it('of groups leave out what every run has of its own', () => {
    const ids = groupOptions(fields, []).map(({ id }) => id)
    expect(ids).toContain('batchSize')
    expect(ids).not.toContain('id')
  })
  it('are found by all words, those that begin so first, and the rest is counted', () => {
    const options = Array.from({ length: 300 }, (_, i) => ({
      id: `${i}`,
      label: i === 250 ? 'loss last' : `x loss ${i}`,
    }))
    const { shown, more } = searchOptions(options, 'loss', 100)
    expect(shown[0]!.label).toBe('loss last')
    expect([shown.length, more]).toEqual([100, 200])
    expect(searchOptions(options, 'loss 12', 100).shown.every(({ label }) => label.includes('12'))).toBe(true)
  })
  it('of the menu name how many runs they are for', () => {
    const facts = { count: 3, drawn: false, pinned: true, hidden: false }
    const labels = runMenu(facts).map(({ label }) => label)
    expect(labels).toContain('Delete 3 runs')
    expect(labels).toContain('Unpin')
    expect(labels).not.toContain('Rename')
    expect(runMenu({ ...facts, count: 1 }).map(({ key }) => key)).toContain('rename')
  })
})

describe('a panel', () => {
  const view = { width: 1000, height: 700 }
  it('opens below its anchor, above it where there is no room, and never outside the window', () => {
    const size = { width: 300, height: 200 }
    expect(placeBy({ left: 50, right: 150, top: 20, bottom: 40 }, size, view, 'start')).toEqual({ x: 50, y: 44 })
    expect(placeBy({ left: 50, right: 150, top: 20, bottom: 40 }, size, view, 'end')).toEqual({ x: 8, y: 44 })
    expect(placeBy(pointAnchor(990, 690), size, view, 'start')).toEqual({ x: 692, y: 486 })
  })
})
