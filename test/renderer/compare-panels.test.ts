import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../src/core/domain/filter/filter'
import { METRIC } from '../../src/core/domain/metrics'
import type { RunRow } from '../../src/core/domain/run'
import { meanAndStd, sortedRows } from '../../src/renderer/pages/compare/bars/replicate-values'
import { type Cell, cellFilter, cellMap, rateBins } from '../../src/renderer/pages/compare/map/rate-batch-cells'
import { addLines, paintLayers } from '../../src/renderer/pages/compare/parallel/density'
import { moved, readParallelState } from '../../src/renderer/pages/compare/parallel/parallel-state'
import { movingMedian } from '../../src/renderer/pages/compare/scatter/moving-median'
import { targetOf, withTarget } from '../../src/renderer/pages/compare/target/target-state'
import { noChromium } from './browser'
import { morning, storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

describe('the cloud of lines', () => {
  const density = () => ({ width: 40, height: 30, counts: new Float32Array(40 * 30) })

  it('counts every line once in every column of pixels, also where lines are the same (200 random sets)', () => {
    const ys = fc.array(fc.tuple(fc.integer({ min: 0, max: 28 }), fc.integer({ min: 0, max: 28 })), { maxLength: 30 })
    fc.assert(
      fc.property(ys, (lines) => {
        const into = density()
        addLines(into, { xs: [2, 38], ys: Float32Array.from(lines.flat()) }, Uint32Array.from(lines.keys()))
        for (let x = 2; x < 38; x++) {
          const column = Array.from({ length: 30 }, (_, y) => into.counts[y * 40 + x]!)
          expect(column.reduce((sum, count) => sum + count, 0)).toBeCloseTo(lines.length, 3)
        }
      }),
      { seed: 6, numRuns: 200 },
    )
  })

  it('lays a covering layer over another: its colour alone is seen', () => {
    const pixels = new Uint8ClampedArray(4)
    const one = { width: 1, height: 1, counts: Float32Array.of(1) }
    paintLayers(pixels, [
      { density: one, colour: [200, 0, 0], cover: 0.5 },
      { density: one, colour: [0, 100, 0], cover: 1 },
    ])
    expect([...pixels]).toEqual([0, 100, 0, 255])
  })
})

describe('the map of rates and batch sizes', () => {
  const rates = fc.array(fc.double({ min: 1e-7, max: 50, noNaN: true }), { minLength: 1, maxLength: 80 })

  it('puts every run into one cell, whose filter selects exactly its runs (300 random sets)', () => {
    fc.assert(
      fc.property(rates, (rates) => {
        const batches = rates.map((_, i) => [32, 64, 128][i % 3]!)
        const map = cellMap(
          {
            rates: Float64Array.from(rates),
            batches: Float64Array.from(batches),
            values: Float64Array.from(rates),
            diverged: new Uint8Array(rates.length),
          },
          METRIC.validationAccuracy,
          'best',
        )
        const cells: Cell[] = map.cells.flat()
        expect(cells.flatMap(({ runs }) => runs).sort((a, b) => a - b)).toEqual([...rates.keys()])
        for (const cell of cells) {
          const selects = compileFilter(cellFilter(cell))
          const row = (i: number) => ({ peakLr: rates[i], spec: { batchSize: batches[i] } }) as unknown as RunRow
          expect([...rates.keys()].filter((i) => selects(row(i)))).toEqual(cell.runs)
        }
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  it('shows few rates as they are, and leaves what diverged out of the value but not out of the count', () => {
    expect(rateBins([0.1, 0.3, 0.1])).toEqual([
      { low: 0.1, high: 0.1 },
      { low: 0.3, high: 0.3 },
    ])
    const runs = {
      rates: Float64Array.of(0.1, 0.1),
      batches: Float64Array.of(64, 64),
      values: Float64Array.of(0.9, 0.99),
    }
    const map = cellMap({ ...runs, diverged: Uint8Array.of(0, 1) }, METRIC.validationAccuracy, 'best')
    expect(map.cells[0]![0]).toMatchObject({ runs: [0, 1], diverged: 1, value: 0.9 })
  })
})

describe('the moving median', () => {
  it('leaves a straight line and a constant as they are, and lanes out', () => {
    const x = Float32Array.from({ length: 101 }, (_, i) => i / 100)
    for (const { x: at, y } of movingMedian(x, x)) expect(Math.abs(y - at)).toBeLessThan(0.05)
    const y = Float32Array.from(x, (_, i) => (i % 10 ? 0.5 : -1))
    expect(movingMedian(x, y).every((point) => point.y === 0.5)).toBe(true)
    expect(movingMedian(x.subarray(0, 5), x)).toEqual([])
  })
})

describe('small rules of the panels', () => {
  it('keep one target for each metric, and take of a link only what is a number', () => {
    const state = withTarget(withTarget({ by: 'ms' }, METRIC.trainLoss, 0.5), METRIC.validationAccuracy, 0.97)
    expect(targetOf(state, METRIC.trainLoss, [])).toBe(0.5)
    expect(targetOf(state, METRIC.validationAccuracy, [])).toBe(0.97)
    expect(withTarget(state, METRIC.trainLoss, null)).toEqual({
      by: 'ms',
      values: { [METRIC.validationAccuracy]: 0.97 },
    })
    for (const odd of [null, [], { values: 7 }, { values: { [METRIC.trainLoss]: 'soon' } }])
      expect(targetOf(odd, METRIC.trainLoss, [])).toBeNull()
    expect(targetOf({ values: {} }, '__proto__', [])).toBeNull()
  })

  it('put rows without a value last, whichever way is better', () => {
    const rows = [{ mean: NaN }, { mean: 1 }, { mean: 2 }]
    expect(sortedRows(rows, 'best', true).map(({ mean }) => mean)).toEqual([2, 1, NaN])
    expect(sortedRows(rows, 'best', false).map(({ mean }) => mean)).toEqual([1, 2, NaN])
    expect(meanAndStd([1, 2, 3])).toEqual({ mean: 2, std: 1 })
  })

  it('move axes within their ends, and take of a state only what is sound', () => {
    expect(moved(['a', 'b', 'c'], 'a', 1)).toEqual(['b', 'a', 'c'])
    expect(moved(['a', 'b', 'c'], 'c', 5)).toEqual(['a', 'b', 'c'])
    const state = readParallelState({
      axes: ['peakLr', 7, 'nothing', 'batchSize'],
      brushes: { peakLr: { range: { low: 2 } } },
    })
    expect(state).toEqual({ axes: ['peakLr', 'batchSize'], scales: {}, brushes: {} })
    expect(readParallelState('x').axes).toBeNull()
  })
})

describe.skipIf(noChromium)(`the lower panels of Compare${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core }) => morning(1.8e12).forEach((story) => storeRun(core.storage, story)))
  const place = (view: unknown) =>
    `/compare?runs=run00002,run00003,run00007&view=${encodeURIComponent(JSON.stringify(view))}`

  it('open a brushed link, count the runs under the brush, dash what diverged, and give all back on Esc', async () => {
    const brushes = { peakLr: { range: { low: 0.09, high: 0.35 } } }
    const page = await tests.open(
      place({ lower: { parallel: { axes: ['peakLr', `${METRIC.validationAccuracy}.best`], brushes } } }),
    )
    const selects = compileFilter('peakLr >= 0.09 and peakLr <= 0.35')
    const under = tests.served.core.storage.runs.all().filter(selects).length
    await eventually(() => page.textContent('.in-range')).toContain(`${under} runs in range`)
    expect(await page.getAttribute('[data-line=run00003]', 'stroke-dasharray')).toBe('5 4')
    await page.keyboard.press('Escape')
    await eventually(() => page.locator('.in-range').count()).toBe(0)
    await page.locator('[role=slider][aria-label="Peak LR, lower end of the brush"]').first().press('Shift+ArrowUp')
    await eventually(() => page.locator('.in-range').count()).toBe(1)
  })

  it('say who reached the target and who never did, and show the same numbers as a table', async () => {
    const page = await tests.open(
      place({ left: 'target', lower: { target: { values: { [METRIC.validationAccuracy]: 0.97 } } } }),
    )
    const at = (run: string) => page.textContent(`[data-bar=${run}] .value`)
    const { steps, values } = tests.served.core.storage.metrics.series('run00007', METRIC.validationAccuracy)
    const first = steps[values.findIndex((value) => value >= 0.97)]!
    await eventually(() => at('run00007')).toBe(String(first).replace(/\B(?=(\d{3})+$)/g, '\u2009'))
    expect(await at('run00003')).toContain('never')
    await page.locator('section[aria-label=Target] .numbers').click()
    await eventually(() => page.locator('section[aria-label=Target] tbody tr').count()).toBe(3)
  })
})
