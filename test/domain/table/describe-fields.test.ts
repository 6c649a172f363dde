import { describe, expect, it } from 'vitest'
import { columnsOf } from '../../../src/core/domain/table/columns'
import { describeFields, fieldDescriber } from '../../../src/core/domain/table/describe-fields'
import { runRow, summaryOf } from '../rows'

const constant = { schedule: { kind: 'constant' as const, lr: 0.1 } }
const rows = [
  runRow({ id: 'a', tags: ['x', 'y'], metrics: { m: summaryOf(1), other: summaryOf(2) } }),
  runRow({ id: 'b', tags: ['x'], status: 'diverged', divergedAt: 3, metrics: { m: summaryOf(NaN) } }, { seed: 9 }),
  runRow({ id: 'c', startedAt: null, endedAt: null }, { ...constant, batchSize: 128 }),
]
const field = (name: string) => describeFields(rows).fields.find((one) => one.name === name)

describe('fields of runs', () => {
  it('are those that a run has, with their kind and how many have them', () => {
    expect(field('peakLr')).toMatchObject({ kind: 'number', runs: 3 })
    expect(field('createdAt')).toEqual({ name: 'createdAt', kind: 'time', runs: 3 })
    expect(field('startedAt')).toMatchObject({ runs: 2 })
    expect(field('pinned')).toMatchObject({ kind: 'flag', values: [{ value: false, runs: 3 }] })
    expect(field('divergedAt')).toMatchObject({ runs: 1, values: [{ value: 3, runs: 1 }] })
    expect(field('schedule.lr')).toMatchObject({ runs: 1 })
    expect(field('engine')).toBeUndefined()
    expect(field('schedule.cycleSteps')).toBeUndefined()
  })
  it('have their values, the most frequent first; of a list each element', () => {
    expect(field('tags')).toMatchObject({
      kind: 'list',
      values: [
        { value: 'x', runs: 2 },
        { value: 'y', runs: 1 },
      ],
    })
    expect(field('batchSize')!.values).toEqual([
      { value: 64, runs: 2 },
      { value: 128, runs: 1 },
    ])
  })
  it('have no values where there are too many of them, and at most 50', () => {
    const many = Array.from({ length: 3000 }, (_, i) => runRow({ name: `n${i}`, group: `g${i % 60}` }))
    const { fields } = describeFields(many)
    expect(fields.find(({ name }) => name === 'name')).toEqual({ name: 'name', kind: 'text', runs: 3000 })
    expect(fields.find(({ name }) => name === 'group')!.values).toHaveLength(50)
  })
  it('come with every metric and the number of its runs', () => {
    expect(describeFields(rows).metrics).toEqual([
      { name: 'm', runs: 2 },
      { name: 'other', runs: 1 },
    ])
  })
  it('are described anew as far as runs have changed', () => {
    const described = fieldDescriber()
    expect(described(rows)).toEqual(describeFields(rows))
    expect(described(rows)).toBe(described(rows))
    const versions = [
      rows.map((row) => ({ ...row, pinned: true, metrics: { fresh: summaryOf(1) } })),
      [...rows, runRow({ id: 'd' }, { batchSize: 32 })],
      rows.slice(1),
      [rows[1]!, rows[0]!],
      [],
    ]
    for (const version of versions) expect(described(version)).toEqual(describeFields(version))
  })
})

describe('columns of runs', () => {
  it('are numbers where every value is one, NaN for none; else texts, null for none', () => {
    const { columns, ...rest } = columnsOf(rows, ['lr', 'divergedAt', 'm.last', 'tags', 'schedule', 'pinned', 'group'])
    expect(rest).toMatchObject({ ids: ['a', 'b', 'c'], status: ['finished', 'diverged', 'finished'] })
    expect(rest.divergedAt).toEqual(Float64Array.of(NaN, 3, NaN))
    expect(columns).toEqual({
      lr: Float64Array.of(0.4, 0.4, 0.4),
      divergedAt: Float64Array.of(NaN, 3, NaN),
      'm.last': Float64Array.of(1, NaN, NaN),
      tags: ['x, y', 'x', ''],
      schedule: ['one-cycle', 'one-cycle', 'constant'],
      pinned: ['false', 'false', 'false'],
      group: ['', '', ''],
    })
  })
  it('tell replicates, and refuse what is no field', () => {
    const { replicate } = columnsOf(rows, [])
    expect(replicate[0]).toBe(replicate[1])
    expect(replicate[2]).not.toBe(replicate[0])
    expect(() => columnsOf(rows, ['nothing'])).toThrow(expect.objectContaining({ code: 'input.invalid' }))
  })
})
