import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

const LOST = 'text=The connection to the core is lost'
const LAB = 'nav a:has-text("LR Lab")'

describe.skipIf(noChromium)(`code that comes late${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core }) => {
    const of = (id: string, name: string, lr: number) =>
      storeRun(core.storage, { id, name, schedule: { kind: 'constant', lr }, status: 'finished', budget: 100 })
    of('run00001', 'first', 0.1)
    of('run00002', 'second', 0.2)
  })
  /** Style sheets that never arrived. */
  const missingStyles = (page: Page) =>
    page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].filter(({ sheet }) => !sheet).length,
    )
  const countLoads = (page: Page) => {
    const loads: string[] = []
    page.on('load', () => loads.push(page.url()))
    return loads
  }

  it.each([
    ['noticed', LOST],
    ['not noticed yet', LAB],
  ])('opens the LR Lab once the server is back; its loss was %s', async (_, seen) => {
    const page = await tests.open('/runs')
    await page.waitForSelector(LAB)
    const loads = countLoads(page)
    await tests.served.stop()
    await page.waitForSelector(seen)
    await page.click(LAB)
    await page.waitForSelector('text=Waiting for the code of LR Lab')
    await page.waitForSelector(LOST)
    await tests.served.start()
    await page.waitForSelector('.lab-page')
    await page.waitForSelector(LOST, { state: 'hidden' })
    expect(await missingStyles(page)).toBe(0)
    expect(page.url()).toContain('#/lab')
    expect(loads).toEqual([])
    tests.forgive(/ERR_/)
  })

  it('is there for Compare before anybody asks for it', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name:has-text("second")')
    await page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => /ComparePage.*js$/.test(name)),
    )
    await page.route('**/*.js', (route) => route.abort())
    await page.click('button:has-text("Compare 2")')
    await page.waitForSelector('.chip:has-text("second")')
  })

  it('draws the charts of Runs once the server is back, in the page that stands', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('.stack-text')
    await page.click('[role=radio]:has-text("Table")')
    await page.reload()
    await page.waitForSelector('[role=grid] .name:has-text("second")')
    const loads = countLoads(page)
    await tests.served.stop()
    await page.click('[role=radio]:has-text("Above")')
    await page.waitForSelector('text=Waiting for the code of the charts')
    await tests.served.start()
    await page.waitForSelector('.stack-text')
    expect(await missingStyles(page)).toBe(0)
    expect(loads).toEqual([])
    tests.forgive(/ERR_/)
  })

  it('starts the page anew once where code does not come although the core answers, then says so', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector(LAB)
    const loads = countLoads(page)
    await page.route('**/LabPage*.js', (route) => route.abort())
    await page.click(LAB)
    await page.waitForSelector('[role=alert]:has-text("The code of LR Lab could not be loaded")')
    expect(loads).toEqual([`${tests.served.address}/#/lab`])
    await page.unroute('**/LabPage*.js')
    await page.click('button:has-text("Reload")')
    await page.waitForSelector('.lab-page')
    await eventually(() => loads.length).toBe(2)
    tests.forgive(/ERR_/)
  })
})
