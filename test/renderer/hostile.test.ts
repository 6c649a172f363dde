import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { HOSTILE, storeHostile } from './hostile-runs'
import { pageFaults } from './page-faults'
import { settled } from './settled'
import { eventually, pageTests } from './page-tests'

const SMALLEST = { width: 1120, height: 700 }
const NAMES = HOSTILE.map(({ name }) => name)

const settledFaults = async (page: Page) => {
  await settled(page)
  return pageFaults(page)
}
const sound = async (page: Page) => expect(await settledFaults(page)).toEqual([])

// After each test no page may have complained: an error, a warning, a report of the content security policy.
describe.skipIf(noChromium)('a workspace of hostile runs', () => {
  const tests = pageTests(({ core }) => storeHostile(core.storage))

  it('is listed with every name as it is, and drawn', async () => {
    const page = await tests.open('/runs', SMALLEST)
    await page.waitForSelector('[role=grid] .name')
    await page.locator('[role=grid]').evaluate((grid) => grid.scrollTo(0, 0))
    const seen = new Set<string>()
    await eventually(async () => {
      for (const name of await page.locator('[role=grid] .name').allTextContents()) seen.add(name)
      await page.locator('[role=grid]').evaluate((grid) => grid.scrollBy(0, 100))
      return NAMES.filter((name) => !seen.has(name))
    }).toEqual([])
    await sound(page)
  })

  it('is drawn run by run on the Runs page', async () => {
    const page = await tests.open('/runs', SMALLEST)
    await page.waitForSelector('[role=grid] .name')
    for (const _ of HOSTILE) {
      await page.keyboard.press('j')
      await page.keyboard.press('Shift+Space')
      await sound(page)
    }
  })

  it('is filtered by its own words', async () => {
    const page = await tests.open('/runs', SMALLEST)
    await page.waitForSelector('[role=grid] .name')
    await page.keyboard.press('/')
    for (const filter of ['name ~ "<script>"', 'tag has "__proto__"', 'name ~ "\u202E"', 'train/loss.last > 1e299']) {
      await page.fill('[aria-label="Filter runs"]', filter)
      await page.waitForSelector(`text=1 of ${HOSTILE.length} runs`)
      await sound(page)
    }
  })

  it('has a page for every run', async () => {
    const page = await tests.open('/runs', SMALLEST)
    const faults: Record<string, string[]> = {}
    for (const { id, name } of HOSTILE) {
      await page.evaluate((run) => (location.hash = `/runs/${run}`), id)
      await eventually(() => page.textContent('main')).toContain(name)
      const found = [...(await settledFaults(page))]
      await page.keyboard.press('v')
      found.push(...(await settledFaults(page)))
      await page.keyboard.press('v')
      if (found.length) faults[id] = found
    }
    expect(faults).toEqual({})
  })

  it('is compared all together, by every panel', async () => {
    const page = await tests.open('/runs', SMALLEST)
    await page.evaluate((ids) => (location.hash = `/compare?runs=${ids}`), HOSTILE.map(({ id }) => id).join())
    await page.waitForSelector('.compare-page canvas')
    await sound(page)
    const tabs = page.locator('.compare-page .lower-pane [role=tab]')
    for (let i = 0; i < (await tabs.count()); i++) {
      await tabs.nth(i).click()
      await sound(page)
    }
    // The readout of every run, at the first step and at the last.
    for (const key of ['ArrowRight', 'v', 'v', '1', 'l']) {
      await page.keyboard.press(key)
      await sound(page)
    }
  })

  it('is found by the command field, copied into a new run, and looked past by the Lab', async () => {
    const page = await tests.open('/new-run', SMALLEST)
    const copy = page.locator('[aria-label="Copy settings from a run"]')
    await page.waitForSelector('[aria-label="Copy settings from a run"] option[value=script00]', { state: 'attached' })
    for (const id of ['script00', 'override', 'bytes256', 'tagged00', 'control0']) {
      await copy.selectOption(id)
      await sound(page)
    }
    await page.keyboard.press('Control+k')
    await page.waitForSelector('.command-dialog input:focus')
    await page.keyboard.type('script')
    await page.waitForSelector('[role=option]:has-text("<script>")')
    await sound(page)
    await page.keyboard.press('Escape')
    await page.evaluate(() => (location.hash = '/lab'))
    await sound(page)
  })
})
