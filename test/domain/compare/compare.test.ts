import { describe, expect, it } from 'vitest'
import { type Comparison, compareRuns } from '../../../src/core/domain/compare/compare'
import { runRow, summaryOf } from '../rows'

const differing = ({ parameters }: Comparison) =>
  Object.fromEntries(parameters.filter(({ differs }) => differs).map(({ path, values }) => [path, values]))
const resultOf = ({ results }: Comparison, path: string) => results.find((row) => row.path === path)

describe('the parameters of a comparison', () => {
  it('differ where specs do, path by path, in the order of the spec, the seed last', () => {
    const one = runRow({ id: 'a' }, { seed: 1, batchSize: 32 })
    const two = runRow({ id: 'b' }, { seed: 2, schedule: { kind: 'constant', lr: 0.1 }, clip: { norm: 1 } })
    const comparison = compareRuns([one, two])
    expect(differing(comparison)).toMatchObject({
      'schedule.kind': ['one-cycle', 'constant'],
      'schedule.maxLr': [0.4, null],
      'schedule.lr': [null, 0.1],
      'schedule.momentum.base': [0.85, null],
      batchSize: [32, 64],
      'clip.norm': [null, 1],
      seed: [1, 2],
    })
    const paths = comparison.parameters.map(({ path }) => path)
    const places = [
      'dataset.kind',
      'model.preset',
      'optimizer.momentum',
      'schedule.kind',
      'batchSize',
      'clip.norm',
      'seed',
    ]
    expect(paths.filter((path) => places.includes(path))).toEqual(places)
    expect(paths.at(-1)).toBe('seed')
  })
  it('are never name, group, tags or notes', () => {
    const labels = { name: 'x', group: 'y', tags: ['z'], notes: 'n' }
    const comparison = compareRuns([runRow(), runRow(labels, labels)])
    expect(differing(comparison)).toEqual({})
    expect(comparison.parameters.map(({ path }) => path)).not.toContain('name')
  })
  it('name layers by their place', () => {
    const model = (units: number) => ({
      model: { layers: [{ kind: 'flatten' as const }, { kind: 'dense' as const, units }] },
    })
    expect(differing(compareRuns([runRow({}, model(8)), runRow({}, model(16))]))).toEqual({
      'model.layers.1.units': [8, 16],
    })
  })
  it('of one run differ from nothing', () => {
    expect(differing(compareRuns([runRow()]))).toEqual({})
  })
})

describe('the results of a comparison', () => {
  const good = runRow({
    id: 'good',
    peakLr: 0.4,
    metrics: {
      'validation/accuracy': summaryOf(0.9, 0.98, 0.97),
      'validation/loss': summaryOf(0.3, 0.2),
      'train/loss': summaryOf(2, 0.5),
    },
  })
  const wild = runRow({
    id: 'wild',
    status: 'diverged',
    divergedAt: 7,
    steps: 7,
    endedAt: null,
    metrics: { 'train/loss': summaryOf(2, NaN), 'validation/accuracy': summaryOf(NaN) },
  })
  it('are best and last values, steps, time and peak rate; a diverged run keeps its place', () => {
    const comparison = compareRuns([good, wild])
    expect(Object.fromEntries(comparison.results.map(({ path, values }) => [path, values]))).toEqual({
      'best validation/accuracy': [0.98, null],
      'at step': [1, null],
      'last validation/loss': [0.2, null],
      'last train/loss': [0.5, NaN],
      'diverged at step': [null, 7],
      steps: [100, 7],
      'wall time (ms)': [3000, null],
      'peak lr': [0.4, 0.4],
    })
    expect(resultOf(comparison, 'last train/loss')!.differs).toBe(true)
    expect(resultOf(comparison, 'peak lr')!.differs).toBe(false)
    expect(comparison.runs).toEqual([
      { id: 'good', name: 'plain', status: 'finished', divergedAt: null },
      { id: 'wild', name: 'plain', status: 'diverged', divergedAt: 7 },
    ])
  })
  it('take two NaN for the same', () => {
    expect(resultOf(compareRuns([wild, wild]), 'last train/loss')!.differs).toBe(false)
  })
  it('that no run has are left out', () => {
    expect(compareRuns([runRow()]).results.map(({ path }) => path)).toEqual(['steps', 'wall time (ms)', 'peak lr'])
  })
})
