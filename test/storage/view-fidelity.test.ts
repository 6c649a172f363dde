import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { nonFiniteRuns } from '../../src/core/domain/stats/decimate'
import { type ViewOptions, viewSeries } from '../../src/core/domain/stats/series-view'
import type { Storage } from '../../src/core/storage/types'
import { newRun, open } from './support/workspace'

const upTo = (n: number, at: (i: number) => number = (i) => i) => Float64Array.from({ length: n }, (_, i) => at(i))

interface Recorded {
  steps: Float64Array
  times: Float64Array
  values: Float64Array
}

/** Records two metrics on one track, x as given and its negative, and a third on a track of its own at every tenth step. */
function record(storage: Storage, { steps, times, values }: Recorded): void {
  storage.runs.create(newRun('a'))
  const frame = (track: string, metrics: string[], at: number[]) => ({
    track,
    metrics,
    n: at.length,
    data: Float64Array.from([
      ...at.map((i) => steps[i]!),
      ...at.map((i) => times[i]!),
      ...metrics.flatMap((metric) => at.map((i) => (metric === 'x' ? values[i]! : -values[i]!))),
    ]),
  })
  const all = [...steps.keys()]
  for (let at = 0; at < all.length; at += 2500)
    storage.metrics.append('a', [frame('update', ['x', 'minus'], all.slice(at, at + 2500))], 0)
  const some = all.filter((i) => i % 10 === 0)
  if (some.length) storage.metrics.append('a', [frame('evaluation', ['other'], some)], 0)
}

const recorded = (values: Float64Array, steps = upTo(values.length)): Recorded => ({
  steps,
  times: upTo(values.length, (i) => 1e12 + 3 * i),
  values,
})

const rng = createRng(9, 'hostile')
const HOSTILE: Record<string, (n: number) => Recorded> = {
  'steps that go back': (n) =>
    recorded(
      upTo(n, () => rng.normal()),
      upTo(n, (i) => (i < n / 2 ? i : i - Math.floor(n / 3))),
    ),
  'every step twice': (n) =>
    recorded(
      upTo(n, () => rng.normal()),
      upTo(n, (i) => i >> 1),
    ),
  'all at one step': (n) =>
    recorded(
      upTo(n, () => rng.normal()),
      upTo(n, () => 7),
    ),
  'nothing but NaN': (n) => recorded(upTo(n, () => NaN)),
  'nothing but infinities': (n) => recorded(upTo(n, (i) => (i % 2 ? Infinity : -Infinity))),
  'a constant': (n) => recorded(upTo(n, () => 0.1)),
  '1e-300 to 1e300, both signs': (n) => recorded(upTo(n, (i) => (i % 3 ? -1 : 1) * 10 ** (600 * rng.next() - 300))),
  'uneven steps, also below zero': (n) =>
    recorded(
      upTo(n, () => rng.normal()),
      upTo(n, (i) => i * i - 1000.5),
    ),
}

/** What a view must show of a series, whatever it is and however few columns there are. */
function expectFaithful(storage: Storage, { steps, times, values }: Recorded, options: ViewOptions): void {
  const view = storage.metrics.view('a', 'x', { ...options, times: true })
  const [from, to] = [options.from ?? -Infinity, options.to ?? Infinity]
  const inside = [...steps.keys()].filter((i) => steps[i]! >= from && steps[i]! <= to)
  expect(view.total).toBe(inside.length)
  expect(view.nonFinite).toEqual(nonFiniteRuns(steps, values).filter((run) => run.from <= to && run.to >= from))
  // A line that can show every point shows every point, else the extremes of all, each where and when it was recorded.
  if (view.total <= 2 * options.buckets) expect(view.drawn).toBe(view.total)
  else expect(view.drawn).toBeLessThanOrEqual(3 * options.buckets)
  const shown = [...view.y].filter((y, k) => !Number.isNaN(y) && view.x[k]! >= from && view.x[k]! <= to)
  const real = inside.map((i) => values[i]!).filter(Number.isFinite)
  const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-7 * Math.abs(b))
  if (real.length) {
    close(Math.min(...shown), Math.min(...real))
    close(Math.max(...shown), Math.max(...real))
  } else expect(shown).toEqual([])
  expect([...view.y].some(Number.isNaN)).toBe(inside.length > real.length)
  const pointAt = new Map(Array.from(times, (time, i) => [time, i]))
  view.times!.forEach((time, k) => {
    const i = pointAt.get(time)!
    expect(view.x[k]).toBe(steps[i])
    if (!Number.isNaN(view.y[k]!)) close(view.y[k]!, values[i]!)
  })
}

describe.each(Object.entries(HOSTILE))('an overview of %s', (_, make) => {
  it.each([
    [0, 10],
    [1, 10],
    [3, 1],
    [900, 500],
    [2600, 20],
    [9000, 3],
  ])('hides nothing of %d points in %d columns', (n, buckets) => {
    const storage = open()
    const series = make(n)
    record(storage, series)
    expectFaithful(storage, series, { buckets })
    storage.metrics.seal('a')
    expectFaithful(storage, series, { buckets })
    storage.close()
  })
})

/** Series with spikes, gaps, steps that repeat or go back, and a range somewhere in it. */
const anySeries = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  n: fc.constantFrom(40, 1024, 1500, 6000),
  shape: fc.constantFrom('even', 'back', 'twice'),
  gap: fc.constantFrom(0, 1, 700),
  from: fc.option(fc.integer({ min: -10, max: 6000 }), { nil: undefined }),
  width: fc.option(fc.integer({ min: 0, max: 6000 }), { nil: undefined }),
  buckets: fc.constantFrom(1, 7, 60, 3000),
})

function seriesOf({ seed, n, shape, gap }: { seed: number; n: number; shape: string; gap: number }): Recorded {
  const random = createRng(seed, 'series')
  const values = upTo(n, () => Math.fround(random.normal()))
  for (let k = 0; k < 3; k++) values[random.int(n)] = 1000 + k
  const start = random.int(n)
  values.fill(NaN, start, start + gap)
  const back = random.int(n)
  const steps = upTo(n, (i) => (shape === 'even' ? i : shape === 'twice' ? i >> 1 : i < back ? i : i - (back >> 1)))
  return recorded(values, steps)
}

describe('a view of any series', () => {
  it('shows extremes, spikes and gaps at their steps and times, with the points next to the range (property)', () => {
    fc.assert(
      fc.property(anySeries, ({ from, width, buckets, ...shape }) => {
        const storage = open()
        const series = seriesOf(shape)
        record(storage, series)
        const to = width === undefined ? undefined : (from ?? 0) + width
        expectFaithful(storage, series, { from, to, buckets })
        const edged = storage.metrics.view('a', 'x', { from, to, buckets, edges: true })
        const plain = storage.metrics.view('a', 'x', { from, to, buckets })
        const below = from === undefined ? [] : [...series.steps].filter((step) => step < from)
        const above = to === undefined ? [] : [...series.steps].filter((step) => step > to)
        expect([...edged.x]).toEqual([
          ...(below.length ? [Math.max(...below)] : []),
          ...plain.x,
          ...(above.length ? [Math.min(...above)] : []),
        ])
        expect(edged.drawn).toBe(plain.drawn)
        storage.close()
      }),
      { numRuns: 25, seed: 31 },
    )
  })

  it('smoothed, raw, or against another metric is that of all points at once (property)', () => {
    const kinds = fc.constantFrom('none', 'ema', 'time-ema', 'gauss', 'mean')
    fc.assert(
      fc.property(anySeries, kinds, fc.boolean(), ({ from, width, buckets, ...shape }, kind, edges) => {
        const storage = open()
        const series = seriesOf(shape)
        record(storage, series)
        const to = width === undefined ? undefined : (from ?? 0) + width
        const smoothing = { kind, amount: 0.9 } as const
        const options = { from, to, buckets, smoothing, raw: true, times: true, edges }
        const negative = { steps: series.steps, values: series.values.map((value) => -value) }
        const tenth = (column: Float64Array) => column.filter((_, i) => i % 10 === 0)
        const others = { minus: negative, other: { steps: tenth(series.steps), values: tenth(negative.values) } }
        for (const [name, other] of Object.entries(others))
          expect(storage.metrics.view('a', 'x', { ...options, against: name })).toEqual(
            viewSeries(series, options, other),
          )
        const nothing = { steps: new Float64Array(), values: new Float64Array() }
        expect(storage.metrics.view('a', 'x', { ...options, against: 'absent' })).toEqual(
          viewSeries(series, options, nothing),
        )
        storage.close()
      }),
      { numRuns: 25, seed: 32 },
    )
  })

  it('finds the recorded point nearest to a step or a time (property, against one look at every point)', () => {
    fc.assert(
      fc.property(anySeries, fc.double({ min: -50, max: 7000, noNaN: true }), (shape, to) => {
        const storage = open()
        const { steps, times, values } = seriesOf(shape)
        record(storage, { steps, times, values })
        const best = [...steps.keys()].reduce((a, b) => {
          const [far, near] = [Math.abs(steps[a]! - to), Math.abs(steps[b]! - to)]
          return near < far || (near === far && steps[b]! >= steps[a]!) ? b : a
        })
        expect(storage.metrics.nearest('a', ['x'], { step: to })[0]).toEqual({
          step: steps[best],
          time: times[best],
          value: values[best],
        })
        const later = Math.min(steps.length - 1, Math.max(0, Math.ceil(to / 3 - 0.5)))
        if ((to / 3) % 1 !== 0.5 && to / 3 < steps.length - 1)
          expect(storage.metrics.nearest('a', ['x'], { time: 1e12 + to })[0]!.time).toBeCloseTo(times[later]!, 0)
        expect(storage.metrics.nearest('a', ['absent'], { step: to })).toEqual([null])
        storage.close()
      }),
      { numRuns: 25, seed: 33 },
    )
  })
})
