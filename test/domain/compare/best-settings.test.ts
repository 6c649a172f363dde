import { describe, expect, it } from 'vitest'
import { bestSettings } from '../../../src/core/domain/compare/best-settings'
import type { RunRow } from '../../../src/core/domain/run'
import { studentQuantile, studentTail } from '../../../src/core/domain/stats/student'
import { runRow, summaryOf } from '../rows'

let ids = 0
/** One run a value, each with a seed of its own; null diverges after having reached 0.999. */
const runs = (
  name: string,
  maxLr: number,
  values: readonly (number | null)[],
  change: Partial<RunRow> = {},
): RunRow[] =>
  values.map((value, seed) =>
    runRow(
      {
        id: `r${ids++}`,
        name,
        status: value === null ? 'diverged' : 'finished',
        metrics: { 'validation/accuracy': summaryOf(...(value === null ? [0.999] : [0.1, value, value - 0.01])) },
        ...change,
      },
      { schedule: { kind: 'one-cycle', maxLr }, seed },
    ),
  )
const [A, B] = [
  [0.9934, 0.9931, 0.9937],
  [0.9912, 0.992, 0.9905, 0.9917],
] as const

describe("Student's t", () => {
  it.each([
    [1, 12.7062047362],
    [2, 4.3026527297],
    [10, 2.228138852],
    [100, 1.9839715185],
  ])('has its tabulated 97.5 % quantile at %d degrees of freedom', (df, t) => {
    expect(studentQuantile(0.975, df)).toBeCloseTo(t, 8)
  })

  it('is a distribution: half lies above 0, and quantile and tail are each other’s inverse', () => {
    expect(studentTail(0, 3.7)).toBeCloseTo(0.5, 12)
    for (const df of [1, 1.3, 2.5, 8, 400]) expect(studentTail(studentQuantile(0.99, df), df)).toBeCloseTo(0.01, 10)
  })
})

describe('the best settings', () => {
  it('fold seeds, rank by the mean and say by how much more than the noise', () => {
    const found = bestSettings([...runs('b', 0.1, B), ...runs('a', 0.3, A)])
    expect(found.ranking.map(({ row, n }) => [row.name, n])).toEqual([
      ['a', 3],
      ['b', 4],
    ])
    expect(found.winner!.mean).toBeCloseTo(0.9934, 12)
    expect(found.winner!.std).toBeCloseTo(0.0003, 12)
    expect(found.winner!.seeds).toEqual([0, 1, 2])
    expect(found.margin).toBeCloseTo(0.00205, 12)
    expect(found.verdict).toBe('clear')
    expect(found.sentence).toMatch(
      /^a is best: 99\.34 % ± 0\.03 over 3 seeds\. It is 0\.2[01] points ahead of b, more than/,
    )
  })

  it('agree with the published example of Welch’s test: t = 2.46 at 25.0 degrees of freedom, P = 0.021', () => {
    // Two samples of 15 from the encyclopedia's article on Welch's t-test, its first example.
    const low = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4]
    const high = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]
    const { margin, interval, verdict } = bestSettings([...runs('low', 0.1, low), ...runs('high', 0.3, high)])
    const t = margin! / ((interval!.high - margin!) / studentQuantile(0.975, 24.988))
    expect(t).toBeCloseTo(2.46, 2)
    expect(2 * studentTail(t, 24.988)).toBeCloseTo(0.021, 3)
    expect(verdict).toBe('clear')
  })

  it('call a difference within the spread a tie', () => {
    const found = bestSettings([...runs('a', 0.3, [0.99, 0.97, 0.98]), ...runs('b', 0.1, [0.985, 0.965, 0.975])])
    expect(found.verdict).toBe('within noise')
    expect(found.interval!.low).toBeLessThan(0)
    expect(found.sentence).toContain('within the noise of the seeds')
  })

  it('cannot tell with one seed, however large the difference', () => {
    const found = bestSettings([...runs('a', 0.3, [0.99]), ...runs('b', 0.1, [0.5, 0.51])])
    expect(found).toMatchObject({ verdict: 'one seed', interval: null })
    expect(found.sentence).toContain('With one seed there is no spread')
  })

  it('count a diverged run against its settings, and never its value before', () => {
    const found = bestSettings([...runs('wild', 0.8, [0.999, 0.998, null]), ...runs('calm', 0.3, [0.98, 0.98])])
    expect(found.winner!.row.name).toBe('calm')
    expect(found.next).toMatchObject({ n: 2, diverged: 1 })
    expect(found.verdict).toBe('steadier')
    expect(found.sentence).toContain('behind wild; 1 of its 3 runs diverged')
  })

  it('name better settings that stand far behind as some of their runs diverged', () => {
    const all = [...runs('wild', 0.8, [0.999, null]), ...runs('calm', 0.3, [0.98]), ...runs('slow', 0.01, [0.9])]
    expect(bestSettings(all).sentence).toMatch(
      /wild reached 99\.90 % where it did not diverge; 1 of its 2 runs diverged$/,
    )
  })

  it('take the least of a loss, or the last value where that is asked for', () => {
    const loss = (...values: number[]) => ({ metrics: { 'train/loss': summaryOf(...values) } })
    const rows = [...runs('low', 0.3, [1], loss(0.1, 0.5)), ...runs('steady', 0.1, [1], loss(0.2, 0.2))]
    expect(bestSettings(rows, { metric: 'train/loss' }).winner!.row.name).toBe('low')
    expect(bestSettings(rows, { metric: 'train/loss', pick: 'last' }).winner!.row.name).toBe('steady')
  })

  it('stay without a value where nothing counts: live, failed, diverged and range tests', () => {
    const rows = [
      ...runs('live', 0.3, [0.9], { status: 'running' }),
      ...runs('failed', 0.2, [0.9], { status: 'failed' }),
      ...runs('diverged', 0.8, [null]),
    ]
    const found = bestSettings(rows)
    expect(found).toMatchObject({ verdict: 'none', winner: null })
    expect(found.sentence).toBe('No run has a value of validation/accuracy: 1 diverged')
    expect(found.ranking.map(({ without }) => without).sort()).toEqual([0, 1, 1])
    expect(bestSettings([]).verdict).toBe('none')
  })
})
