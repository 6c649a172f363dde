import type { Browser, Page } from 'playwright-core'
import { figure, type FigureRow, rounds } from './figures'
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

/** Work of one crosshair move up to its layout, in ms: what a frame must have time for beside painting. */
const crosshair = (page: Page): Promise<number[]> => page.evaluate<number[]>(MOVES)

/** Zooms in by dragging, then back: each until the panel has drawn what it says. */
async function zooming(page: Page): Promise<number[]> {
  const box = (await page.locator(STACK).first().boundingBox())!
  return rounds(2 * ROUNDS, async (round) => {
    if (round % 2) {
      const ms = await fromInput(page, 'keydown', LOSS, null, () => page.keyboard.press('0'))
      await page.waitForTimeout(400)
      return ms
    }
    const from = box.x + box.width * (0.2 + 0.02 * round)
    await page.mouse.move(from, box.y + 60)
    await page.mouse.down()
    await page.mouse.move(from + 80, box.y + 70, { steps: 3 })
    const ms = await fromInput(page, 'pointerup', LOSS, null, () => page.mouse.up())
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
  const clicks = await rounds(ROUNDS, async () => {
    const page = await openBeside(browser, url)
    const ms = await clickCompare(page, ids)
    await page.context().close()
    return ms
  })
  const page = await openBeside(browser, url)
  await clickCompare(page, ids)
  await page.waitForTimeout(3000)
  const zooms = await zooming(page)
  const crosses = await crosshair(page)
  await page.context().close()
  return [
    figure(`${what}: click to drawn, ms`, clicks, limit),
    figure(`${what}: zoom and back to drawn, ms`, zooms, '100 a frame'),
    [...figure(`${what}: crosshair move, work up to layout, ms`, crosses, '16').slice(0, 3), `${crosses.length} moves`],
  ]
}
