import { describe, expect, it } from 'vitest'
import type { Frame } from '../../src/core/domain/metrics'
import { frame, newFolder, newRun, open, points } from './support/workspace'

const started = (dir = newFolder()) => {
  const storage = open(dir)
  storage.runs.create(newRun('a'))
  return storage
}

const refused = (message: RegExp) =>
  expect.objectContaining({ code: 'input.invalid', message: expect.stringMatching(message) })

describe('appending', () => {
  it('returns the points of every metric of the run and keeps the number of updates', () => {
    const { metrics, runs } = started()
    metrics.append('a', [frame('update', ['loss', 'lr'], 0, 5)], 5)
    const counts = metrics.append('a', [frame('eval', ['acc'], 4, 1), frame('update', ['loss', 'lr'], 5, 2)], 7)
    expect(counts).toEqual({ loss: 7, lr: 7, acc: 1 })
    expect(runs.get('a').steps).toBe(7)
  })

  it('takes an empty batch', () => {
    const { metrics, runs } = started()
    expect(metrics.append('a', [frame('update', ['loss'], 0, 0)], 3)).toEqual({})
    expect(runs.get('a').steps).toBe(3)
  })

  it('keeps summaries that agree with the points, also across reopening', () => {
    const dir = newFolder()
    const storage = started(dir)
    storage.metrics.append('a', [points('x', [0, 1, 2], [3, NaN, -2])], 3)
    storage.close()
    const again = open(dir)
    again.metrics.append('a', [points('x', [3, 4], [9, NaN])], 5)
    const expected = {
      count: 5,
      last: NaN,
      lastStep: 4,
      min: -2,
      minStep: 2,
      max: 9,
      maxStep: 3,
      nonFinite: 2,
      firstNonFiniteStep: 1,
    }
    expect(again.metrics.summaries('a')).toEqual({ x: expected })
    expect(again.runs.get('a').metrics).toEqual({ x: expected })
    again.metrics.append('a', [points('x', [5], [-Infinity])], 6)
    expect(again.metrics.summaries('a').x!.last).toBe(-Infinity)
  })

  it('goes on after a run was sealed, as a resumed run does', () => {
    const dir = newFolder()
    const storage = started(dir)
    storage.metrics.append('a', [frame('t', ['x', 'y'], 0, 1500, (s, j) => s + j)], 1500)
    storage.metrics.seal('a')
    storage.metrics.seal('a')
    expect(storage.check().integrity).toBe('ok')
    storage.metrics.append('a', [frame('t', ['x', 'y'], 1500, 10, (s, j) => s + j)], 1510)
    storage.close()
    const again = open(dir)
    again.metrics.append('a', [frame('t', ['x', 'y'], 1510, 1000, (s, j) => s + j)], 2510)
    again.metrics.seal('a')
    expect([...again.metrics.series('a', 'y').values]).toEqual(Array.from({ length: 2510 }, (_, i) => i + 1))
    expect(again.check()).toMatchObject({ integrity: 'ok', points: 5020 })
  })

  it.each<[string, Frame, RegExp]>([
    ['a metric on a second track', frame('other', ['z', 'loss'], 0, 3), /records loss on track update/],
    ['other metrics than the track has', frame('update', ['loss'], 0, 3), /records loss, lr, in this order; got loss/],
    ['a metric listed twice', frame('new', ['z', 'z'], 0, 3), /once only/],
    ['a step that is not finite', points('z', [0, NaN], [1, 2]), /steps and times must be finite, got NaN/],
    ['data of another size', { ...frame('new', ['z'], 0, 3), n: 4 }, /12 numbers, got 9 numbers/],
    ['a name of 257 bytes', frame('new', ['é'.repeat(128) + 'x'], 0, 3), /1 to 256 bytes, got 257 bytes/],
    ['no metric', { track: 'new', metrics: [], n: 0, data: new Float64Array() }, /at least one metric/],
  ])('refuses %s and stores nothing of the batch', (_what, bad, message) => {
    const { metrics, runs } = started()
    metrics.append('a', [frame('update', ['loss', 'lr'], 0, 5)], 5)
    expect(() => metrics.append('a', [frame('update', ['loss', 'lr'], 5, 2000), bad], 2005)).toThrow(refused(message))
    expect(runs.get('a').steps).toBe(5)
    expect(metrics.series('a', 'loss').steps.length).toBe(5)
    // What memory held of the refused batch is gone too.
    metrics.append('a', [frame('update', ['loss', 'lr'], 5, 2)], 7)
    expect([...metrics.series('a', 'lr').values]).toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('refuses a run that is not there, or not any more', () => {
    const { metrics, runs } = started()
    const gone = expect.objectContaining({ code: 'run.notFound' })
    expect(() => metrics.append('b', [frame('t', ['x'], 0, 1)], 1)).toThrow(gone)
    metrics.append('a', [frame('t', ['x'], 0, 1)], 1)
    runs.purge(['a'])
    runs.create(newRun('c'))
    expect(() => metrics.append('a', [frame('t', ['x'], 1, 1)], 2)).toThrow(gone)
    expect(metrics.summaries('c')).toEqual({})
  })

  it('takes any metric name, also those that objects treat specially', () => {
    const { metrics, runs } = started()
    const names = ['__proto__', 'constructor', 'a"b', "'; DROP TABLE run; --", '损失', '.last']
    const counts = metrics.append('a', [frame('t', names, 0, 2)], 2)
    expect(Object.keys(counts)).toEqual(names)
    expect(Object.keys(runs.get('a').metrics)).toEqual(names)
    for (const name of names) expect(metrics.series('a', name).steps.length).toBe(2)
  })
})
