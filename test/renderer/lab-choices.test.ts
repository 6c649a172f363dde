import { describe, expect, it } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { differences, factorText } from '../../src/renderer/pages/lab/against'
import type { Band } from '../../src/renderer/pages/lab/band'
import { scheduleInBand } from '../../src/renderer/pages/lab/schedule-in-band'
import { rangeTestSpecOf } from './generated-range-tests'

const row = (more: object): RunRow =>
  ({ id: 'a', name: 'a', spec: { ...rangeTestSpecOf({ id: 'a', name: 'a' }), ...more }, metrics: {} }) as RunRow

describe('a schedule in the band', () => {
  const band: Band = { min: 0.03, max: 0.3, rule: 'article' }
  it.each([
    [{ kind: 'one-cycle', maxLr: 1 }, { maxLr: 0.3 }],
    [
      { kind: 'triangular', minLr: 0.1, maxLr: 1, stepsUp: 50 },
      { maxLr: 0.3, minLr: 0.03 },
    ],
    [{ kind: 'cosine', lr: 1 }, { lr: 0.3 }],
    [{ kind: 'step', lr: 1, everySteps: 100 }, { lr: 0.3 }],
    [{ kind: 'constant', lr: 1 }, { lr: 0.04 }],
    [
      { kind: 'piecewise', points: [[0, 1]] },
      { kind: 'one-cycle', maxLr: 0.3 },
    ],
  ])('%o takes %o', (schedule, expected) => {
    expect(scheduleInBand(schedule as never, band, 0.04, 500)).toMatchObject(expected)
  })

  it('takes a constant rate that was set by hand as it is', () => {
    expect(scheduleInBand({ kind: 'constant', lr: 1 }, { ...band, rule: null }, 0.04, 500)).toMatchObject({ lr: 0.3 })
  })
})

describe('two tests beside each other', () => {
  it('differ in the settings that a range test uses, and in no others', () => {
    const here = row({ batchSize: 128 })
    const there = row({ batchSize: 512, budget: { steps: 9 }, threads: 3, schedule: { kind: 'constant', lr: 5 } })
    expect(differences(here, there)).toEqual([{ label: 'batch', here: '128', there: '512', factor: 4 }])
  })

  it('name another kind of data or optimizer without all of its fields', () => {
    const there = row({ dataset: { kind: 'spirals', train: 4000, validation: 1000 }, optimizer: { kind: 'adam' } })
    expect(differences(row({}), there).map(({ label, there: value }) => [label, value])).toEqual([
      ['dataset', 'spirals'],
      ['optimizer', 'adam'],
    ])
  })

  it('say how many times as large, never less than once', () => {
    expect([2.06, 4, 0.5, 33.3, 1.02].map(factorText)).toEqual(['2.1', '4', '2', '33', '1.02'])
  })
})
