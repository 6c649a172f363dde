import { describe, expect, it } from 'vitest'
import { frame, newFolder, newRun, open, points } from './support/workspace'

const ODD = [NaN, Infinity, -Infinity, -0, 0, 1e308, -1e308, 5e-324, 0.1, Number.MAX_SAFE_INTEGER + 1]

describe('recorded points', () => {
  it('come back bit by bit: NaN, infinities, negative zero, extremes', () => {
    const dir = newFolder()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    storage.metrics.append(
      'a',
      [
        points(
          'x',
          ODD.map((_, i) => i),
          ODD,
        ),
      ],
      0,
    )
    storage.close()
    const { values } = open(dir).metrics.series('a', 'x')
    expect([...values]).toEqual(ODD)
    expect(Object.is(values[3], -0)).toBe(true)
  })

  it.each([1, 1023, 1024, 1025, 2047, 2048, 2049, 5000])('%i of them are all there, in order, after reopening', (n) => {
    const dir = newFolder()
    const storage = open(dir)
    storage.runs.create(newRun('a'))
    let at = 0
    for (const size of [1, 7, 300, 716, 1024, 5000]) {
      const take = Math.min(size, n - at)
      if (take) storage.metrics.append('a', [frame('update', ['x', 'y'], at, take, (s, j) => s / 3 + j)], at + take)
      at += take
    }
    storage.close()
    const again = open(dir)
    expect(again.runs.get('a').steps).toBe(n)
    for (const [j, metric] of ['x', 'y'].entries()) {
      const { ordinal, steps, times, values } = again.metrics.series('a', metric)
      expect(ordinal).toBe(0)
      expect([...steps]).toEqual(Array.from({ length: n }, (_, i) => i))
      expect([...values]).toEqual(Array.from({ length: n }, (_, i) => i / 3 + j))
      expect(times[n - 1]! - times[0]!).toBe(n - 1)
    }
    expect(again.check()).toMatchObject({ integrity: 'ok', foreignKeys: 0, runs: 1, points: 2 * n })
  })

  it.each([
    ['whole ms', (i: number) => 1.75e12 + i * i],
    ['parts of a ms', (i: number) => 1.75e12 + i / 3],
    ['a clock that was set back', (i: number) => (i < 500 ? 1.75e12 + 1e6 : 1.75e12) + i],
    ['months apart', (i: number) => 1.75e12 + i * 1e9],
    ['small and negative', (i: number) => -0.5 + i],
  ])('keep their wall times bit by bit: %s', (_what, time) => {
    const { runs, metrics } = open()
    runs.create(newRun('a'))
    const times = Float64Array.from({ length: 1500 }, (_, i) => time(i))
    const one = frame('t', ['x'], 0, 1500)
    one.data.set(times, 1500)
    metrics.append('a', [one], 1500)
    metrics.seal('a')
    expect(metrics.series('a', 'x').times).toEqual(times)
  })
})
