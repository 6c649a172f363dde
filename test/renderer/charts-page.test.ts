import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GUTTER, layoutStack } from '../../src/renderer/charts/geometry'
import type { ReadoutValue, XRange } from '../../src/renderer/charts/types'
import { NAN_STEP, SCENARIOS, SPIKE_STEP } from './fake-charts/scenarios'
import { launchChromium, openPage, type Served, servePage } from './fake-charts/serve'

interface Fake {
  zoom(range: XRange | null): void
  crosshair(): number | null
  zoomed(): XRange | null
  pinned(): boolean
  values(stack: number): ReadoutValue[]
}
declare const window: Window & { fake: Fake }

let served: Served
let browser: Browser
beforeAll(async () => {
  served = await servePage(resolve(import.meta.dirname, 'fake-charts'))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})

async function open(scenario: string, size: { width: number; height: number }, more = '') {
  const opened = await openPage(browser, `${served.url}?scenario=${scenario}${more}`, size)
  await opened.page.waitForSelector('canvas')
  return opened
}

/** The page once it has drawn what it was told last: two frames later. */
const settled = (page: Page) =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))

/**
 * Pixels of a token's colour on a canvas, as [x, y] in CSS px, inside a box.
 * Anti-aliased ones count where they are nearer to the colour than to what is behind.
 */
const coloured = (
  page: Page,
  token: string,
  box: { left: number; right: number; top: number; bottom: number },
  canvas = 0,
) =>
  page.evaluate(
    ({ token, box, canvas }) => {
      const element = document.querySelectorAll('canvas')[canvas]!
      const probe = document.createElement('canvas').getContext('2d')!
      const rgb = (name: string) => {
        probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
        probe.fillRect(0, 0, 1, 1)
        return probe.getImageData(0, 0, 1, 1).data
      }
      const want = rgb(token)
      const scale = element.width / element.clientWidth
      const { data, width } = element.getContext('2d')!.getImageData(0, 0, element.width, element.height)
      const found: [number, number][] = []
      for (let y = Math.floor(box.top * scale); y < box.bottom * scale; y++) {
        for (let x = Math.floor(box.left * scale); x < box.right * scale; x++) {
          const at = 4 * (y * width + x)
          const distance = Math.hypot(...[0, 1, 2].map((i) => data[at + i]! - want[i]!))
          if (data[at + 3]! > 128 && distance < 90) found.push([x / scale, y / scale])
        }
      }
      return found
    },
    { token, box, canvas },
  )

/** Zooms of a series of 100 000 steps down to a hundred, all with the one NaN in view. */
const ZOOMS: (XRange | null)[] = [
  null,
  { from: 20_000, to: 60_000 },
  { from: 41_000, to: 42_000 },
  { from: 41_100, to: 41_200 },
]

describe('in a real browser under the strict policy', () => {
  /** Pixels of the run's colour away from its flat line: only a mark can be there. */
  async function offTheLine(page: Page, zoom: XRange | null): Promise<number> {
    await page.evaluate((range) => window.fake.zoom(range), zoom)
    await settled(page)
    const box = layoutStack({ width: 900, height: 300 }, [1])
    const { from, to } = zoom ?? { from: 0, to: 100_000 }
    const x = box.plotLeft + ((NAN_STEP - from) / (to - from)) * box.plotWidth
    const { plotTop, plotHeight } = box.panels[0]!
    const pixels = await coloured(page, '--run-1', {
      left: Math.max(0, x - 12),
      right: x + 12,
      top: plotTop,
      bottom: plotTop + plotHeight,
    })
    const line = plotTop + plotHeight / 2
    return pixels.filter(([, y]) => Math.abs(y - line) > 3).length
  }

  it('a single NaN among 100 000 steps leaves a visible mark at any zoom', async () => {
    const { page } = await open('nan', { width: 901, height: 300 })
    for (const zoom of ZOOMS) expect(await offTheLine(page, zoom), JSON.stringify(zoom)).toBeGreaterThan(10)
    await page.close()
  })

  it('(control) without marks the same NaN leaves nothing beside the line, and in the overview not even a gap', async () => {
    const { page } = await open('nan', { width: 901, height: 300 }, '&bare')
    for (const zoom of ZOOMS) expect(await offTheLine(page, zoom), JSON.stringify(zoom)).toBe(0)
    // Nor does the line break where many steps share a pixel.
    await page.evaluate(() => window.fake.zoom(null))
    await settled(page)
    const columns = new Set(
      (await coloured(page, '--run-1', { left: 60, right: 880, top: 30, bottom: 280 })).map(([x]) => x),
    )
    expect(columns.size).toBe(820)
    await page.close()
  })

  it('a spike of one step among 100 000 reaches its full height on the screen', async () => {
    const { page } = await open('long', { width: 1000, height: 500 })
    const box = layoutStack({ width: 999, height: 500 }, [1, 1])
    const { plotTop, plotHeight } = box.panels[0]!
    const x = box.plotLeft + (70_001 / 100_000) * box.plotWidth
    const top = plotTop + 0.08 * plotHeight
    const pixels = await coloured(page, '--q-train', {
      left: x - 2,
      right: x + 3,
      top: plotTop,
      bottom: plotTop + plotHeight / 2,
    })
    expect(pixels.filter(([, y]) => y < top).length).toBeGreaterThan(0)
    await page.close()
  })

  it('a step is the same pixel in every panel of a stack, and in the stack beside it', async () => {
    const { page } = await open('aligned', { width: 1200, height: 600 })
    await settled(page)
    const columns: number[] = []
    for (const [canvas, shares] of [
      [0, [3, 2, 1]],
      [1, [1, 2, 3]],
    ] as const) {
      const box = layoutStack({ width: 599, height: 600 }, [...shares])
      for (const { plotTop, plotHeight } of box.panels) {
        const middle = { left: GUTTER.left, right: 599, top: plotTop, bottom: plotTop + 0.4 * plotHeight }
        const xs = (await coloured(page, '--run-1', middle, canvas)).map(([x]) => x)
        expect(xs.length).toBeGreaterThan(5)
        columns.push(xs.reduce((a, b) => a + b, 0) / xs.length)
      }
      const expected = box.plotLeft + (SPIKE_STEP / 1000) * box.plotWidth
      for (const column of columns) expect(Math.abs(column - expected)).toBeLessThan(1)
    }
    expect(Math.max(...columns) - Math.min(...columns)).toBeLessThan(0.6)
    await page.close()
  })

  it('reads exactly what was recorded at the crosshair, in both stacks, by mouse and by keys', async () => {
    const { page } = await open('runs', { width: 1122, height: 420 })
    const scenario = SCENARIOS.runs!()
    const recorded = (stack: number, panel: number, line: number, step: number) => {
      const { steps, values } = scenario.stacks[stack]![panel]!.series[line]!
      return values[[...steps].indexOf(step)]
    }
    const read = (stack: number, panel: string, run: string) =>
      page.evaluate(
        ([stack, panel, run]) =>
          window.fake.values(stack as number).find((value) => value.panel === panel && value.series === run)!,
        [stack, panel, run] as const,
      )
    const crosshair = () => page.evaluate(() => window.fake.crosshair())

    await page.mouse.move(300, 200)
    await settled(page)
    const step = (await crosshair())!
    expect(step).toBe(Math.round(((300 - 46) / (560 - 60)) * 1000))
    expect((await read(0, 'loss', 'run1')).value).toBe(recorded(0, 0, 0, step))
    expect((await read(0, 'lr', 'run2')).value).toBe(recorded(0, 1, 1, step))
    const accuracy = await read(1, 'accuracy', 'run1')
    expect(Math.abs(accuracy.step - step)).toBeLessThanOrEqual(12)
    expect(accuracy.value).toBe(recorded(1, 0, 0, accuracy.step))
    expect(await read(0, 'loss', 'run3')).toMatchObject({ value: null, nonFiniteSince: 137 })

    await page.keyboard.press('ArrowRight')
    expect(await crosshair()).toBe(step + 1)
    await settled(page)
    expect((await read(0, 'loss', 'run1')).value).toBe(recorded(0, 0, 0, step + 1))
    await page.keyboard.press('Shift+ArrowLeft')
    expect(await crosshair()).toBe(step + 1 - 235)

    await page.keyboard.press('p')
    await page.mouse.move(450, 150)
    expect(await crosshair()).toBe(step + 1 - 235)
    await page.keyboard.press('Escape')
    expect(await crosshair()).toBeNull()
    expect(await page.evaluate(() => window.fake.pinned())).toBe(false)
    await page.close()
  })

  it('zooms all panels by dragging, says what is drawn then, and resets by 0 and by a double click', async () => {
    const { page } = await open('long', { width: 1000, height: 500 })
    const count = () => page.locator('[data-count=loss]').innerText()
    const zoomed = () => page.evaluate(() => window.fake.zoomed())
    expect(await count()).toMatch(/^1.\d{3} of 100.000 points drawn, extremes kept, 1 non-finite$/)
    const drag = async () => {
      await page.mouse.move(200, 100)
      await page.mouse.down()
      await page.mouse.move(203, 140, { steps: 3 })
      await page.mouse.move(206, 180, { steps: 3 })
      await page.mouse.up()
    }
    await drag()
    const range = (await zoomed())!
    expect(range.to - range.from).toBeGreaterThan(500)
    await settled(page)
    const total = range.to - range.from + 1
    expect((await count()).replaceAll('\u2009', '')).toBe(`${total} of ${total} points drawn`)
    await page.keyboard.press('0')
    expect(await zoomed()).toBeNull()
    await drag()
    await page.mouse.dblclick(500, 200)
    expect(await zoomed()).toBeNull()
    await page.close()
  })

  it('V shows the same numbers as a table, and the curves again', async () => {
    const { page } = await open('runs', { width: 1122, height: 420 })
    await page.keyboard.press('v')
    const row = page.locator('tbody tr', { has: page.getByRole('rowheader', { name: '3', exact: true }) })
    const cells = await row.locator('td').allInnerTexts()
    expect(cells[0]).toBe(SCENARIOS.runs!().stacks[0]![0]!.series[0]!.values[3]!.toFixed(4))
    await page.keyboard.press('v')
    await page.waitForSelector('table', { state: 'detached' })
    await page.close()
  })

  it.each(['runs', 'run', 'long', 'aligned'])(
    '%s: nothing refused by the policy, no error, no warning',
    async (scenario) => {
      const { page, complaints } = await open(scenario, { width: 1000, height: 800 }, '&theme=dark')
      await page.mouse.move(400, 300)
      await page.keyboard.press('p')
      await page.keyboard.press('v')
      await page.keyboard.press('v')
      await page.setViewportSize({ width: 700, height: 500 })
      await settled(page)
      expect(complaints).toEqual([])
      // The policy is really in force: an inline style is refused and heard of.
      await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<p style="color: red"></p>'))
      await settled(page)
      expect(complaints.join()).toMatch(/style-src|inline style/)
      await page.close()
    },
  )
})
