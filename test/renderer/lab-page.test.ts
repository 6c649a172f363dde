import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { formatRate } from '../../src/core/domain/format'
import { noChromium } from './browser'
import { rangeTests, storeRangeTest } from './generated-range-tests'
import { eventually, pageTests, pixelsOf } from './page-tests'

const skipped = noChromium && ` (${noChromium})`
const rate = async (page: Page, end: 'min' | 'max') =>
  Number(await page.getAttribute(`[data-handle=${end}]`, 'aria-valuenow'))
const field = (page: Page, label: string) => page.inputValue(`.rate-field [aria-label="${label}"]`)

describe.skipIf(noChromium)(`an empty Lab${skipped}`, () => {
  const tests = pageTests()

  it('says in one sentence what a range test is for, and offers one', async () => {
    const page = await tests.open('/lab')
    await page.waitForSelector('text=No range test is recorded here yet')
    await page.click('.none .btn')
    await page.waitForSelector('.el-dialog__title:has-text("New range test")')
  })

  it('is reached from the rail, by key and from the command list', async () => {
    const page = await tests.open('/runs')
    await page.click('.rail >> text=LR Lab')
    await page.waitForSelector('.lab-page')
    await page.keyboard.press('Control+2')
    await page.waitForSelector('.runs-page')
    await page.keyboard.press('Control+4')
    await page.waitForSelector('.lab-page')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('.command-dialog input:focus')
    await page.keyboard.type('new range')
    await page.waitForSelector('.command-dialog [aria-selected=true]:has-text("New range test")')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.el-dialog__title:has-text("New range test")')
  })
})

describe.skipIf(noChromium)(`the Lab${skipped}`, () => {
  const tests = pageTests(({ core }) => rangeTests(Date.now()).forEach((one) => storeRangeTest(core.storage, one)))
  async function open(size?: { width: number; height: number }): Promise<Page> {
    const page = await tests.open('/lab', size)
    await page.waitForSelector('[data-handle=max]')
    return page
  }
  const recorded = (run: string) => createInProcessTransport(tests.served.core.api).call('rangeTests.get', { run })
  const analysis = async (run = 'rt000006') => (await recorded(run)).analysis!

  it('lists all tests, newest first, with maximum and confidence; a refused one says why', async () => {
    const page = await open()
    const rows = page.locator('[data-test]')
    expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-test')))).toEqual(
      rangeTests(0)
        .map(({ id }) => id)
        .reverse(),
    )
    expect(await rows.first().innerText()).toContain(formatRate((await analysis()).max!))
    expect(await page.locator('[data-test=rt000001]').innerText()).toContain('flat')
  })

  it('draws the smoothed mean in the colour of the test, and every rule with its number', async () => {
    const page = await open()
    await eventually(() => pixelsOf(page, '--run-1')).toBeGreaterThan(300)
    const { suggestions, constant } = await analysis()
    const number = async (rule: string) => (await page.textContent(`[data-leader=${rule}] .number`))!.trim()
    expect(await number('minimum')).toBe(formatRate(constant!))
    expect(await number('steepest')).toBe(formatRate(suggestions.find(({ rule }) => rule === 'steepest')!.lr!))
    expect(await page.locator('[data-stopped]').count()).toBe(3)
    expect(await page.locator('[data-rule=article] circle').count()).toBe(3)
    expect(await page.textContent('[data-reason]')).toMatch(/3|three/i)
  })

  it('starts at the suggested band; 1 to 5 set the maximum, 0 puts it back', async () => {
    const page = await open()
    const { max, constant, suggestions } = await analysis()
    expect(await rate(page, 'max')).toBeCloseTo(max!, 3)
    await page.keyboard.press('2')
    expect(await rate(page, 'max')).toBeCloseTo(constant!, 4)
    expect(await rate(page, 'min')).toBeCloseTo(constant! / 10, 5)
    await page.keyboard.press('3')
    expect(await rate(page, 'max')).toBeCloseTo(suggestions.find(({ rule }) => rule === 'steepest')!.lr!, 4)
    expect(await page.getAttribute('[data-rule=steepest]', 'aria-pressed')).toBe('true')
    await page.keyboard.press('0')
    expect(await rate(page, 'max')).toBeCloseTo(max!, 3)
  })

  it('moves the focused handle by 1 % of a decade with the arrows', async () => {
    const page = await open()
    const before = await rate(page, 'min')
    await page.focus('[data-handle=min]')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect((await rate(page, 'min')) / before).toBeCloseTo(10 ** -0.02, 3)
    const top = await rate(page, 'max')
    await page.focus('[data-handle=max]')
    await page.keyboard.press('Shift+ArrowRight')
    expect((await rate(page, 'max')) / top).toBeCloseTo(10 ** 0.1, 3)
  })

  it('drags a handle: it stops at suggestions, and with Alt anywhere', async () => {
    const page = await open()
    const steepest = (await analysis()).suggestions.find(({ rule }) => rule === 'steepest')!.lr!
    const centre = async (what: string) => {
      const { x, width } = (await page.locator(what).boundingBox())!
      return x + width / 2
    }
    const by = (await centre('[data-leader=steepest] circle')) - (await centre('.handle.max .stem'))
    const grip = (await page.locator('[data-handle=max]').boundingBox())!
    const [x, y] = [grip.x + 20, grip.y + 10]
    await page.mouse.move(x, y)
    await page.mouse.down()
    // Three pixels beside the suggestion is near enough, twenty are not.
    await page.mouse.move(x + by + 3, y, { steps: 8 })
    expect(await rate(page, 'max')).toBeCloseTo(steepest, 5)
    await page.mouse.move(x + by + 20, y)
    expect((await rate(page, 'max')) / steepest).toBeGreaterThan(1.2)
    await page.keyboard.down('Alt')
    await page.mouse.move(x + by + 3, y)
    await page.keyboard.up('Alt')
    await page.mouse.up()
    const free = await rate(page, 'max')
    expect(free / steepest).toBeGreaterThan(1.01)
    expect(free / steepest).toBeLessThan(1.2)
    expect(await field(page, 'Maximum LR')).toBe(formatRate(free))
  })

  it('takes numbers from the fields and the ratio from its slider, and refuses what is no rate', async () => {
    const page = await open()
    const max = page.locator('.rate-field [aria-label="Maximum LR"]')
    await max.fill('0.2')
    await max.press('Enter')
    expect(await rate(page, 'max')).toBe(0.2)
    await page.locator('.ratio input').fill('4')
    expect(await rate(page, 'min')).toBeCloseTo(0.05, 6)
    await max.fill('-3')
    await max.press('Enter')
    await page.waitForSelector('.rate-field [role=alert]')
    expect(await rate(page, 'max')).toBe(0.2)
    await max.press('Escape')
    expect(await max.inputValue()).toBe('0.200')
  })

  it('lays tests over each other in their own colours and says what differs, and by how much', async () => {
    const page = await open()
    await page.keyboard.press('Space')
    await page.keyboard.press('j')
    await page.waitForSelector('[data-test=rt000005][aria-selected=true]')
    await eventually(() => pixelsOf(page, '--run-2')).toBeGreaterThan(300)
    expect(await pixelsOf(page, '--run-1')).toBeGreaterThan(100)
    const [here, there] = [(await analysis('rt000005')).max!, (await analysis('rt000006')).max!]
    await eventually(() => page.innerText('.against')).toMatch(/batch 128 instead of 512, all else equal/i)
    expect(await page.innerText('.against')).toContain(`factor of ${(here / there).toFixed(1)} for 1/4 times the batch`)
  })

  it('shows the same numbers as a table, and curves again', async () => {
    const page = await open()
    await page.keyboard.press('v')
    const { loss } = (await recorded('rt000006')).sweeps[1]!
    expect(await page.locator('.lab-table tbody tr').nth(10).locator('td').nth(2).innerText()).toBe(
      loss[10]!.toFixed(4),
    )
    await page.keyboard.press('v')
    await page.waitForSelector('.lab-chart canvas')
  })

  it('refuses with reason and likely causes, and suggests no number', async () => {
    const page = await open()
    await page.click('[data-test=rt000001]')
    await page.waitForSelector('[data-confidence]:has-text("Refused: flat")')
    expect(await page.textContent('[data-reason]')).toMatch(/did not fall|σ/)
    await page.waitForSelector('.causes li')
    expect(await page.locator('[data-handle]').count()).toBe(0)
    expect(await field(page, 'Maximum LR')).toBe('')
    expect(await page.locator('.lab-side .btn:has-text("Use in new run")').isDisabled()).toBe(true)
  })

  it('leaves the maximum empty where no upper bound was found; one that is typed in can be used', async () => {
    const { storage } = tests.served.core
    const page = await open()
    storeRangeTest(storage, { id: 'rtopen00', name: 'rt-open', bounded: false, createdAt: Date.now() - 8e7 })
    await page.reload()
    await page.click('[data-test=rtopen00]')
    await page.waitForSelector('[data-confidence]:has-text("Refused: no upper bound")')
    expect(await field(page, 'Maximum LR')).toBe('')
    const max = page.locator('.rate-field [aria-label="Maximum LR"]')
    await max.fill('0.5')
    await max.press('Enter')
    expect(await rate(page, 'max')).toBe(0.5)
    expect(await page.locator('.lab-side .btn:has-text("Confirm A/B")').isEnabled()).toBe(true)
    storage.runs.purge(['rtopen00'])
  })

  it('asks for a measurement before anything else where confidence is low', async () => {
    const page = await open()
    const ink = () => page.locator('.lab-side .btn--ink').innerText()
    expect(await ink()).toMatch(/Use in new run/)
    await page.click('[data-test=rt000000]')
    await page.waitForSelector('[data-confidence]:has-text("Low confidence")')
    expect(await ink()).toMatch(/Confirm A\/B/)
    expect(await page.locator('.lab-side .btn:has-text("Use in new run")').isDisabled()).toBe(false)
  })

  it('fills the form of a new run with what was tested and the band’s maximum', async () => {
    const page = await open()
    await page.keyboard.press('3')
    const max = await rate(page, 'max')
    await page.keyboard.press('u')
    await page.waitForSelector('.new-run')
    expect(Number(await page.inputValue('[data-field="schedule.maxLr"] input'))).toBe(max)
    expect(await page.inputValue('[data-field=batchSize] input')).toBe('128')
    await page.click('[role=tab]:has-text("JSON")')
    expect(await page.textContent('[data-json]')).not.toContain('rangeTest')
  })

  it('renames, deletes with undo, and goes to the next test', async () => {
    const page = await open()
    await page.keyboard.press('r')
    await page.keyboard.type('rt-renamed')
    await page.keyboard.press('Enter')
    await page.waitForSelector('[data-test=rt000006]:has-text("rt-renamed")')
    await page.keyboard.press('Delete')
    await page.waitForSelector('[data-test=rt000005][aria-selected=true]')
    expect(await page.locator('[data-test]').count()).toBe(6)
    await page.keyboard.press('Control+z')
    await eventually(() => page.locator('[data-test]').count()).toBe(7)
  })

  it.each([
    [1440, 900],
    [1120, 700],
  ])('has no control cut off at %d × %d', async (width, height) => {
    const page = await open({ width, height })
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.lab-page button, .lab-page input, .lab-page [role=slider], .lab-page .tag')]
        .filter((element) => {
          const { left, right, top, bottom } = element.getBoundingClientRect()
          const pane = element
            .closest('.lab-chart, .lab-head, .lab-side, .test-list, .confirm')!
            .getBoundingClientRect()
          const scrolls = element.closest('.lab-side .scroller, .test-list ul')
          return left < pane.left || right > pane.right || top < pane.top || (!scrolls && bottom > pane.bottom)
        })
        .map((element) => element.outerHTML.slice(0, 100)),
    )
    expect(cut).toEqual([])
    const words = await page.evaluate(() =>
      [...document.querySelectorAll('.lab-side .name, .lab-side .hint, .lab-side .buttons, .test-list footer')]
        .filter((element) => element.scrollWidth > element.clientWidth + 1)
        .map((element) => element.outerHTML.slice(0, 100)),
    )
    expect(words).toEqual([])
  })
})
