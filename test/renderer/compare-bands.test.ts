import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { between, bandPositions, meanClock } from '../../src/renderer/pages/compare/band-positions'
import { bestPoint } from '../../src/renderer/pages/compare/cycle-lines'
import { runRow } from '../domain/rows'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

const steps = (n: number) => Float64Array.from({ length: n }, (_, t) => t)

describe('where a mean stands on an axis by time', () => {
  it('is the mean of its runs, step by step', () => {
    const clocks = [
      { steps: steps(4), x: Float64Array.of(0, 10, 20, 30) },
      { steps: steps(4), x: Float64Array.of(0, 30, 60, 90) },
    ]
    expect([...meanClock(clocks, steps(4))]).toEqual([0, 20, 40, 60])
  })
  it('goes on from where it was when a run ends, at the pace of the others', () => {
    const slow = { steps: steps(2), x: Float64Array.of(0, 100) }
    const quick = { steps: steps(4), x: Float64Array.of(0, 10, 20, 30) }
    expect([...meanClock([slow, quick], steps(4))]).toEqual([0, 55, 65, 75])
  })
  it('never goes back, whenever its runs began and ended (300 random sets)', () => {
    const clock = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 }).map((ticks) => ({
      steps: steps(ticks.length),
      x: Float64Array.from(ticks, (_, i) => ticks.slice(0, i + 1).reduce((a, b) => a + b)),
    }))
    fc.assert(
      fc.property(fc.array(clock, { minLength: 1, maxLength: 5 }), (clocks) => {
        const x = meanClock(clocks, steps(12))
        for (let i = 1; i < 12; i++) expect(x[i]!).toBeGreaterThanOrEqual(x[i - 1]!)
      }),
      { seed: 3, numRuns: 300 },
    )
  })
})

describe('the mark of a cycle', () => {
  const [x, y] = [Float64Array.of(0, 1, 2, 3), Float64Array.of(0.5, NaN, 0.9, 0.1)]
  it('is at its best value: the highest accuracy, the lowest loss', () => {
    expect(bestPoint('validation/accuracy', x, y)).toEqual({ x: 2, value: 0.9 })
    expect(bestPoint('train/loss', x, y)).toEqual({ x: 3, value: 0.1 })
    expect(
      bestPoint(
        'train/loss',
        x,
        y.map(() => NaN),
      ),
    ).toBeNull()
  })
})

describe('where a mean stands on an axis by a metric', () => {
  const places = { clockOf: () => null, against: null }
  const axis = { kind: 'metric' as const, log: false, against: 'train/loss' }
  const band = { x: Float64Array.of(0, 5, 10) }
  it('is the mean of that metric at the same steps, and nowhere while it is not here', () => {
    const against = { x: Float64Array.of(0, 10), mean: Float64Array.of(2, 1) } as never
    expect([...bandPositions(band, [runRow()], axis, { ...places, against })!]).toEqual([2, 1.5, 1])
    expect(bandPositions(band, [runRow()], axis, places)).toBeNull()
  })
  it('is read between points, and at the ends beyond them', () => {
    const x = between(Float64Array.of(1, 3), Float64Array.of(10, 30), Float64Array.of(0, 1, 2, 3, 4))
    expect([...x]).toEqual([10, 10, 20, 30, 30])
  })
})

describe.skipIf(noChromium)(`means in the charts of Compare${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core: { storage } }) => {
    for (const seed of [1, 2, 3])
      storeRun(storage, {
        id: `cycle00${seed}`,
        name: 'onecycle',
        schedule: { kind: 'one-cycle', maxLr: 0.3 },
        status: 'finished',
        budget: 400,
        seed,
        createdAt: 1.7e12 + seed * 5000,
      })
    storeRun(storage, {
      id: 'other001',
      name: 'other',
      schedule: { kind: 'constant', lr: 0.1 },
      status: 'finished',
      budget: 400,
    })
  })
  const open = (view: object) =>
    tests.open(
      `/compare?runs=cycle001,cycle002,cycle003,other001&view=${encodeURIComponent(JSON.stringify({ panels: [{ metric: 'validation/accuracy' }], ...view }))}`,
    )
  const aside = (page: Page) => page.locator('.panel-head .count').first().textContent()

  it.each([
    [{ axis: 'step' }, 'means of 3 runs, 1 without a band (1 run)'],
    [{ axis: 'time' }, 'means of 3 runs, each step at their mean time, 1 without a band (1 run)'],
    [{ axis: 'wall' }, 'means of 3 runs, each step at their mean time, 1 without a band (1 run)'],
    [
      { axis: 'metric', against: 'train/loss' },
      'means of 3 runs, each step at their mean train loss, 1 without a band (1 run)',
    ],
  ])('are drawn on %o', async (view, words) => {
    const page = await open(view)
    await eventually(() => aside(page)).toBe(words)
    await page.keyboard.press('v')
    await page.waitForSelector('.chart-table')
    const heads = await page.locator('.chart-table thead th').allTextContents()
    expect(heads.filter((head) => head.includes('Validation accuracy'))).toHaveLength(2)
  })

  it('are each run’s own line where the band is off', async () => {
    const page = await open({ axis: 'time', band: 'off' })
    await eventually(() => aside(page)).toMatch(/of .* points drawn|points drawn/)
    expect(await aside(page)).not.toContain('mean')
  })
})
