import { describe, expect, it } from 'vitest'
import { analyseRangeTest } from '../../src/core/domain/range-test/analyse'
import { sweepsOf } from '../../src/core/domain/range-test/sweep'
import type { RunRow } from '../../src/core/domain/run'
import type { ChartTheme } from '../../src/renderer/charts/theme'
import {
  bandOf,
  nudgedRate,
  ratioOf,
  snapped,
  stopsOf,
  suggestedRate,
  suggestedRepeats,
  withEnd,
  withMax,
  withRatio,
} from '../../src/renderer/pages/lab/band'
import { buildConfirmChart, confirmAxis } from '../../src/renderer/pages/lab/build-confirm-chart'
import { buildLabChart } from '../../src/renderer/pages/lab/build-lab-chart'
import { bestFinite, confirmLabel } from '../../src/renderer/pages/lab/confirm-verdict'
import { curvePath } from '../../src/renderer/pages/lab/curve-path'
import {
  type LabCurve,
  lossAxis,
  rateRange,
  slopeAxis,
  steepestSlope,
  stoppedAt,
  valueAt,
} from '../../src/renderer/pages/lab/lab-curves'
import { labBox, rateTicks } from '../../src/renderer/pages/lab/lab-geometry'
import { labMarks, labPixels } from '../../src/renderer/pages/lab/lab-marks'
import { labTable, tableText } from '../../src/renderer/pages/lab/lab-table'
import { placeLeaders } from '../../src/renderer/pages/lab/leaders'
import { rangeTestFrames, rangeTestSpecOf, type RangeTestStory } from './generated-range-tests'

const THEME = {
  grid: 'grid',
  axis: 'axis',
  panel: 'panel',
  lr: 'lr',
  runs: Array.from({ length: 12 }, (_, i) => `run${i + 1}`),
  quantities: { train: 'train' },
  line: 1.6,
  lineFocus: 2.4,
  ghost: 1,
  ghostAlpha: 0.2,
  dimAlpha: 0.16,
  dashes: ['solid', [6, 3], [2, 2]],
} as unknown as ChartTheme

/** The curve of a generated test, read and analysed as the core does it. */
function curveOf(more: Partial<RangeTestStory> = {}, drawn: Partial<LabCurve> = {}): LabCurve {
  const story = { id: 'rt', name: 'rt', ...more }
  const spec = rangeTestSpecOf(story)
  const { n, data } = rangeTestFrames(story, spec)[0]!
  const column = (i: number) => data.slice(i * n, (i + 1) * n)
  const recorded = { steps: column(0), loss: column(2), lr: column(4), gradientNorm: column(6) }
  const sweeps = sweepsOf(spec.rangeTest!, recorded)
  return {
    id: story.id,
    place: 1,
    focused: true,
    sweeps,
    analysis: analyseRangeTest(sweeps, spec.rangeTest!),
    ...drawn,
  }
}
const focused = curveOf()
const analysis = focused.analysis!
const row = (more: object, facts: Partial<RunRow> = {}): RunRow =>
  ({
    ...{ id: 'a', name: 'a', status: 'finished', peakLr: 0.3, metrics: {} },
    spec: { ...rangeTestSpecOf({ id: 'a', name: 'a' }), ...more },
    ...facts,
  }) as RunRow

const box = labBox({ width: 780, height: 560 })
function viewOf(curves: LabCurve[], scale: 'linear' | 'log' = 'linear') {
  const range = rateRange(curves)
  return {
    range,
    ticks: rateTicks(range, box.plotWidth),
    loss: lossAxis(curves, scale, box.panels[0]!.plotHeight),
    slope: slopeAxis(curves, box.panels[1]!.plotHeight),
    scale,
  }
}

describe('the chart of the Lab', () => {
  type Built = { xAxis: { min: number; max: number }[]; grid: { left: number; width: number }[]; series: Series[] }
  type Series = { id: string; data: Float64Array; lineStyle: Record<string, unknown>; z: number }
  const other = curveOf({ id: 'other', shift: 0.3 }, { focused: false, place: 2 })
  const built = buildLabChart([focused, other], viewOf([focused, other]), box, THEME) as unknown as Built
  const find = (id: string) => built.series.find((one) => one.id === id)!

  it('puts a rate at the same pixel in both panels', () => {
    expect(built.xAxis[0]).toMatchObject({ min: built.xAxis[1]!.min, max: built.xAxis[1]!.max })
    expect(built.grid[0]).toMatchObject({ left: built.grid[1]!.left, width: built.grid[1]!.width })
  })

  it('draws every recorded loss of every repeat at its rate, unsmoothed', () => {
    focused.sweeps.forEach(({ lr, loss }, i) => {
      const { data } = find(`rt:repeat${i}`)
      expect(data).toHaveLength(2 * loss.length)
      expect(data[2 * 40]).toBe(Math.log10(lr[40]!))
      expect(data[2 * 40 + 1]).toBe(loss[40])
    })
  })

  it('draws repeats and their band of the focused test alone, curves in the colour of their test', () => {
    expect(built.series.map(({ id }) => id).filter((id) => id.startsWith('other'))).toEqual([
      'other:loss',
      'other:slope',
    ])
    expect(find('rt:band')).toBeDefined()
    expect(find('rt:loss').lineStyle.color).toBe('run1')
    expect(find('other:loss').lineStyle.color).toBe('run2')
    expect(find('rt:loss').z).toBeGreaterThan(find('rt:repeat0').z)
  })

  it('draws the mean only as far as every repeat came, so that it never jumps where one ends', () => {
    const [first, ...rest] = focused.sweeps
    const early = { lr: first!.lr.slice(0, 200), loss: first!.loss.slice(0, 200), ended: 'diverged' as const }
    const cut = buildLabChart(
      [{ ...focused, sweeps: [early, ...rest] }],
      viewOf([focused]),
      box,
      THEME,
    ) as unknown as Built
    const line = cut.series.find(({ id }) => id === 'rt:loss')!
    expect(line.data.at(-2)!).toBeLessThanOrEqual(Math.log10(early.lr[199]!))
    expect(find('rt:loss').data.at(-2)!).toBeGreaterThan(Math.log10(early.lr[199]!))
  })

  it('uses the colour of learning rates for no loss', () => {
    expect(JSON.stringify(built.series)).not.toContain('"lr"')
  })

  it('shows losses in decades on a log axis', () => {
    const log = buildLabChart([focused], viewOf([focused], 'log'), box, THEME) as unknown as Built
    const line = log.series.find(({ id }) => id === 'rt:loss')!
    expect(line.data[201]).toBeCloseTo(Math.log10(analysis.loss[100]!), 12)
  })
})

describe('the axes of the Lab', () => {
  it('give the fall most of the panel, although the loss ends a thousandfold above it', () => {
    const { from, to } = lossAxis([focused], 'linear', 340)
    expect(Math.max(...focused.sweeps[0]!.loss)).toBeGreaterThan(to)
    expect(from).toBe(0)
    expect(to).toBeGreaterThan(2.4)
    expect(to).toBeLessThan(3.6)
  })

  it('fit what does not fall at all, noise and all', () => {
    const flat = curveOf({ flat: true })
    const { from, to } = lossAxis([flat], 'linear', 340)
    const losses = flat.sweeps.flatMap(({ loss }) => [...loss])
    expect(from).toBeLessThan(Math.min(...losses))
    expect(to).toBeGreaterThan(2.3)
    expect(to - from).toBeLessThan(4)
  })

  it('begin at 0 while a test runs, so that they do not move as its loss falls', () => {
    const begun = {
      ...focused,
      analysis: null,
      sweeps: focused.sweeps.slice(0, 1).map((sweep) => ({ ...sweep, ended: null })),
    }
    const upTo = (n: number) => ({
      ...begun,
      sweeps: begun.sweeps.map(({ lr, loss }) => ({ lr: lr.slice(0, n), loss: loss.slice(0, n), ended: null })),
    })
    const [early, later] = [100, 200].map((n) => lossAxis([upTo(n)], 'linear', 340, true))
    expect([early!.from, later!.from]).toEqual([0, 0])
    expect(lossAxis([upTo(100)], 'linear', 340).from).toBeGreaterThan(1)
  })

  it('span all rates that any test used, and those that a running one will', () => {
    const { from, to } = rateRange([focused])
    expect(from).toBeCloseTo(-6, 9)
    expect(to).toBeLessThan(1)
    expect(rateRange([focused], [1e-6, 10]).to).toBe(1)
    expect(rateRange([])).toEqual({ from: -6, to: 1 })
  })

  it('label whole decades, never more than there is room for', () => {
    expect(rateTicks({ from: -6, to: 1 }, 700).major).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10])
    expect(rateTicks({ from: -6, to: 1 }, 200).major.length).toBeLessThanOrEqual(4)
    expect(rateTicks({ from: -1, to: -0.8 }, 700).major.length).toBeGreaterThan(1)
  })

  it('show the whole steepest fall of the slope', () => {
    const steepest = steepestSlope(analysis)!
    expect(steepest).toBeCloseTo(Math.min(...analysis.slope.filter(Number.isFinite)), 9)
    expect(slopeAxis([focused], 100).from).toBeLessThan(steepest)
  })
})

describe('the marks of the Lab', () => {
  const band = bandOf(analysis)!
  const view = viewOf([focused])
  const marks = labMarks(focused, band, view, box)
  const pixels = labPixels(view, box)

  it('put every rule on the curve at its rate with its number, but the one whose handle says it', () => {
    const rules = marks.leaders.map(({ key }) => key)
    expect(rules).not.toContain('article')
    expect(rules).toContain('minimum')
    expect(rules).toContain('steepest')
    for (const { key, x } of marks.leaders) expect(x).toBeCloseTo(pixels.x(suggestedRate(analysis, key as never)!), 9)
    const moved = labMarks(focused, withMax(band, band.max / 2, null), view, box)
    expect(moved.leaders.map(({ key }) => key)).toContain('article')
  })

  it('mark each repeat that stopped inside the panel, once with the word', () => {
    expect(stoppedAt(focused)).toHaveLength(3)
    expect(marks.stopped).toHaveLength(3)
    expect(marks.stopped.filter(({ label }) => label)).toHaveLength(1)
    for (const { y } of marks.stopped) expect(y).toBeGreaterThanOrEqual(box.panels[0]!.plotTop)
  })

  it('lie where the rate of their pixel is', () => {
    expect(pixels.rate(pixels.x(0.03))).toBeCloseTo(0.03, 12)
  })

  it('have words that never touch and never leave the plot', () => {
    const placed = placeLeaders(
      [100, 104, 110, 160, 500, 505].map((x, i) => ({
        key: `k${i}`,
        name: 'Minimum / 10',
        number: '0.0380',
        x,
        y: 300,
      })),
      { left: 46, right: 520, top: 50 },
    )
    const rects = placed.map(({ textX, textY }) => ({ left: textX - 60, right: textX + 60, textY }))
    for (const a of rects) {
      expect(a.right).toBeLessThanOrEqual(525)
      for (const b of rects) if (a !== b && a.textY === b.textY) expect(a.right < b.left || b.right < a.left).toBe(true)
    }
  })
})

describe('the band', () => {
  const band = bandOf(analysis)!

  it('is the test’s own at first: its maximum by the article rule and a tenth of it', () => {
    expect(band.rule).toBe('article')
    expect(band.max).toBeCloseTo(analysis.max!, 4)
    expect(ratioOf(band)).toBeCloseTo(10, 2)
  })

  it('keeps its ratio when the maximum moves, and its maximum when the ratio does', () => {
    const wide = withRatio(withMax(band, 0.2, 'steepest'), 4)
    expect(wide).toMatchObject({ max: 0.2, min: 0.05, rule: 'steepest' })
    expect(withMax(wide, 0.4, null)).toMatchObject({ max: 0.4, min: 0.1 })
  })

  it('never lets its ends cross', () => {
    const { min, max } = withEnd({ min: 0.1, max: 0.3, rule: null }, 'min', 5)
    expect(min).toBeLessThan(max)
    expect(withEnd({ min: 0.1, max: 0.3, rule: null }, 'max', 1e-5).max).toBeGreaterThan(0.1)
  })

  it('moves by 1 % of a decade at an arrow press', () => {
    let lr = 0.03
    for (let i = 0; i < 100; i++) lr = nudgedRate(lr, 1)
    expect(lr).toBeCloseTo(0.3, 9)
  })

  it('snaps to the nearest suggestion within reach, and to nothing beyond', () => {
    const stops = stopsOf(analysis)
    const steepest = suggestedRate(analysis, 'steepest')!
    expect(snapped(steepest * 1.02, stops, 0.05)).toMatchObject({ rule: 'steepest' })
    expect(snapped(steepest * 1.02, [], 0.05)).toMatchObject({ rule: null })
    expect(snapped(9, stops, 0.01)).toEqual({ lr: 9, rule: null })
  })

  it('has the repeats’ own numbers about the number that is shown', () => {
    for (const rule of ['article', 'minimum', 'steepest'] as const) {
      const shown = suggestedRate(analysis, rule)!
      const repeats = suggestedRepeats(analysis, rule)
      expect(repeats).toHaveLength(3)
      for (const lr of repeats) expect(Math.abs(Math.log10(lr / shown))).toBeLessThan(0.6)
    }
  })

  it('is none where the test refuses', () => {
    expect(bandOf(curveOf({ flat: true }).analysis!)).toBeNull()
  })
})

describe('a confirmation', () => {
  const ended = (id: string, peakLr: number, last: number | null, status = 'finished') =>
    row(
      {},
      { id, peakLr, status: status as never, metrics: last === null ? {} : ({ 'validation/loss': { last } } as never) },
    )
  const three = [ended('a', 0.1, 0.41), ended('b', 0.3, 0.29), ended('c', 0.9, NaN, 'diverged')]

  it('finds the least finite loss once all have ended', () => {
    expect(bestFinite(three)).toBe('b')
    expect(bestFinite([...three.slice(0, 2), ended('c', 0.9, null, 'running')])).toBeNull()
    expect(bestFinite([ended('c', 0.9, NaN, 'diverged')])).toBeNull()
    expect(bestFinite([])).toBeNull()
  })

  it('names each run by its factor', () => {
    expect(three.map((run) => confirmLabel(three, run))).toEqual(['max / 3', 'max', '3 · max'])
  })

  it('draws all three on one axis, in which the starts fit', () => {
    const line = { steps: Float64Array.of(0, 1, 2), values: Float64Array.of(2.4, 1.2, NaN) }
    const axis = confirmAxis([line], 80)
    expect(axis.from).toBe(0)
    expect(axis.to).toBeGreaterThan(2.3)
    const option = buildConfirmChart(line, { steps: 200, axis }, { run: 1 }, { width: 200, height: 90 }, THEME)
    expect(option.series).toHaveLength(2)
    expect(buildConfirmChart(null, { steps: 200, axis }, { run: 1 }, { width: 200, height: 90 }, THEME).series).toEqual(
      [],
    )
  })
})

describe('the numbers of a test', () => {
  it('are a row a rate with every repeat as recorded; one that stopped early has none further on', () => {
    const { columns, rows } = labTable(focused)
    expect(columns).toEqual(['LR', 'repeat 1', 'repeat 2', 'repeat 3', 'smoothed mean', 'least', 'greatest', 'slope'])
    expect(rows[40]!.slice(1, 4)).toEqual(focused.sweeps.map(({ loss }) => loss[40]))
    expect(rows).toHaveLength(Math.max(...focused.sweeps.map(({ loss }) => loss.length)))
    const shorter = focused.sweeps.findIndex(({ loss }) => loss.length < rows.length)
    if (shorter >= 0) expect(rows.at(-1)![1 + shorter]).toBeNull()
  })

  it('are copied with full precision, non-finite ones as words', () => {
    const text = tableText({
      columns: ['LR', 'repeat 1'],
      rows: [
        [0.1, NaN],
        [0.2, null],
        [0.3, 1 / 3],
      ],
    })
    expect(text.split('\n')).toEqual(['LR\trepeat 1', '0.1\tNaN', '0.2\t', `0.3\t${1 / 3}`])
  })

  it('are read off a curve at the nearest rate, and nowhere outside of it', () => {
    expect(valueAt(analysis.lr, analysis.loss, analysis.lr[50]! * 1.001)).toBe(analysis.loss[50])
    expect(valueAt(analysis.lr, analysis.loss, 1e3)).toBeNaN()
  })

  it('make a picture the size of a word, with gaps where there are none', () => {
    expect(curvePath([2, 1, NaN, 1, 5], { width: 40, height: 20 })).toMatch(/^M0 [\d.]+L10 20M30 20L40 0$/)
    expect(curvePath([NaN, NaN], { width: 40, height: 20 })).toBe('')
  })
})
