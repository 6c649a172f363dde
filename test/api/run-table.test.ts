import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CoreEvent } from '../../src/core/api/contract'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import type { Transport } from '../../src/core/api/transport'
import type { Core } from '../../src/core/create-core'
import { SPEC, temporaryCore } from './cores'

let core: Core
let api: Transport
beforeEach(async () => {
  core = await temporaryCore()
  api = createInProcessTransport(core.api)
})
afterEach(() => core.close())

/** Runs of three seeds; the first one trains, the others wait. */
const three = async () => {
  const { runs } = await api.call('runs.create', { spec: { ...SPEC, name: 'r', tags: ['a'] }, seeds: [1, 2, 3] })
  return runs.map(({ id }) => id)
}
const refused = (code: string, field?: string) => ({ code, ...(field && { details: { field } }) })

describe('many runs', () => {
  it('are hidden, pinned, coloured, grouped and tagged in one go, and everyone is told', async () => {
    const ids = await three()
    const told: string[][] = []
    api.subscribe((event: CoreEvent) => event.type === 'runs.changed' && told.push(event.runs.map(({ id }) => id)))
    const change = { hidden: true, pinned: true, colour: 12, group: 'g', addTags: ['b'], removeTags: ['a'] }
    const { runs } = await api.call('runs.change', { runs: [ids[2]!, ids[0]!, ids[2]!], ...change })
    const expected = { hidden: true, pinned: true, colour: 12, group: 'g', tags: ['b'] }
    expect(runs).toMatchObject([
      { id: ids[2], ...expected },
      { id: ids[0], ...expected },
    ])
    expect(told).toEqual([[ids[2], ids[0]]])
    const { lines, hidden, all } = await api.call('runs.table', {})
    expect([lines.length, hidden, all]).toEqual([1, 2, 3])
    expect((await api.call('runs.change', { runs: [ids[0]!], colour: null })).runs[0]!.colour).toBeNull()
  })
  it('are taken back to what each of them was, also after a later change', async () => {
    const ids = await three()
    const [first, second] = [ids[0]!, ids[1]!]
    await api.call('runs.change', { runs: [first], group: 'mine', colour: 3, addTags: ['own'], pinned: true })
    const before = async () => (await api.call('runs.list', {})).rows
    const were = await before()
    const change = {
      group: 'all',
      colour: null,
      pinned: false,
      hidden: true,
      notes: 'n',
      addTags: ['b'],
      removeTags: ['a'],
    }
    const { undo } = await api.call('runs.change', { runs: [first, second], ...change })
    expect(await before()).not.toEqual(were)
    await api.call('runs.change', { runs: [second], name: 'renamed since' })
    const { runs } = await api.call('runs.takeBack', { undo })
    expect(runs.map(({ id }) => id)).toEqual([first, second])
    expect(await before()).toEqual(were.map((row) => (row.id === second ? { ...row, name: 'renamed since' } : row)))
  })
  it('are taken back only where that is known: an unknown name, and the fifty-first change before', async () => {
    const [run] = await three()
    const change = () => api.call('runs.change', { runs: [run!], addTags: ['x'] })
    const { undo } = await change()
    for (let i = 0; i < 50; i++) await change()
    for (const name of [undo, 'nothing'])
      await expect(api.call('runs.takeBack', { undo: name })).rejects.toMatchObject({ code: 'input.invalid' })
  })
  it('are all changed or none', async () => {
    const ids = await three()
    const call = api.call('runs.change', { runs: [...ids, 'gone0000'], hidden: true })
    await expect(call).rejects.toMatchObject(refused('run.notFound'))
    expect((await api.call('runs.table', {})).hidden).toBe(0)
  })
  it.each([
    ['colour', { colour: 13 }],
    ['colour', { colour: 0 }],
    ['colour', { colour: 1.5 }],
    ['addTags.0', { addTags: [''] }],
    ['group', { group: 'x'.repeat(257) }],
  ])('refuse a wrong %s', async (field, change) => {
    await expect(api.call('runs.change', { runs: [], ...change })).rejects.toMatchObject(
      refused('input.invalid', field),
    )
  })
  it('are removed, live ones stopped first, and restored', async () => {
    const ids = await three()
    const events: (readonly string[])[] = []
    api.subscribe((event: CoreEvent) => event.type === 'runs.removed' && events.push(event.runs))
    expect(await api.call('runs.removeAll', { runs: ids })).toEqual({ runs: ids })
    expect(events).toEqual([ids])
    expect(core.jobs.state()).toEqual({ running: [], queued: [] })
    expect((await api.call('runs.table', {})).all).toBe(0)
    const { runs } = await api.call('runs.restoreAll', { runs: ids })
    expect(runs.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, 'stopped']))
  })
  it('are not stopped where one of those to be removed is unknown', async () => {
    const ids = await three()
    const call = api.call('runs.removeAll', { runs: [...ids, 'gone0000'] })
    await expect(call).rejects.toMatchObject(refused('run.notFound'))
    expect(core.jobs.state().running).toEqual([ids[0]])
  })
})

describe('the table', () => {
  it('follows every change at once', async () => {
    const ids = await three()
    const lines = async () => (await api.call('runs.table', { fold: true, fields: ['name'] })).lines
    expect(await lines()).toMatchObject([{ kind: 'replicates', runs: [ids[2], ids[1], ids[0]] }])
    await api.call('runs.update', { run: ids[1]!, name: 'mine' })
    const { fields } = await api.call('runs.fields', {})
    expect(fields.find(({ name }) => name === 'name')!.values).toContainEqual({ value: 'mine', runs: 1 })
    await api.call('runs.purge', { run: ids[2]! })
    expect(await lines()).toMatchObject([{ runs: [ids[1], ids[0]] }])
  })
  it.each([
    ['sort.column', { sort: { column: 'nothing', descending: true } }],
    ['groupBy', { groupBy: ['nothing'] }],
    ['fields', { fields: ['kind'] }],
    ['filter', { filter: 'lr >' }],
    ['groupBy', { groupBy: ['seed', 'status', 'batch', 'lr'] }],
  ])('says that %s is wrong', async (field, query) => {
    await expect(api.call('runs.table', query)).rejects.toMatchObject(refused('input.invalid', field))
  })
})

describe('columns', () => {
  it('are of the runs named, in their order, those that are gone left out', async () => {
    const ids = await three()
    const { ids: got, columns } = await api.call('runs.columns', { runs: [ids[2]!, 'gone', ids[0]!], fields: ['seed'] })
    expect(got).toEqual([ids[2], ids[0]])
    expect(columns.seed).toEqual(Float64Array.of(3, 1))
  })
  it('are of the runs that match and are not hidden, where none is named', async () => {
    const ids = await three()
    await api.call('runs.change', { runs: [ids[0]!], hidden: true })
    expect((await api.call('runs.columns', { filter: 'seed < 3', fields: [] })).ids).toEqual([ids[1]])
  })
})

it('a target is the first point that reaches it, with the time from the start of the run', async () => {
  const [run, other] = await three()
  const { startedAt } = await api.call('runs.get', { run: run! })
  const data = Float64Array.of(5, 6, 7, ...[10, 20, 30].map((ms) => startedAt! + ms), NaN, 0.96, 0.98)
  core.storage.metrics.append(run!, [{ track: 'own', metrics: ['acc'], n: 3, data }], 8)
  const target = { runs: [run!, other!, 'gone'], metric: 'acc', value: 0.97, atLeast: true }
  expect(await api.call('runs.target', target)).toEqual({
    targets: [
      { run, step: 7, ms: 30 },
      { run: other, step: null, ms: null },
    ],
  })
})

describe('saved views', () => {
  it('are kept by kind and name; saving again replaces', async () => {
    await api.call('views.save', { kind: 'runs', name: 'b', state: { x: [1, null] } })
    const { views } = await api.call('views.save', { kind: 'runs', name: 'a', state: 3 })
    expect(views.map(({ name, state }) => [name, state])).toEqual([
      ['a', 3],
      ['b', { x: [1, null] }],
    ])
    expect((await api.call('views.list', { kind: 'compare' })).views).toEqual([])
    await api.call('views.save', { kind: 'runs', name: 'a', state: 4 })
    expect((await api.call('views.remove', { kind: 'runs', name: 'b' })).views).toMatchObject([{ name: 'a', state: 4 }])
  })
  it.each([
    ['state', { kind: 'runs', name: 'a', state: 'x'.repeat(65_536) }],
    ['state', { kind: 'runs', name: 'a', state: undefined }],
    ['kind', { kind: 'other', name: 'a', state: 1 }],
    ['name', { kind: 'runs', name: '', state: 1 }],
  ])('refuse a wrong %s', async (field, input) => {
    await expect(api.call('views.save', input as never)).rejects.toMatchObject(refused('input.invalid', field))
  })
})
