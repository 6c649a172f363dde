import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { decimate, nonFiniteRuns } from '../../src/core/domain/stats/decimate'
import { type SeriesView, viewSeries } from '../../src/core/domain/stats/series-view'
import { openSmoothed } from '../../src/core/storage/metrics/smoothed'
import { newRun, open, points } from './support/workspace'

const upTo = (n: number, stepOf: (i: number) => number = (i) => i) =>
  Float64Array.from({ length: n }, (_, i) => stepOf(i))

/** A run with one metric of these points, appended in uneven batches. */
function recorded(steps: Float64Array, values: Float64Array, batch = 3001) {
  const storage = open()
  storage.runs.create(newRun('a'))
  for (let at = 0; at < steps.length; at += batch) {
    const part = [...steps.subarray(at, at + batch)]
    storage.metrics.append('a', [points('x', part, [...values.subarray(at, at + batch)])], at)
  }
  return storage
}

const finite = (view: SeriesView) => [...view.y].filter((value) => !Number.isNaN(value))

describe('an overview from tiers', () => {
  it.each([
    { n: 40_000, buckets: 100, level: 16 },
    { n: 200_000, buckets: 100, level: 256 },
    { n: 200_000, buckets: 20, level: 4096 },
  ])('keeps every one-step spike at its very step ($n points, $buckets buckets: level $level)', ({ n, buckets }) => {
    const rng = createRng(n + buckets, 'spikes')
    const values = upTo(n, () => rng.normal())
    // One to a bucket at most, up and down in turn.
    const spikes = Array.from({ length: buckets }, (_, b) => Math.floor(((b + 0.1 + 0.8 * rng.next()) * n) / buckets))
    spikes.forEach((at, k) => (values[at] = (k % 2 ? 1 : -1) * (100 + k)))
    const { metrics } = recorded(upTo(n), values)
    const view = metrics.view('a', 'x', { buckets })
    expect(view.total).toBe(n)
    expect(view.drawn).toBeLessThanOrEqual(2 * buckets)
    const drawn = new Map(Array.from(view.x, (x, i) => [x, view.y[i]]))
    for (const at of spikes) expect(drawn.get(at)).toBe(values[at])
  })

  it('has the same extremes as every point decimated, where buckets end with entries', () => {
    const n = 102_400
    const rng = createRng(1)
    const values = upTo(n, () => Math.fround(rng.normal()))
    const { metrics } = recorded(upTo(n), values)
    // 100 buckets of 1024 steps: [0, 102400) so that the last step is inside the last one.
    const range = { from: 0, to: n, buckets: 100 }
    const { x, y } = metrics.view('a', 'x', range)
    const every = decimate(upTo(n), values, range)
    expect([...x]).toEqual([...every.x])
    expect([...y]).toEqual([...every.y])
  })

  it('never loses the extremes of a range, its total, or a non-finite run (property, against all points)', () => {
    const n = 30_000
    const shapes = fc.record({
      seed: fc.integer({ min: 0, max: 1000 }),
      gaps: fc.array(
        fc.tuple(fc.nat(n - 1), fc.integer({ min: 1, max: 400 }), fc.constantFrom(NaN, Infinity, -Infinity)),
        {
          maxLength: 5,
        },
      ),
      uneven: fc.boolean(),
      back: fc.boolean(),
      from: fc.integer({ min: -100, max: n }),
      width: fc.integer({ min: 0, max: n }),
      buckets: fc.integer({ min: 1, max: 300 }),
    })
    fc.assert(
      fc.property(shapes, ({ seed, gaps, uneven, back, from, width, buckets }) => {
        const rng = createRng(seed, 'shape')
        const values = upTo(n, () => Math.fround(10 ** (4 * rng.normal())))
        for (const [at, length, what] of gaps) values.fill(what, at, at + length)
        const steps = upTo(n, (i) => (back && i > 20_000 ? i - 7_000 : i) + (uneven ? Math.floor(i / 777) : 0))
        const storage = recorded(steps, values)
        const to = from + width
        const view = storage.metrics.view('a', 'x', { from, to, buckets })

        const inside = [...steps.keys()].filter((i) => steps[i]! >= from && steps[i]! <= to)
        expect(view.total).toBe(inside.length)
        const real = inside.map((i) => values[i]!).filter(Number.isFinite)
        if (real.length) {
          expect(Math.min(...finite(view))).toBe(Math.min(...real))
          expect(Math.max(...finite(view))).toBe(Math.max(...real))
        } else expect(finite(view)).toEqual([])
        const runs = nonFiniteRuns(steps, values).filter((run) => run.from <= to && run.to >= from)
        expect(view.nonFinite).toEqual(runs)
        if (view.total > 2 * buckets) expect(view.drawn).toBeLessThanOrEqual(3 * buckets)
        const broken = inside.some((i) => !Number.isFinite(values[i]!))
        expect([...view.y].some(Number.isNaN)).toBe(broken)
        // Every drawn value was recorded at the step where it is drawn.
        const recordedAt = new Map<number, Set<number>>()
        for (const i of inside) recordedAt.set(steps[i]!, (recordedAt.get(steps[i]!) ?? new Set()).add(values[i]!))
        for (let i = 0; i < view.drawn; i++) {
          if (!Number.isNaN(view.y[i]!)) expect(recordedAt.get(view.x[i]!)?.has(view.y[i]!)).toBe(true)
        }
        storage.close()
      }),
      { numRuns: 40, seed: 4 },
    )
  })

  it('lists a run of NaN that spans batches and chunks once, with all its points', () => {
    const values = upTo(5000)
    values.fill(NaN, 900, 2100)
    values.fill(Infinity, 2100, 2103)
    const { metrics } = recorded(upTo(5000), values, 100)
    expect(metrics.view('a', 'x', { buckets: 10 }).nonFinite).toEqual([
      { from: 900, to: 2102, count: 1203, kind: 'mixed' },
    ])
    expect(metrics.view('a', 'x', { from: 3000, buckets: 10 }).nonFinite).toEqual([])
  })

  it('shows values that Float32 cannot hold at their size', () => {
    const values = upTo(20_000, () => 1)
    values[3] = 1e200
    values[9000] = -1e-200
    const { y } = recorded(upTo(20_000), values).metrics.view('a', 'x', { buckets: 10 })
    expect(y).toContain(1e200)
    expect(y).toContain(-1e-200)
  })

  it('is every point, exactly, where at most two a bucket lie in the range', () => {
    const values = upTo(50_000, (i) => i / 3)
    const view = recorded(upTo(50_000), values).metrics.view('a', 'x', { from: 30_000, to: 30_399, buckets: 200 })
    expect([...view.y]).toEqual([...values.subarray(30_000, 30_400)])
  })

  it('is empty for a metric that is not there yet', () => {
    const { runs, metrics } = open()
    runs.create(newRun('a'))
    expect(metrics.view('a', 'x', { buckets: 10 })).toMatchObject({ drawn: 0, total: 0, nonFinite: [] })
  })
})

describe('a smoothed overview', () => {
  const smoothing = { kind: 'ema', amount: 0.9 } as const
  const steps = upTo(5000)
  const expected = (values: Float64Array, range: { from?: number; to?: number }) =>
    viewSeries({ steps, times: steps, values }, { ...range, buckets: 50, smoothing, raw: true })

  it('is that of all points as they are now: asked again, in a part, longer, taken back, and recorded anew', () => {
    const rng = createRng(3)
    const values = upTo(5000, () => rng.normal())
    const storage = recorded(steps.subarray(0, 3000), values.subarray(0, 3000))
    const { metrics } = storage
    const check = (all: Float64Array, range: { from?: number; to?: number }) =>
      expect(metrics.view('a', 'x', { ...range, buckets: 50, smoothing, raw: true })).toEqual(
        viewSeries(
          { steps: steps.subarray(0, all.length), times: steps, values: all },
          { ...range, buckets: 50, smoothing, raw: true },
        ),
      )
    check(values.subarray(0, 3000), {})
    check(values.subarray(0, 3000), { from: 1500, to: 2600 })
    metrics.append('a', [points('x', [...steps.subarray(3000)], [...values.subarray(3000)])], 5000)
    check(values, { from: 2000, to: 4900 })
    storage.rewind('a', { step: 4000, evaluationDue: false })
    const others = values.map((value, i) => (i < 4000 ? value : -value))
    metrics.append('a', [points('x', [...steps.subarray(4000)], [...others.subarray(4000)])], 5000)
    check(others, { from: 3000, to: 5000 })
  })

  it('of a run that was purged is not that of the next one', () => {
    const rng = createRng(4)
    const [first, second] = [upTo(5000, () => rng.normal()), upTo(5000, () => rng.normal())]
    const storage = recorded(steps, first)
    expect(storage.metrics.view('a', 'x', { buckets: 50, smoothing, raw: true })).toEqual(expected(first, {}))
    storage.runs.purge(['a'])
    storage.runs.create(newRun('b'))
    storage.metrics.append('b', [points('x', [...steps], [...second])], 5000)
    expect(storage.metrics.view('b', 'x', { buckets: 50, smoothing, raw: true })).toEqual(expected(second, {}))
  })
})

describe('what is remembered of smoothed series', () => {
  it('is that last asked for, within so many bytes', () => {
    const smoothed = openSmoothed(8 * 250)
    const read = vi.fn(() => ({ steps: upTo(100), values: upTo(100) }))
    const ask = (metric: number) =>
      smoothed.of({ metric, track: 1, position: 0, points: 100 }, { kind: 'ema', amount: 0.5 }, read)
    ask(1)
    ask(2)
    ask(1)
    expect(read).toHaveBeenCalledTimes(2)
    ask(3)
    ask(1)
    expect(read).toHaveBeenCalledTimes(3)
    ask(2)
    expect(read).toHaveBeenCalledTimes(4)
  })
})
