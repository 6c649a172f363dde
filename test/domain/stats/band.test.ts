import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRng } from '../../../src/core/domain/rng'
import { type Band, type BandKind, bandOf, BANDS, decimateBand } from '../../../src/core/domain/stats/band'
import { student95 } from '../../../src/core/domain/stats/student'

type Run = { steps: Float64Array; values: Float64Array }
const run = (...points: [number, number][]): Run => ({
  steps: Float64Array.from(points, ([step]) => step),
  values: Float64Array.from(points, ([, value]) => value),
})

/** Value of a run at a step: recorded, or on the line between its neighbours; searched for anew at every step. */
function valueAt({ steps, values }: Run, step: number): number {
  const last = steps.lastIndexOf(step)
  if (last >= 0) return values[last]!
  const nearest = (side: (at: number) => boolean, closer: (a: number, b: number) => boolean) => {
    let best = -1
    steps.forEach((at, i) => {
      if (side(at) && (best < 0 || closer(at, steps[best]!) || at === steps[best]!)) best = i
    })
    return best
  }
  const before = nearest(
    (at) => at < step,
    (a, b) => a > b,
  )
  const after = nearest(
    (at) => at > step,
    (a, b) => a < b,
  )
  if (before < 0 || after < 0) return NaN
  const share = (step - steps[before]!) / (steps[after]! - steps[before]!)
  return values[before]! + (values[after]! - values[before]!) * share
}

function bandByDefinition(runs: Run[], kind: BandKind) {
  const steps = [...new Set(runs.flatMap((one) => [...one.steps]))].sort((a, b) => a - b)
  return steps.map((step) => {
    const here = runs.map((one) => valueAt(one, step)).filter(Number.isFinite)
    const n = here.length
    const mean = here.reduce((a, b) => a + b, 0) / n
    const std = Math.sqrt(here.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1))
    const half = { std, stderr: std / Math.sqrt(n), ci95: (student95(n - 1) * std) / Math.sqrt(n), minmax: 0 }[kind]
    if (n < 2) return { step, n, mean, low: mean, high: mean }
    if (kind === 'minmax') return { step, n, mean, low: Math.min(...here), high: Math.max(...here) }
    return { step, n, mean, low: mean - half, high: mean + half }
  })
}

const rows = ({ x, mean, low, high, n }: Band) =>
  Array.from(x, (step, i) => ({ step, n: n[i]!, mean: mean[i]!, low: low[i]!, high: high[i]! }))

const anyRun = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 25 }),
      fc.oneof({ weight: 8, arbitrary: fc.double({ min: -50, max: 50, noNaN: true }) }, fc.constantFrom(NaN, Infinity)),
    ),
    { maxLength: 14 },
  )
  .map((points) => run(...points))

describe('a band over runs', () => {
  it.each(BANDS)('of kind %s is what its definition says, whatever the steps (property)', (kind) => {
    fc.assert(
      fc.property(fc.array(anyRun, { maxLength: 6 }), (runs) => {
        const expected = bandByDefinition(runs, kind)
        const got = rows(bandOf(runs, kind))
        expect(got.map(({ step, n }) => [step, n])).toEqual(expected.map(({ step, n }) => [step, n]))
        got.forEach((row, i) => {
          for (const name of ['mean', 'low', 'high'] as const) {
            const wanted = expected[i]![name]
            if (Number.isNaN(wanted)) expect(row[name]).toBeNaN()
            else expect(row[name]).toBeCloseTo(wanted, 8)
          }
        })
      }),
      { numRuns: 150, seed: 21 },
    )
  })
  it('lets a run that ended or diverged leave the mean, and says so in n', () => {
    const long = run([0, 1], [1, 1], [2, 1], [3, 1])
    const ended = run([0, 3], [1, 3])
    const diverged = run([0, 5], [1, 5], [2, NaN])
    const band = bandOf([long, ended, diverged], 'minmax')
    expect([...band.n]).toEqual([3, 3, 1, 1])
    expect([...band.mean]).toEqual([3, 3, 1, 1])
    expect(band.nonFinite).toBe(1)
  })
  it('of one run has no width', () => {
    const band = bandOf([run([0, 1], [1, 4])], 'ci95')
    expect(rows(band)).toEqual([
      { step: 0, n: 1, mean: 1, low: 1, high: 1 },
      { step: 1, n: 1, mean: 4, low: 4, high: 4 },
    ])
  })
  it('counts of a step that comes twice what was recorded last', () => {
    expect(rows(bandOf([run([0, 1], [5, 2], [3, 7], [5, 9])], 'std')).map(({ step, mean }) => [step, mean])).toEqual([
      [0, 1],
      [3, 7],
      [5, 9],
    ])
  })
  it('never puts a mean beside equal values, nor runs over from 1e300', () => {
    const same = bandOf([run([0, 0.1]), run([0, 0.1]), run([0, 0.1])], 'std')
    expect(rows(same)).toEqual([{ step: 0, n: 3, mean: 0.1, low: 0.1, high: 0.1 }])
    const [huge] = rows(bandOf([run([0, 1e300]), run([0, -1e300])], 'std'))
    expect(huge!.mean).toBe(0)
    expect(huge!.high / 1e300).toBeCloseTo(Math.SQRT2, 12)
  })
  it('covers a range with the steps next to it', () => {
    const line = run(...Array.from({ length: 20 }, (_, t): [number, number] => [2 * t, t]))
    expect([...bandOf([line], 'std', { from: 5, to: 9 }).x]).toEqual([4, 6, 8, 10])
    expect([...bandOf([line], 'std', { from: 6, to: 8 }).x]).toEqual([4, 6, 8, 10])
    expect([...bandOf([line], 'std', { from: 100, to: 200 }).x]).toEqual([38])
    expect([...bandOf([], 'std').x]).toEqual([])
  })
  it('says where it looked at some steps only, since there were too many', () => {
    const line = run(...Array.from({ length: 1000 }, (_, t): [number, number] => [t, t]))
    const band = bandOf([line, line], 'std', { budget: 500 })
    expect([band.every, band.x.length, band.x.at(-1)]).toEqual([4, 251, 999])
    expect(bandOf([line], 'std').every).toBe(1)
  })
})

describe('a band with few columns', () => {
  const kept = (band: Band, from: number, to: number) => {
    const inside = rows(band).filter(({ step }) => step >= from && step < to)
    const finite = (pick: (row: (typeof inside)[number]) => number) => inside.map(pick).filter(Number.isFinite)
    return {
      low: Math.min(...finite(({ low }) => low)),
      high: Math.max(...finite(({ high }) => high)),
      least: Math.min(...finite(({ mean }) => mean)),
      most: Math.max(...finite(({ mean }) => mean)),
      broken: inside.some(({ n }) => n === 0),
    }
  }
  it('keeps the extremes of mean and band in each, and where it is broken (1000 steps, spikes of one step)', () => {
    const rng = createRng(5, 'band')
    const runs = Array.from({ length: 5 }, () =>
      run(
        ...Array.from({ length: 1000 }, (_, t): [number, number] => [
          t,
          t === 431 ? NaN : rng.normal() + (rng.next() < 0.01 ? 50 * rng.normal() : 0),
        ]),
      ),
    )
    const all = bandOf(runs, 'minmax')
    const few = decimateBand(all, { from: 0, to: 1000, buckets: 20 })
    expect(few.x.length).toBeLessThanOrEqual(6 * 20)
    for (let from = 0; from < 1000; from += 50) expect(kept(few, from, from + 50)).toEqual(kept(all, from, from + 50))
  })
  it('keeps both sides of every change in the number of runs', () => {
    const line = (end: number) => run(...Array.from({ length: end }, (_, t): [number, number] => [t, t]))
    const { x, n } = decimateBand(bandOf([line(1000), line(377)], 'std'), { buckets: 10 })
    const at = [...n].indexOf(1)
    expect([x[at - 1], n[at - 1], n[at]]).toEqual([376, 2, 1])
  })
  it('passes through what has at most two points a column', () => {
    const band = bandOf([run([0, 1], [1, 2], [2, 3], [3, 4])], 'std')
    expect(decimateBand(band, { buckets: 2 }).x).toEqual(band.x)
  })
})

it.each([
  [2, 12.7062],
  [3, 4.3027],
  [5, 2.7764],
  [10, 2.2622],
  [31, 2.0423],
])('the 95 % interval of %d runs is as wide as tables of Student’s t say', (n, t) => {
  const runs = Array.from({ length: n }, (_, i) => run([0, i]))
  const { mean, high } = rows(bandOf(runs, 'ci95'))[0]!
  const { high: oneError } = rows(bandOf(runs, 'stderr'))[0]!
  expect((high - mean) / (oneError - mean)).toBeCloseTo(t, 4)
})
