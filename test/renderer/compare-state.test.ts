import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignPlaces, foldRuns } from '../../src/renderer/pages/compare/chosen-run'
import { DEFAULT_STATE, readState, stateFrom, stateText } from '../../src/renderer/pages/compare/compare-state'
import { decades, fullRange, wantedParts } from '../../src/renderer/pages/compare/x-axis'
import { stepAt, stepPosition, stepRange, warmupSteps } from '../../src/renderer/run-charts/positions'
import { letterAt } from '../../src/renderer/stores/compare-choice'
import { runRow } from '../domain/rows'

describe('the state of a comparison in its address', () => {
  it('is nothing where nothing differs from a fresh page', () => {
    expect(stateText(DEFAULT_STATE)).toBe('')
    expect(stateFrom('')).toEqual(DEFAULT_STATE)
  })
  it('comes back as it was', () => {
    const state = {
      ...DEFAULT_STATE,
      panels: [{ metric: 'grad/norm' }, { metric: 'train/loss', with: 'validation/loss' }],
      axis: 'epoch' as const,
      logX: true,
      zoom: { from: 1.5, to: 7 },
      lower: { parallel: { axes: ['peakLr'] } },
      bandBy: 'batchSize',
    }
    expect(stateFrom(stateText(state))).toEqual(state)
  })
  it('takes from anything only what is sound (2000 random texts and values)', () => {
    const sound = (value: unknown) => void expect(readState(value)).toEqual(readState(readState(value)))
    fc.assert(fc.property(fc.anything(), sound), { numRuns: 1000, seed: 6 })
    fc.assert(
      fc.property(fc.string(), (text) => void stateFrom(text)),
      { numRuns: 1000, seed: 6 },
    )
  })
  it('replaces single fields of no use and keeps the others', () => {
    const read = readState({ axis: 'sideways', amount: 7, raw: true, zoom: { from: 3, to: 1 }, panels: [] })
    expect(read).toEqual({ ...DEFAULT_STATE, raw: true })
  })
})

describe('chosen runs', () => {
  it('have letters that go on after Z', () => {
    expect([0, 1, 25, 26, 27, 51, 52, 701, 702].map(letterAt)).toEqual('A B Z AA AB AZ BA ZZ AAA'.split(' '))
  })
  it('keep their colours when others leave, and take the lowest free one when they come', () => {
    const run = (id: string, wanted: number | null = null) => ({ id, wanted })
    const first = assignPlaces(new Map(), [run('a'), run('b', 1), run('c')])
    expect([...first].sort()).toEqual([
      ['a', 2],
      ['b', 1],
      ['c', 3],
    ])
    const then = assignPlaces(first, [run('c'), run('d'), run('a')])
    expect([...then].sort()).toEqual([
      ['a', 2],
      ['c', 3],
      ['d', 1],
    ])
  })
  it('fold behind the first of their kind, in order', () => {
    const rows = ['a', 'b', 'c'].map((id, i) => runRow({ id }, { seed: i }))
    const groups = foldRuns(rows, ({ id }) => (id === 'b' ? 'other' : 'same'))
    expect(groups.map((group) => group.map(({ id }) => id))).toEqual([['a', 'c'], ['b']])
  })
})

const warm = runRow(
  { id: 'warm', totalSteps: 1000 },
  { schedule: { kind: 'cosine', lr: 0.1, warmup: { steps: 100 } }, batchSize: 600, budget: { steps: 1000 } },
)

describe('positions on the x axis', () => {
  it('count steps after warm-up from its end, and shares of the budget from 0 to 1', () => {
    expect(warmupSteps(warm)).toBe(100)
    expect(stepPosition('warmup', warm, 0)).toBe(-100)
    expect(stepPosition('warmup', warm, 100)).toBe(0)
    expect(stepPosition('share', warm, 500)).toBe(0.5)
    expect(stepPosition('epoch', warm, 250)).toBe(2.5)
  })
  it.each(['epoch', 'sum-lr', 'warmup', 'share'] as const)('on %s lead back to the steps they cover', (kind) => {
    for (const [from, to] of [
      [0, 999],
      [17, 17],
      [250, 600],
    ] as const) {
      const range = { from: stepPosition(kind, warm, from), to: stepPosition(kind, warm, to) }
      const steps = stepRange(kind, warm, range)!
      expect(stepPosition(kind, warm, steps.from)).toBeGreaterThanOrEqual(range.from)
      expect(stepPosition(kind, warm, steps.to)).toBeLessThanOrEqual(range.to)
      expect(steps.from).toBeLessThanOrEqual(from)
      expect(steps.to).toBeGreaterThanOrEqual(to)
    }
    expect(stepAt(kind, warm, -1e9)).toBe(0)
  })
  it.each([
    ['step', 0, 300, 1000],
    ['epoch', 0, 3, 10],
    ['warmup', -100, 200, 900],
    ['share', 0, 0.3, 1],
  ] as const)('on %s reach to what ended runs recorded, of live runs to the planned end', (kind, from, to, end) => {
    const axis = { kind, log: false, against: null }
    const [lost, none] = [
      { ...warm, status: 'diverged' as const, steps: 300 },
      { ...warm, status: 'failed' as const, steps: 0 },
    ]
    expect(fullRange(axis, [lost, none], Date.now)).toEqual({ from, to })
    expect(fullRange(axis, [lost, { ...none, status: 'running' }], Date.now).to).toBeCloseTo(end, 9)
    expect(fullRange(axis, [none], Date.now).to).toBeCloseTo(end, 9)
  })
  it('on a log axis are asked for decade by decade, each step once', () => {
    expect(decades({ from: 0, to: 2.5 })).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 2.5 },
    ])
    const axis = { kind: 'step', log: true, against: null } as const
    const parts = wantedParts(axis, warm, { from: 0, to: 3 }, null)!
    expect(parts).toEqual([
      { from: 1, to: 10 },
      { from: 11, to: 100 },
      { from: 101, to: 1000 },
    ])
  })
})
