import type { Browser, Page } from 'playwright-core'
import type { Core } from '../../src/core/create-core'
import type { ScheduleSpec } from '../../src/core/domain/schedules/registry'
import type { FigureRow } from './figures'
import { specOf } from './talking-trainer'

/** An hour of four runs at thirty updates a second. */
export const HOUR_STEPS = 108_000
export const RUNS = 4
const QUARTERS = 4
const MB = 2 ** 20

/** Bytes that the page's script holds after a collection, buffers of arrays included. */
async function heldBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const usage = (await session.send('Runtime.getHeapUsage')) as { usedSize: number; backingStorageSize?: number }
  await session.detach()
  return usage.usedSize + (usage.backingStorageSize ?? 0)
}

/**
 * Streams four runs to a page for as many points as an hour brings, faster; memory at each quarter. Flat means that the
 * last quarter holds no more than the one before it: at first every point is kept, from some length on an overview.
 */
export async function memoryFigures(browser: Browser, core: Core, url: string): Promise<FigureRow[]> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForSelector('.app')
  const schedules: ScheduleSpec[] = Array.from({ length: RUNS }, (_, i) => ({ kind: 'constant', lr: 0.05 * (i + 1) }))
  const created = await Promise.all(
    schedules.map((schedule) => core.api.call('runs.create', { spec: specOf(schedule, HOUR_STEPS), seeds: [1] })),
  )
  const ids = (created as { runs: { id: string }[] }[]).flatMap(({ runs }) => runs.map(({ id }) => id))
  const done = () => Math.min(...ids.map((id) => core.storage.runs.get(id).steps))
  const held: number[] = []
  for (let quarter = 1; quarter <= QUARTERS; quarter++) {
    while (done() < (quarter / QUARTERS) * HOUR_STEPS) await page.waitForTimeout(100)
    // The page draws what has come before it is asked.
    await page.waitForTimeout(1000)
    held.push(await heldBytes(page))
  }
  await context.close()
  const mb = held.map((bytes) => (bytes / MB).toFixed(1))
  const growth = (from: number) => (100 * (held.at(-1)! / held[from]! - 1)).toFixed(1)
  const what = `page memory, ${RUNS} runs x ${HOUR_STEPS} steps streamed: last quarter against`
  return [
    [`${what} the first, %`, growth(0), '10', `${mb.join(' ')} MB`],
    [`${what} the second, %`, growth(1), '10', 'exact points become an overview in the second'],
  ]
}
