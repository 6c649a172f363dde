import type { Browser, Page } from 'playwright-core'
import { figure, type FigureRow, rounds } from './figures'
import { fromInput, read, STOPWATCH } from './stopwatch'

const ROUNDS = 7
const NAME = '[role=grid] .name'
const COUNT = '.query-field .count, [class*=query] .count'
const FIELD = '[aria-label="Filter runs"]'

async function openRuns(browser: Browser, url: string): Promise<Page> {
  // A context of its own: nothing cached, as on the first visit.
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.addInitScript({ content: `${STOPWATCH}; stopwatch.arm(null, ${JSON.stringify(NAME)}, '.')` })
  await page.goto(url)
  return page
}

/** The table of all runs: opened, filtered and sorted. */
export async function runsFigures(browser: Browser, url: string, runs: number): Promise<FigureRow[]> {
  const opening = await rounds(ROUNDS, async () => {
    const page = await openRuns(browser, url)
    const ms = await read(page)
    await page.context().close()
    return ms
  })
  const page = await openRuns(browser, url)
  await read(page)
  await page.waitForTimeout(1500)
  await page.focus(FIELD)
  await page.keyboard.type('peakLr > 0.')
  await page.waitForTimeout(1500)
  // Each digit and each Backspace is another filter with another number of runs.
  const filtering = await rounds(2 * ROUNDS, async (round) => {
    const ms = await fromInput(page, 'keydown', COUNT, null, () => page.keyboard.press(round % 2 ? 'Backspace' : '2'))
    await page.waitForTimeout(300)
    return ms
  })
  await page.fill(FIELD, '')
  await page.waitForTimeout(1500)
  const sorting: number[] = []
  for (const head of ['Peak LR', 'Best val acc']) {
    await page.locator('[role=columnheader] button', { hasText: head }).first().focus()
    sorting.push(
      ...(await rounds(6, async () => {
        const ms = await fromInput(page, 'keydown', NAME, null, () => page.keyboard.press('Enter'))
        await page.waitForTimeout(300)
        return ms
      })),
    )
  }
  await page.context().close()
  return [
    figure(`open ${runs} runs: first rows drawn, ms`, opening, '500'),
    figure(`filter ${runs} runs: key press to drawn, ms`, filtering, '100'),
    figure(`sort ${runs} runs by a column or a metric: key press to drawn, ms`, sorting, '100'),
  ]
}
