import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TRACK } from '../../src/core/domain/metrics'
import type { Storage } from '../../src/core/storage/types'
import { layoutStack } from '../../src/renderer/charts/geometry'
import { DEFAULT_CHART_VIEW } from '../../src/renderer/charts/types'
import { launchChromium, noChromium } from './browser'
import { openPage, type Served, servePage } from './fake-charts/serve'
import { fidelityStory, LEVEL, missing, type PlotBox } from './fidelity-story'
import { specOf, storeRun } from './generated-runs'
import { inkedPixels } from './inked-pixels'
import { eventually, pageTests } from './page-tests'

const STEPS = 100_000
const EVENTS = 44
const STORY = fidelityStory(STEPS, EVENTS)
const BATCH = 10_000

/** One finished run whose loss is the story. */
function storeStory(storage: Storage, id = 'spikes00', loss = STORY.values): void {
  const spec = specOf({ name: id, schedule: { kind: 'constant', lr: 0.1 }, budget: STEPS })
  storage.runs.create({ id, spec, name: id, totalSteps: STEPS, peakLr: 0.1, createdAt: 1.7e12 })
  storage.runs.setStatus(id, 'running', { startedAt: 1.7e12 })
  for (let from = 0; from < STEPS; from += BATCH) {
    const column = (f: (t: number) => number) => Array.from({ length: BATCH }, (_, i) => f(from + i))
    const columns = [(t: number) => t, (t: number) => 1.7e12 + t, (t: number) => loss[t]!]
    const others = [0.9, 0.1, 0.9, 1, 80].map((value) => () => value)
    const data = Float64Array.from([...columns, ...others].flatMap(column))
    storage.metrics.append(id, [{ track: 'update', metrics: TRACK.update, n: BATCH, data }], from + BATCH)
  }
  storage.metrics.seal(id)
  storage.runs.setStatus(id, 'finished', { endedAt: 1.7e12 + STEPS })
}

/** Where the loss is drawn: from the stack's size, the range in view and two labels of its log axis. */
async function lossBox(page: Page, from: number, to: number, shares = [228, 150]): Promise<PlotBox> {
  const told = await page.evaluate(() => {
    const stack = document.querySelector('.chart-stack')!
    const labels = [...stack.querySelectorAll<SVGTextElement>('text.axis')].filter(
      (text) => text.getAttribute('text-anchor') === 'end' && Number(text.getAttribute('x')) < 46,
    )
    return {
      width: stack.clientWidth,
      height: stack.clientHeight,
      labels: labels.map((text) => ({ text: text.textContent!.trim(), y: Number(text.getAttribute('y')) })),
    }
  })
  const box = layoutStack(told, shares)
  const { plotTop, plotHeight } = box.panels[0]!
  // A label's baseline lies 4 px under its tick.
  const ticks = told.labels
    .map(({ text, y }) => ({ unit: Math.log10(Number(text)), y: y - 4 }))
    .filter(({ unit, y }) => Number.isFinite(unit) && y <= plotTop + plotHeight)
  const [a, b] = [ticks[0]!, ticks.at(-1)!]
  const perPixel = (a.unit - b.unit) / (a.y - b.y)
  return {
    left: box.plotLeft,
    width: box.plotWidth,
    top: plotTop,
    height: plotHeight,
    from,
    to,
    high: a.unit + (plotTop - a.y) * perPixel,
    low: a.unit + (plotTop + plotHeight - a.y) * perPixel,
  }
}

describe.skipIf(noChromium)('in the pixels of the page', () => {
  const tests = pageTests(({ core }) => storeStory(core.storage))

  async function openStory(theme: 'light' | 'dark'): Promise<Page> {
    const page = await tests.open('/runs')
    const view = { ...DEFAULT_CHART_VIEW, smoothing: { kind: 'none', amount: 0 }, logLoss: true }
    await page.evaluate(
      ({ view, theme }) => {
        localStorage.setItem('anneal.chartView', JSON.stringify(view))
        localStorage.setItem('anneal.theme', theme)
      },
      { view, theme },
    )
    await page.reload()
    await page.waitForSelector('[data-count=loss]:has-text("extremes kept")')
    return page
  }

  it.each(['light', 'dark'] as const)(
    'each spike and each non-finite run of 100 000 steps is seen, %s',
    async (theme) => {
      const page = await openStory(theme)
      expect(await page.getAttribute('html', 'data-theme')).toBe(theme)
      const shown = async () => missing(STORY, await lossBox(page, 0, STEPS), await inkedPixels(page, '--run-1'))
      await eventually(shown).toEqual({ spikes: [], nonFinite: [] })
    },
  )

  it('and they are still there in the exact data of a part of it', async () => {
    const page = await openStory('light')
    const whole = await lossBox(page, 0, STEPS)
    const stack = (await page.locator('.chart-stack').first().boundingBox())!
    const at = (share: number) => stack.x + whole.left + share * whole.width
    await page.mouse.move(at(0.3), stack.y + 90)
    await page.mouse.down()
    await page.mouse.move(at(0.4), stack.y + 95, { steps: 3 })
    await page.mouse.up()
    // From the first label of x to the last: where the plot now begins and ends is read from it.
    await page.waitForSelector('[data-count=loss]:has-text("of 1")')
    const shown = async () => {
      const range = await rangeShown(page, whole)
      return missing(STORY, await lossBox(page, range.from, range.to), await inkedPixels(page, '--run-1'))
    }
    await eventually(shown).toEqual({ spikes: [], nonFinite: [] })
    const range = await rangeShown(page, whole)
    expect(range.to - range.from).toBeLessThan(0.12 * STEPS)
    expect(STORY.spikes.filter(({ step }) => step > range.from && step < range.to).length).toBeGreaterThan(1)
  })
})

/** A single spike and a single point that is no number, of all those of the story. */
const SPIKE = STORY.spikes.find(({ value }) => value > 1)!
const POINT = STORY.nonFinite.find(({ count }) => count === 1)!

describe.skipIf(noChromium)('in the pixels of Compare', () => {
  const tests = pageTests(({ core: { storage } }) => {
    storeStory(storage)
    // The control: what a chart that lost one of each would show.
    storeStory(
      storage,
      'without0',
      STORY.values.map((value, t) => (t === SPIKE.step || t === POINT.step ? LEVEL : value)),
    )
    storeRun(storage, { id: 'beside00', name: 'b', schedule: { kind: 'constant', lr: 0.1 }, status: 'queued' })
  })
  const SHARES = [2, 1.1, 1.1]

  async function shownBy(run: string, theme: 'light' | 'dark') {
    const view = { panels: [{ metric: 'train/loss' }], smoothing: 'none', fold: false, outliers: true }
    const page = await tests.open(`/compare?runs=${run},beside00&view=${encodeURIComponent(JSON.stringify(view))}`)
    await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), theme)
    await page.waitForSelector('[data-count="0:train/loss"]:has-text("extremes kept")')
    // Which of the colours it has is not what is asked here.
    const place = await page
      .locator('.chip .dot')
      .first()
      .evaluate((dot) => /run-(\d+)/.exec(dot.className)![1]!)
    return async () => missing(STORY, await lossBox(page, 0, STEPS, SHARES), await inkedPixels(page, `--run-${place}`))
  }

  it.each(['light', 'dark'] as const)('each spike and each non-finite run is seen, %s', async (theme) => {
    await eventually(await shownBy('spikes00', theme)).toEqual({ spikes: [], nonFinite: [] })
  })
  it('and exactly one spike and one point that were not recorded are found missing (the control)', async () => {
    await eventually(await shownBy('without0', 'light')).toEqual({ spikes: [SPIKE], nonFinite: [POINT] })
  })
})

/** The range in view, from two labels of the x axis. */
async function rangeShown(page: Page, { left, width }: PlotBox): Promise<{ from: number; to: number }> {
  const labels = await page.evaluate(() => {
    const stack = document.querySelector('.chart-stack')!
    return [...stack.querySelectorAll('text.axis[text-anchor=middle]')].map((text) => ({
      value: Number(text.textContent!.replace(/\D/g, '')),
      x: Number(text.getAttribute('x')),
    }))
  })
  const [a, b] = [labels[0]!, labels.at(-1)!]
  const perPixel = (b.value - a.value) / (b.x - a.x)
  return { from: a.value + (left - a.x) * perPixel, to: a.value + (left + width - a.x) * perPixel }
}

describe.skipIf(noChromium)('controls that must fail: the same curve without our decimation and marks', () => {
  let served: Served
  let browser: Browser
  beforeAll(async () => {
    served = await servePage(resolve(import.meta.dirname, 'fake-fidelity'))
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })
  const BOX = { left: 46, width: 467, top: 30, height: 180, from: 0, to: STEPS, low: -1.4, high: 0.8 }

  async function misses(sampling: 'lttb' | 'minmax' | undefined) {
    const { page } = await openPage(browser, served.url)
    await page.waitForFunction(() => 'draw' in window)
    await page.evaluate(
      ([sampling, steps, events, box]) =>
        (window as unknown as { draw(...args: unknown[]): void }).draw(sampling, steps, events, box),
      [sampling, STEPS, EVENTS, BOX] as const,
    )
    await page.waitForSelector('canvas')
    const found = missing(STORY, BOX, await inkedPixels(page, '--run-1'))
    await page.close()
    return { spikes: found.spikes.length, nonFinite: found.nonFinite.length }
  }
  const all = { spikes: STORY.spikes.length, nonFinite: STORY.nonFinite.length }

  it('ECharts lttb loses spikes and non-finite points', async () => {
    const found = await misses('lttb')
    expect(found.spikes).toBeGreaterThan(0)
    expect(found.nonFinite).toBeGreaterThan(all.nonFinite / 2)
  })
  it('ECharts minmax loses non-finite points', async () => {
    expect((await misses('minmax')).nonFinite).toBeGreaterThan(all.nonFinite / 2)
  })
  it('every point without marks shows the spikes, and loses non-finite points', async () => {
    const found = await misses(undefined)
    expect(found.spikes).toBe(0)
    expect(found.nonFinite).toBeGreaterThan(all.nonFinite / 2)
  })
})
