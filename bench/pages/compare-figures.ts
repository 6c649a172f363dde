import type { Browser, Page } from 'playwright-core'
import { figure, type FigureRow, rounds } from './figures'
import { pageCpu, withCpu } from './page-cpu'
import { fromInput, STOPWATCH } from './stopwatch'

const ROUNDS = 7
const LOSS = '.compare-page [data-count]'
const STACK = '.compare-page .chart-stack'

const hashOf = (ids: readonly string[]) => `#/compare?runs=${ids.join(',')}`

/** A page that has loaded the Runs screen, ready to go to the comparison by a click on a link. */
async function openBeside(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript({ content: STOPWATCH })
  await page.goto(url)
  await page.waitForSelector('[role=grid] .name')
  await page.waitForTimeout(1500)
  return page
}

/** Clicks a link to the comparison, as in an address that was kept, until its first panel has drawn all of the points. */
function clickCompare(page: Page, ids: readonly string[]): Promise<number> {
  const link = `(() => {
    const link = document.createElement('a')
    link.href = ${JSON.stringify(hashOf(ids))}
    document.body.append(link)
    link.click()
    link.remove()
  })()`
  return fromInput(page, 'click', LOSS, 'points drawn', () => page.evaluate(link))
}

/** In the page: moves the pointer over the first stack; Vue draws in microtasks, reading a size makes the browser lay out. */
const MOVES = `(async () => {
  const plots = document.querySelector(${JSON.stringify(`${STACK} .plots`)})
  const { left, top, width, height } = plots.getBoundingClientRect()
  const times = []
  for (let i = 0; i < 40; i++) {
    const clientX = left + width * (0.2 + (0.6 * i) / 40)
    const start = performance.now()
    plots.dispatchEvent(new PointerEvent('pointermove', { clientX, clientY: top + height / 4, bubbles: true }))
    for (let turn = 0; turn < 8; turn++) await null
    document.body.getBoundingClientRect()
    times.push(performance.now() - start)
    await new Promise(requestAnimationFrame)
  }
  return times.slice(5)
})()`

/**
 * In the page: moves the range in view along with the wheel, a notch a frame; the work of each frame in which the curves
 * are drawn where they lie now, from its first callback until it has been painted.
 */
const PANS = `(async () => {
  const plots = document.querySelector(${JSON.stringify(`${STACK} .plots`)})
  const { left, top, width, height } = plots.getBoundingClientRect()
  const at = { clientX: left + width / 2, clientY: top + height / 4, bubbles: true, cancelable: true }
  const frame = () => new Promise((done) => requestAnimationFrame(() => {
    const start = performance.now()
    const port = new MessageChannel()
    port.port1.onmessage = () => done(performance.now() - start)
    port.port2.postMessage(0)
  }))
  const turn = (more) => { plots.dispatchEvent(new WheelEvent('wheel', { ...at, ...more })); return frame() }
  for (let i = 0; i < 4; i++) await turn({ deltaY: -100 })
  const times = []
  for (let i = 0; i < 24; i++) times.push(await turn({ deltaY: i % 8 < 4 ? 100 : -100, shiftKey: true }))
  return times.slice(4)
})()`

/** Work of one frame of panning, in ms. */
const panning = (page: Page): Promise<number[]> => page.evaluate<number[]>(PANS)

/** A pattern for another number of points drawn than now: words beside it change earlier than the curves do. */
async function otherPoints(page: Page): Promise<string> {
  const text = (await page.locator(LOSS).first().textContent())!.replaceAll('\u2009', '')
  return `^(?!${text.split(' points')[0]} points)`
}

/** Work of one crosshair move up to its layout, in ms: what a frame must have time for beside painting. */
const crosshair = (page: Page): Promise<number[]> => page.evaluate<number[]>(MOVES)

/** Zooms in by dragging, then back: each until exact data of the range is drawn. */
async function zooming(page: Page, cpu: number[]): Promise<number[]> {
  const read = await pageCpu(page)
  const box = (await page.locator(STACK).first().boundingBox())!
  return rounds(2 * ROUNDS, async (round) => {
    if (round % 2) {
      const other = await otherPoints(page)
      const ms = await withCpu(read, cpu, () => fromInput(page, 'keydown', LOSS, other, () => page.keyboard.press('0')))
      await page.waitForTimeout(400)
      return ms
    }
    const from = box.x + box.width * (0.2 + 0.02 * round)
    await page.mouse.move(from, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(from + 80, box.y + 70, { steps: 3 })
    const other = await otherPoints(page)
    const ms = await withCpu(read, cpu, () => fromInput(page, 'pointerup', LOSS, other, () => page.mouse.up()))
    await page.waitForTimeout(400)
    return ms
  })
}

/**
 * A comparison of many runs: clicked until drawn, zoomed, and under the crosshair.
 * @param ids the runs
 * @param steps updates that each has
 */
export async function compareFigures(
  browser: Browser,
  url: string,
  ids: readonly string[],
  steps: number,
  limit: string,
): Promise<FigureRow[]> {
  const what = `${ids.length} runs x ${steps} steps`
  const cpu = { clicks: [] as number[], zooms: [] as number[] }
  const clicks = await rounds(ROUNDS, async () => {
    const page = await openBeside(browser, url)
    const ms = await withCpu(await pageCpu(page), cpu.clicks, () => clickCompare(page, ids))
    await page.context().close()
    return ms
  })
  const page = await openBeside(browser, url)
  await clickCompare(page, ids)
  await page.waitForTimeout(3000)
  const zooms = await zooming(page, cpu.zooms)
  const pans = await panning(page)
  const crosses = await crosshair(page)
  await page.context().close()
  return [
    figure(`${what}: click to drawn, ms`, clicks, limit),
    figure(`${what}: the same, processor time of the page, ms`, cpu.clicks, ''),
    figure(`${what}: zoom and back to exact data drawn, ms`, zooms, ''),
    figure(`${what}: the same, processor time of the page, ms`, cpu.zooms, ''),
    figure(`${what}: a frame of panning, ms`, pans, '100'),
    [...figure(`${what}: crosshair move, work up to layout, ms`, crosses, '16').slice(0, 3), `${crosses.length} moves`],
  ]
}
