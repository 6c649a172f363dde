import { describe, expect, it } from 'vitest'
import { RUN_STATUSES } from '../../src/core/domain/run'
import { frame, newFolder, newRun, NOW, open } from './support/workspace'

const notFound = expect.objectContaining({ code: 'run.notFound' })

describe('a run', () => {
  it('begins queued, with all that its spec says, and survives reopening', () => {
    const dir = newFolder()
    const storage = open(dir)
    const spec = { group: 'g', tags: ['demo', 'a,b'], notes: 'first\nsecond', seed: 7 }
    const run = storage.runs.create(newRun('a', { name: 'Ünï "x"', peakLr: 0.4 }, spec))
    expect(run).toMatchObject({
      id: 'a',
      name: 'Ünï "x"',
      group: 'g',
      tags: ['demo', 'a,b'],
      notes: 'first\nsecond',
      status: 'queued',
      reason: null,
      steps: 0,
      totalSteps: 1000,
      peakLr: 0.4,
      createdAt: NOW,
      startedAt: null,
      engine: null,
      metrics: {},
    })
    expect(run.spec.seed).toBe(7)
    storage.close()
    expect(open(dir).runs.get('a')).toEqual(run)
  })

  it('changes only in the fields that a patch names', () => {
    const { runs } = open()
    runs.create(newRun('a'))
    const engine = { kind: 'wasm' as const, label: 'wasm', version: '4', threads: 1, whyNotFaster: null }
    const environment = { anneal: '0', node: '24', platform: 'linux', cpu: 'c', cores: 2, memoryGb: 8 }
    const dataset = {
      kind: 'mnist',
      label: 'MNIST',
      train: 10,
      validation: 5,
      shape: [28, 28, 1],
      classes: 10,
      mean: 0.1,
      std: 0.3,
      sha256: 'x',
    }
    const before = runs.get('a')
    const patch = { engine, environment, dataset, parameters: 12, totalSteps: 50, tags: ['t'], group: 'h', reason: 'r' }
    expect(runs.update('a', patch)).toEqual({ ...before, ...patch })
    expect(runs.update('a', { reason: null, notes: undefined })).toEqual({ ...before, ...patch, reason: null })
    const flags = { hidden: true, pinned: true, colour: 12 }
    expect(runs.update('a', flags)).toMatchObject(flags)
    expect(runs.update('a', { hidden: false, colour: null })).toMatchObject({
      hidden: false,
      pinned: true,
      colour: null,
    })
    expect(runs.update('a', {})).toEqual(runs.get('a'))
    expect(() => runs.update('b', {})).toThrow(notFound)
  })

  it('changes its status as the state machine allows, and not otherwise', () => {
    const { runs } = open()
    runs.create(newRun('a'))
    expect(runs.setStatus('a', 'running', { startedAt: 5 })).toMatchObject({ status: 'running', startedAt: 5 })
    expect(runs.setStatus('a', 'diverged', { divergedAt: 12 })).toMatchObject({ status: 'diverged', divergedAt: 12 })
    for (const status of RUN_STATUSES)
      expect(() => runs.setStatus('a', status, { notes: 'changed' })).toThrow(
        expect.objectContaining({ code: 'run.state', message: expect.stringContaining(`diverged and cannot become`) }),
      )
    expect(runs.get('a').notes).toBe('')
    expect(() => runs.setStatus('b', 'running')).toThrow(notFound)
  })

  it('is hidden when removed, comes back when restored, and is gone after closing', () => {
    const dir = newFolder()
    const storage = open(dir)
    for (const id of ['a', 'b', 'c']) storage.runs.create(newRun(id))
    storage.metrics.append('b', [frame('t', ['x'], 0, 3000)], 3000)
    storage.runs.remove('a')
    storage.runs.remove('b')
    expect(() => storage.runs.get('b')).toThrow(notFound)
    expect(() => storage.runs.remove('b')).toThrow(notFound)
    expect(storage.runs.find('b')).toEqual([])
    expect(storage.runs.all()).toMatchObject([{ id: 'c' }])
    expect(storage.runs.count()).toBe(1)
    expect(storage.runs.restore('a').id).toBe('a')
    storage.close()
    const again = open(dir)
    expect(again.runs.all().map(({ id }) => id)).toEqual(['a', 'c'])
    expect(() => again.runs.restore('b')).toThrow(notFound)
    expect(again.check()).toMatchObject({ foreignKeys: 0, runs: 2, points: 0 })
  })

  it('is purged with every trace of its points, and nothing of others', () => {
    const storage = open()
    for (const id of ['a', 'b']) {
      storage.runs.create(newRun(id))
      storage.metrics.append(id, [frame('t', ['x'], 0, 3000, (s) => (s === 7 ? NaN : s))], 3000)
    }
    expect(storage.runs.purge(['a', 'none'])).toBe(1)
    expect(storage.runs.purge()).toBe(0)
    expect(storage.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0, runs: 1, points: 3000 })
    expect(storage.metrics.series('b', 'x').steps.length).toBe(3000)
  })

  it('is interrupted, with its points packed, where a dead process left it live', () => {
    const { runs, metrics } = open()
    for (const id of ['queued', 'running', 'ended']) runs.create(newRun(id))
    runs.setStatus('running', 'running')
    metrics.append('running', [frame('t', ['x'], 0, 10)], 10)
    runs.setStatus('ended', 'running')
    runs.setStatus('ended', 'finished', { endedAt: 1 })
    expect(runs.interruptLive('the process died', 9)).toEqual(['queued', 'running'])
    for (const id of ['queued', 'running'])
      expect(runs.get(id)).toMatchObject({ status: 'interrupted', reason: 'the process died', endedAt: 9 })
    expect(runs.get('ended')).toMatchObject({ status: 'finished', reason: null, endedAt: 1 })
    expect(metrics.series('running', 'x').steps.length).toBe(10)
    expect(runs.interruptLive('again', 10)).toEqual([])
  })
})

describe('many runs at once', () => {
  const three = () => {
    const storage = open()
    for (const id of ['a', 'b', 'c']) storage.runs.create(newRun(id))
    return storage.runs
  }
  it('are changed, removed and restored', () => {
    const runs = three()
    const changed = runs.updateAll(
      new Map([
        ['c', { pinned: true }],
        ['a', { tags: ['t'] }],
      ]),
    )
    expect(changed).toMatchObject([
      { id: 'c', pinned: true },
      { id: 'a', tags: ['t'] },
    ])
    runs.removeAll(['a', 'b'])
    expect(runs.all().map(({ id }) => id)).toEqual(['c'])
    expect(runs.restoreAll(['b', 'a']).map(({ id }) => id)).toEqual(['b', 'a'])
    expect(runs.all().map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
  it('stay as they are where one of them is unknown', () => {
    const runs = three()
    const before = runs.all()
    expect(() =>
      runs.updateAll(
        new Map([
          ['a', { name: 'x' }],
          ['z', { name: 'x' }],
        ]),
      ),
    ).toThrow(notFound)
    expect(() => runs.removeAll(['a', 'z'])).toThrow(notFound)
    runs.remove('b')
    expect(() => runs.restoreAll(['b', 'z'])).toThrow(notFound)
    expect(runs.restore('b').id).toBe('b')
    expect(runs.all()).toEqual(before)
  })
})

describe('finding runs', () => {
  it('takes a whole id, then a name, then the beginning of an id', () => {
    const { runs } = open()
    runs.create(newRun('abc00001', { name: 'first' }))
    runs.create(newRun('abc00002', { name: 'twin' }))
    runs.create(newRun('xyz00003', { name: 'twin' }))
    runs.create(newRun('xyz00004', { name: 'abc' }))
    expect(runs.find('abc00001')).toEqual(['abc00001'])
    expect(runs.find('ABC00001')).toEqual(['abc00001'])
    expect(runs.find('abc0')).toEqual(['abc00001', 'abc00002'])
    expect(runs.find('abc')).toEqual(['xyz00004'])
    expect(runs.find('twin')).toEqual(['xyz00003', 'abc00002'])
    for (const none of ['nothing', '%', '_bc00001', '', 'abc00001x']) expect(runs.find(none)).toEqual([])
  })
})
