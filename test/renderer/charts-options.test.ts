import { describe, expect, it } from 'vitest'
import { createRng } from '../../src/core/domain/rng'
import { buildStack } from '../../src/renderer/charts/build-stack'
import { layoutStack } from '../../src/renderer/charts/geometry'
import { drawLine, type PlacedLine } from '../../src/renderer/charts/line-shape'
import { markLabels, xLabels } from '../../src/renderer/charts/labels'
import { type StackView, viewPanel } from '../../src/renderer/charts/panel-view'
import { moved, readoutValues } from '../../src/renderer/charts/readout'
import { runStyle } from '../../src/renderer/charts/run-colour'
import { same } from '../../src/renderer/charts/same'
import { type Stroke, strokesOf } from '../../src/renderer/charts/strokes'
import type { ChartTheme } from '../../src/renderer/charts/theme'
import { linearTicks, logTicks, xTicks } from '../../src/renderer/charts/ticks'
import type { ChartPanel, ChartSeries, Smoothing } from '../../src/renderer/charts/types'
import { readoutRows } from '../../src/renderer/charts/readout-rows'

const THEME: ChartTheme = {
  grid: 'grid',
  panel: 'panel',
  axis: 'axis',
  cross: 'cross',
  diverged: 'diverged',
  divergedTint: 'tint',
  phaseTint: 'phase',
  lr: 'lr',
  runs: Array.from({ length: 12 }, (_, i) => `run${i + 1}`),
  quantities: { train: 'train', val: 'val', lr: 'lr', momentum: 'momentum', grad: 'grad', context: 'context' },
  line: 1.6,
  lineFocus: 2.4,
  ghost: 1,
  thin: 0.5,
  ghostAlpha: 0.2,
  dimAlpha: 0.16,
  bandAlpha: 0.14,
  dashes: ['solid', [6, 3], [2, 2]],
}
const NONE: Smoothing = { kind: 'none', amount: 0 }
const SIZE = { width: 1060, height: 500 }

const series = (values: ArrayLike<number>, more: Partial<ChartSeries> = {}): ChartSeries => ({
  id: 'a',
  label: 'a',
  colour: { run: 1 },
  steps: Float64Array.from({ length: values.length }, (_, i) => i),
  values: Float64Array.from(values),
  ...more,
})
const panel = (lines: ChartSeries[], more: Partial<ChartPanel> = {}): ChartPanel => ({
  id: 'p',
  title: 'P',
  scale: 'linear',
  format: 'loss',
  share: 1,
  series: lines,
  ...more,
})

function built(panels: ChartPanel[], options: Partial<StackView> = {}, to = panels[0]!.series[0]!.values.length - 1) {
  const box = layoutStack(
    SIZE,
    panels.map(({ share }) => share),
  )
  const view: StackView = {
    range: { from: 0, to },
    smoothing: NONE,
    showRaw: true,
    plotWidth: box.plotWidth,
    ...options,
  }
  const views = panels.map((one, i) => viewPanel(one, view, box.panels[i]!))
  const option = buildStack(views, view, box, THEME, [0]) as unknown as {
    grid: { left: number; width: number }[]
    xAxis: { min: number; max: number }[]
    series: { id: string; markArea: { data: never[][] } }[]
  }
  const strokes = views.map((one, i) => strokesOf(one, box.panels[i]!.plotHeight, THEME))
  return {
    box,
    view,
    views,
    option,
    strokes: strokes[0]!,
    find: (id: string) => option.series.find((one) => one.id === id)!,
    stroke: (id: string) => strokes[0]!.find((one) => one.id === id)!,
  }
}
const points = ({ points: { x, y } }: Stroke) => Array.from(x, (at, i) => [at, y[i]!] as const)

describe('the option of a stack', () => {
  it('gives every panel the same left, width and x range, so that a step is the same pixel', () => {
    const { option } = built([panel([series([1, 2])]), panel([series([1e9, 2e9])], { id: 'q', share: 2 })])
    expect(new Set(option.grid.map(({ left, width }) => `${left} ${width}`)).size).toBe(1)
    expect(new Set(option.xAxis.map(({ min, max }) => `${min} ${max}`)).size).toBe(1)
  })

  it('hands a single-step spike among 100 000 steps to the chart exactly', () => {
    const rng = createRng(1, 'spike')
    const values = Float64Array.from({ length: 100_000 }, () => rng.next())
    values[70_001] = 40
    const line = points(built([panel([series(values)])]).stroke('a:line'))
    expect(line).toContainEqual([70_001, 40])
    expect(line.length).toBeLessThan(2100)
  })

  it('smooths the raw series and then reduces it: a zoomed view shows the same smoothed values', () => {
    const rng = createRng(2, 'noise')
    const line = series(
      Float64Array.from({ length: 5000 }, () => rng.normal()),
      { smoothed: true },
    )
    const smoothing: Smoothing = { kind: 'ema', amount: 0.97 }
    const all = new Map(points(built([panel([line])], { smoothing }).stroke('a:line')))
    const near = points(built([panel([line])], { smoothing, range: { from: 4000, to: 4100 } }).stroke('a:line'))
    const both = near.filter(([x]) => all.has(x))
    expect(both.length).toBeGreaterThan(10)
    for (const [x, y] of both) expect(y).toBe(all.get(x))
  })

  it('draws the raw line behind a smoothed one, faint, and drops it only when asked', () => {
    const lines = [series([1, 5, 2, 6], { smoothed: true })]
    const smoothing: Smoothing = { kind: 'ema', amount: 0.9 }
    expect(built([panel(lines)], { smoothing }).stroke('a:raw')).toMatchObject({ width: 1, opacity: 0.2 })
    expect(built([panel(lines)], { smoothing, showRaw: false }).stroke('a:raw')).toBeUndefined()
  })

  it('never smooths a line that is not marked as smoothed, whatever the smoothing', () => {
    const rates = series([0.1, 0.4, 0.1, 0.4])
    const { stroke } = built([panel([rates])], { smoothing: { kind: 'ema', amount: 0.99 } })
    expect(points(stroke('a:line')).map(([, y]) => y)).toEqual([...rates.values])
  })

  it('keeps the points at phase ends that decimation would drop', () => {
    const ramp = series(Float64Array.from({ length: 50_000 }, (_, i) => (i < 20_000 ? i : 40_000 - i)))
    const x = 12_345
    const draw = (marks: ChartPanel['marks']) => points(built([panel([ramp], { marks })]).stroke('a:line'))
    expect(draw([]).map(([at]) => at)).not.toContain(x)
    expect(draw([{ kind: 'phase', x }]).map(([at]) => at)).toContain(x)
  })

  it('breaks a log line at values at or below 0 and says how many', () => {
    const { views, stroke } = built([panel([series([1, 10, 0, -5, 100])], { scale: 'log' })])
    expect(points(stroke('a:line')).map(([, y]) => y)).toEqual([0, 1, NaN, NaN, 2])
    expect(views[0]!.count).toBe('5 of 5 points drawn, 2 at or below 0 not on a log axis')
  })

  it('dims, focuses and dashes by the run, not by the order of drawing', () => {
    const lines = [
      series([1, 2], { id: 'a', emphasis: 'focus' }),
      series([1, 2], { id: 'b', emphasis: 'dim', colour: { run: 14 } }),
    ]
    const { strokes } = built([panel(lines)])
    expect(strokes).toMatchObject([
      { id: 'b:line', width: 1.6, opacity: 0.16, color: 'run2', dash: [6, 3] },
      { id: 'a:line', width: 2.4, opacity: 1, color: 'run1', dash: 'solid' },
    ])
  })

  it('draws many lines one device pixel wide, very many of them plain, and points at the one in focus', () => {
    const looks = (count: number) => {
      const lines = Array.from({ length: count }, (_, i) =>
        series([1, 2], { id: `${i}`, colour: { run: i + 1 }, emphasis: i ? 'normal' : 'focus' }),
      )
      return built([panel(lines)]).strokes.map(({ width, dash }) => ({ width, dash }))
    }
    expect(looks(20)[13]).toEqual({ width: 1.6, dash: [6, 3] })
    expect(looks(21)[13]).toEqual({ width: 0.5, dash: [6, 3] })
    expect(looks(37)[13]).toEqual({ width: 0.5, dash: 'solid' })
    expect(looks(37).at(-1)).toEqual({ width: 2.4, dash: 'solid' })
  })
})

describe('what is drawn again', () => {
  const column = Float64Array.of(1, 2)
  const shown = (more: object = {}) => ({ lines: [{ y: column, gaps: [{ x: 3 }] }], count: '1 of 2', ...more })
  const ignored = new Set(['count'])

  it.each([
    ['the same columns and marks', shown(), true],
    ['other words about them', shown({ count: '2 of 2' }), true],
    ['other marks', shown({ lines: [{ y: column, gaps: [{ x: 4 }] }] }), false],
    ['a mark less', shown({ lines: [{ y: column, gaps: [] }] }), false],
    ['other columns, however equal', shown({ lines: [{ y: column.slice(), gaps: [{ x: 3 }] }] }), false],
    ['a part more', shown({ band: undefined }), false],
    ['nothing', null, false],
  ])('%s', (_, now, expected) => expect(same(shown(), now, ignored)).toBe(expected))
})

describe('a line on its way to the canvas', () => {
  const drawn = (y: number[], place: Partial<PlacedLine> = {}) => {
    const pen: unknown[] = []
    const x = Float64Array.from(y, (_, i) => i)
    drawLine(
      { moveTo: (...at) => pen.push(['move', ...at]), lineTo: (...at) => pen.push(['line', ...at]) },
      { points: { x, y: Float64Array.from(y) }, x0: 0, y0: 0, left: 10, top: 100, perX: 2, perY: -10, ...place },
    )
    return pen
  }

  it('is joined from point to point, and broken where something is not finite', () => {
    expect(drawn([1, 2, NaN, 4, Infinity, 3])).toEqual([
      ['move', 10, 90],
      ['line', 12, 80],
      ['move', 16, 60],
      ['move', 20, 70],
    ])
  })
  it('keeps apart values that differ in their last digits only', () => {
    const steps = [0, 1, 2].map((i) => 1e9 + i * 2 ** -20)
    expect(drawn(steps, { y0: 1e9, perY: -(2 ** 20) })).toEqual([
      ['move', 10, 100],
      ['line', 12, 99],
      ['line', 14, 98],
    ])
  })
})

describe('marks', () => {
  const kinds = (values: number[], more: Partial<ChartSeries> = {}, panelMore: Partial<ChartPanel> = {}) =>
    built([panel([series(values, more)], panelMore)]).views[0]!.symbols.map(({ kind, x, label }) => ({
      kind,
      x,
      label,
    }))

  it('puts one × at the start of every non-finite run, with its step, and ▲ for +Inf', () => {
    expect(kinds([1, NaN, 1, 1, NaN, NaN, 1, Infinity, 1, 1])).toEqual([
      { kind: 'dot', x: 0, label: undefined },
      { kind: 'dot', x: 6, label: undefined },
      { kind: 'up', x: 7, label: '+Inf at step 7' },
      { kind: 'cross', x: 1, label: 'NaN at step 1' },
      { kind: 'cross', x: 4, label: 'NaN at step 4, 2 non-finite' },
    ])
  })
  it('marks a run of non-finite points that began before the view at its left edge', () => {
    const line = series([1, 1, ...Array<number>(96).fill(NaN), 1, 1])
    const { views } = built([panel([line])], { range: { from: 50, to: 99 } })
    expect(views[0]!.symbols).toMatchObject([{ kind: 'cross', x: 50, label: 'NaN at step 2, 96 non-finite' }])
    expect(views[0]!.broken).toEqual([{ from: 50, to: 97 }])
  })
  it('tints a stretch and underlines it on the axis; a single point has its × alone', () => {
    expect(built([panel([series([1, NaN, NaN, 1])])]).find('p:back').markArea.data).toHaveLength(1)
    expect(built([panel([series([1, NaN, 1, 1])])]).find('p:back').markArea.data).toHaveLength(0)
  })
  it('puts × on the finite lines of a diverged run too, once', () => {
    expect(kinds([0.8, 0.8, 0.8], { diverged: { x: 2, step: 2 } })).toMatchObject([{ kind: 'cross', x: 2 }])
    expect(kinds([0.8, 0.8, NaN], { diverged: { x: 2, step: 2 } })).toHaveLength(1)
  })
  it('shows a point without neighbours as a dot: a line would show nothing', () => {
    expect(kinds([7])).toMatchObject([{ kind: 'dot', x: 0 }])
  })
  it('marks what a trimmed axis leaves out, at the edge it left', () => {
    const values = Array.from({ length: 200 }, (_, i) => Math.sin(i))
    values[100] = 1000
    values[150] = -1000
    const marks = kinds(values, {}, { fit: 'trimmed' }).filter(({ x }) => x === 100 || x === 150)
    expect(marks).toMatchObject([
      { kind: 'down', x: 150 },
      { kind: 'up', x: 100 },
    ])
  })
  it('are ▲ where a few values lie a thousandfold above the bulk, which keeps the axis', () => {
    const loss = Array.from({ length: 200 }, (_, i) => 2 / (i + 1))
    loss[199] = 1e30
    expect(kinds(loss, {}, { fit: 'bulk' }).filter(({ x }) => x === 199)).toMatchObject([{ kind: 'up' }])
    expect(kinds(loss, {}, {}).filter(({ kind }) => kind === 'up')).toEqual([])
    loss[199] = 20
    expect(kinds(loss, {}, { fit: 'bulk' }).filter(({ kind }) => kind === 'up')).toEqual([])
  })
  it('labels do not cover each other; the mark stays where its label gives way', () => {
    const { views, view, box } = built([panel([series([1, NaN, 1, NaN, 1, 1])])], {}, 400)
    expect(views[0]!.symbols.filter(({ kind }) => kind === 'cross')).toHaveLength(2)
    expect(markLabels(views, view.range, box)).toHaveLength(1)
  })
})

describe('the honest count', () => {
  it('counts what is drawn of what is in view, and what is not finite', () => {
    const values = Float64Array.from({ length: 5000 }, (_, i) => (i === 137 ? NaN : Math.sin(i)))
    const { views, stroke } = built([panel([series(values)])])
    const drawn = points(stroke('a:line')).length
    expect(drawn).toBeLessThan(5000)
    const thin = (n: number) => String(n).replace(/\B(?=(\d{3})+$)/g, '\u2009')
    expect(views[0]!.count).toBe(`${thin(drawn)} of 5\u2009000 points drawn, extremes kept, 1 non-finite`)
    const near = built([panel([series(values)])], { range: { from: 100, to: 200 } })
    expect(near.views[0]!.count).toBe('101 of 101 points drawn, 1 non-finite')
  })
})

describe('the readout', () => {
  const line = series([5, 4, NaN, 2], { steps: Float64Array.of(0, 10, 20, 30) })
  const at = (x: number | null, one = line) => readoutValues([panel([one])], x, NONE)[0]!

  it.each([
    [0, 5],
    [4, 5],
    [6, 4],
    [24, NaN],
    [30, 2],
    [39, 2],
  ])('at step %d shows what was recorded nearest: %d', (x, value) => {
    expect(at(x).value).toBe(value)
  })
  it('says nothing where the line does not reach, and the last point without a crosshair', () => {
    expect(at(41).value).toBeNull()
    expect(at(null)).toMatchObject({ step: 30, value: 2 })
  })
  it('names the step since which a run is non-finite', () => {
    expect(at(20).nonFiniteSince).toBe(20)
    expect(at(30).nonFiniteSince).toBeNull()
    expect(at(90, { ...line, diverged: { x: 40, step: 40 } }).nonFiniteSince).toBe(40)
  })
  it('finds the last of several points at one step, and points whose steps go back', () => {
    expect(at(10, series([1, 2, 3], { steps: Float64Array.of(0, 10, 10) })).value).toBe(3)
    expect(at(5, series([1, 2, 3], { steps: Float64Array.of(0, 10, 5) })).value).toBe(3)
  })
  it('keeps what is not a number last and sorts accuracy downwards', () => {
    const runs = [0.5, NaN, 0.9].map((value, i) => series([value], { id: `r${i}`, label: `r${i}` }))
    const panels = [panel(runs, { id: 'acc', format: 'percent' })]
    const readout = { x: 0, active: true, pinned: false, panel: null, values: readoutValues(panels, 0, NONE) }
    expect(readoutRows(readout, [{ panel: 'acc', label: 'Acc' }]).map(({ series: id }) => id)).toEqual([
      'r2',
      'r0',
      'r1',
    ])
  })
  it('moves by one step, by an epoch, and not out of the range', () => {
    const range = { from: 0, to: 30 }
    expect(moved([panel([line])], 7, 1, 1, range)).toBe(8)
    expect(moved([panel([line])], 7, -1, 10, range)).toBe(0)
    expect(moved([panel([line])], 7, 1, null, range)).toBe(10)
    expect(moved([panel([line])], 10, 1, null, range)).toBe(20)
    expect(moved([panel([line])], 10, -1, null, range)).toBe(0)
  })
})

describe('axis labels', () => {
  it.each([
    [linearTicks(0, 1, 5), [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [linearTicks(0.85, 0.95, 3), [0.85, 0.9, 0.95]],
    [logTicks(0.01, 3, 8), [0.01, 0.03, 0.1, 0.3, 1, 3]],
    [logTicks(1e-7, 1, 3), [1e-7, 1e-4, 0.1]],
    [logTicks(0.31, 0.42, 4), [0.35, 0.4]],
  ])('are round values: %j', (ticks, expected) => expect(ticks).toEqual(expected))

  it('lie on whole epochs where their length is known, with the end last', () => {
    expect(xTicks({ from: 0, to: 4690 }, 6, { kind: 'step', epoch: 469 })).toEqual([0, 938, 1876, 2814, 3752, 4690])
    expect(xTicks({ from: 0, to: 1000 }, 4, { kind: 'step' }).at(-1)).toBe(1000)
  })
  it('do not run out of the stack at its right end', () => {
    const box = layoutStack(SIZE, [1])
    const last = xLabels([0, 100_000], { from: 0, to: 100_000 }, box, 'step')[1]!
    expect(last.anchor).toBe('end')
    expect(last.x).toBeLessThanOrEqual(SIZE.width)
  })
})

describe('run colours', () => {
  it.each([
    [1, 1, 0],
    [12, 12, 0],
    [13, 1, 1],
    [25, 1, 2],
    [36, 12, 2],
    [37, 1, 0],
  ])('run %d has colour %d with dash %d', (run, colour, dash) => expect(runStyle(run)).toEqual({ colour, dash }))
})
