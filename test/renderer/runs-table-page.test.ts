import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { type RunStory, storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

const skipped = noChromium && ` (${noChromium})`

/** 40 settings with three seeds each: every fourth has a constant rate, every tenth setting diverges under seed 3. */
const STORIES: RunStory[] = Array.from({ length: 120 }, (_, i) => {
  const setting = Math.floor(i / 3)
  const seed = (i % 3) + 1
  const lr = 0.01 * (1 + setting)
  const diverges = setting % 10 === 9 && seed === 3
  return {
    id: `table${String(i).padStart(3, '0')}`,
    name: `set${setting} seed${seed}`,
    schedule: setting % 4 ? { kind: 'one-cycle', maxLr: lr } : { kind: 'constant', lr },
    status: diverges ? 'diverged' : 'finished',
    ...(diverges && { divergedAt: 100 }),
    budget: 134,
    seed,
    batchSize: setting % 2 ? 64 : 128,
    group: setting < 20 ? 'early' : 'late',
    createdAt: 1.7e12 + i * 60_000,
  }
})

describe.skipIf(noChromium)(`the table of runs${skipped}`, () => {
  const tests = pageTests(({ core }) => STORIES.forEach((story) => storeRun(core.storage, story)))
  const names = (page: Page) => page.locator('[role=grid] .name-cell .name').allTextContents()
  const groups = (page: Page) => page.locator('.row.group').allTextContents()

  /** The page as somebody sees it who comes for the first time. */
  async function fresh(): Promise<Page> {
    const page = await tests.open('/runs')
    await page.evaluate(() => localStorage.clear())
    await page.reload()
    await page.waitForSelector('[role=grid] .name')
    return page
  }
  async function groupBy(page: Page, field: string): Promise<void> {
    await page.keyboard.press('g')
    await page.waitForSelector('.group-menu li')
    await page.keyboard.type(field)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.row.group')
  }

  it('groups by key, sums each group up with its diverged runs, and closes and opens groups', async () => {
    const page = await fresh()
    await groupBy(page, 'schedule')
    await eventually(() => groups(page)).toHaveLength(1)
    expect((await groups(page))[0]).toMatch(/^1cycle90 runs\d\d\.\d\d, median \d\d\.\d\d4 diverged$/)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await eventually(() => groups(page)).toHaveLength(2)
    expect((await groups(page))[1]).toMatch(/^Constant30 runs/)
    // X on a group selects its runs, also those that are not loaded.
    await page.keyboard.press('x')
    await page.waitForSelector('.bulk-bar:has-text("90 selected")')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.bulk-bar', { state: 'detached' })
    await page.keyboard.press('Alt+ArrowRight')
    await eventually(async () => (await groups(page)).length).toBe(1)
  })

  it('folds seeds into one line with mean and spread, counts the diverged, and opens them', async () => {
    const page = await fresh()
    await page.click('[data-label="Group the lines"]')
    await page.click('.group-menu .toggle')
    await page.keyboard.press('Escape')
    const line = page.locator('.row', { hasText: 'set39' })
    await eventually(() => line.textContent()).toMatch(/×3.*\d\d\.\d\d ± \d.*1 diverged/)
    expect(await page.getAttribute('[role=treegrid]', 'aria-rowcount')).toBe('41')
    await line.locator('.fold').click()
    await eventually(() => page.locator('.row', { hasText: 'set39' }).count()).toBe(4)
    expect(await page.locator('.row', { hasText: 'NaN @ 100' }).count()).toBe(1)
  })

  it('has any number of any metric as a column, moved and resized by keyboard, and keeps them over a reload', async () => {
    const page = await fresh()
    await page.click('[data-label="Columns"]')
    await page.waitForSelector('.column-chooser li')
    await page.keyboard.type('grad/norm max')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    const head = page.locator('[role=columnheader][data-column="grad/norm.max"]')
    await head.waitFor()
    const place = () => head.evaluate((one) => [...one.parentElement!.children].indexOf(one))
    const width = async () => (await head.boundingBox())!.width
    const before = [await place(), await width()] as const
    await head.locator('button').focus()
    for (const key of ['Control+ArrowLeft', 'Control+ArrowLeft', 'Shift+ArrowRight', 'Shift+ArrowRight'])
      await page.keyboard.press(key)
    await eventually(place).toBe(before[0] - 2)
    await eventually(width).toBe(before[1] + 16)
    const exact = tests.served.core.storage.runs.get('table119').metrics['grad/norm']!.max
    await eventually(() => page.locator('.row', { hasText: 'set39 seed3' }).textContent()).toContain(
      exact.toPrecision(4).replace(/0+$/, ''),
    )
    await page.reload()
    await head.waitFor()
    expect([await place(), await width()]).toEqual([before[0] - 2, before[1] + 16])
  })

  it('moves and resizes a column with the pointer, and does not take that for a click', async () => {
    const page = await fresh()
    const box = async (column: string) =>
      (await page.locator(`[role=columnheader][data-column="${column}"]`).boundingBox())!
    const status = await box('status')
    const batch = await box('batchSize')
    await page.mouse.move(batch.x + 20, batch.y + 10)
    await page.mouse.down()
    await page.mouse.move(status.x + 10, status.y + 10, { steps: 4 })
    await page.mouse.up()
    await eventually(async () => (await box('batchSize')).x < (await box('status')).x).toBe(true)
    const moved = await box('batchSize')
    await page.mouse.move(moved.x + moved.width - 1, moved.y + 10)
    await page.mouse.down()
    await page.mouse.move(moved.x + moved.width + 39, moved.y + 10, { steps: 4 })
    await page.mouse.up()
    await eventually(async () => Math.round((await box('batchSize')).width - moved.width)).toBe(40)
    expect(await page.locator('[role=columnheader][aria-sort]').count()).toBe(0)
  })

  it('completes fields, comparators and values by keyboard alone', async () => {
    const page = await fresh()
    await page.keyboard.press('/')
    await page.keyboard.type('sched')
    await page.waitForSelector('.completion li')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.waitForSelector('.completion li:has-text("30 runs")')
    await page.keyboard.type('con')
    await page.keyboard.press('Tab')
    expect(await page.inputValue('[aria-label="Filter runs"]')).toBe('schedule = constant ')
    await page.waitForSelector('text=30 of 120 runs')
    expect(await page.locator('#query-problem').count()).toBe(0)
  })

  it('selects a range beyond what is loaded, tags it at once, and takes the tag away again', async () => {
    const page = await fresh()
    await page.locator('.row', { hasText: 'set39 seed3' }).click()
    await page.evaluate(() => document.querySelector('[role=grid]')!.scrollTo(0, 1e6))
    await page.locator('.row', { hasText: 'set1 seed1' }).click({ modifiers: ['Shift'] })
    await page.waitForSelector('.bulk-bar:has-text("117 selected")')
    await page.keyboard.press('t')
    await page.waitForSelector('.floating-panel input')
    await page.keyboard.type('keep')
    await page.keyboard.press('Enter')
    const tagged = () => tests.served.core.storage.runs.all().filter(({ tags }) => tags.includes('keep')).length
    await eventually(tagged).toBe(117)
    await page.waitForSelector('.floating-panel [aria-selected=true]:has-text("keep")')
    await page.keyboard.press('Enter')
    await eventually(tagged).toBe(0)
  })

  it('hides and deletes what is selected, and brings both back', async () => {
    const page = await fresh()
    const all = await names(page)
    for (const key of ['j', 'Shift+j', 'Shift+j']) await page.keyboard.press(key)
    await page.click('.bulk-bar >> text=Hide')
    await page.waitForSelector('text=117 of 120 runs')
    await page.waitForSelector('text=3 hidden, show')
    await page.keyboard.press('Control+z')
    await page.waitForSelector('text=120 of 120 runs')
    await page.keyboard.press('Control+a')
    await page.waitForSelector('.bulk-bar:has-text("120 selected")')
    await page.keyboard.press('Delete')
    await page.waitForSelector('text=120 runs deleted')
    await page.keyboard.press('Control+z')
    await eventually(() => names(page)).toEqual(all)
  })

  it('renames, notes and colours one run from the keyboard', async () => {
    const page = await fresh()
    await page.keyboard.press('j')
    await page.keyboard.press('r')
    await page.waitForSelector('.rename-field')
    await page.keyboard.type('the last one')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.row.focused:has-text("the last one")')
    const run = () => tests.served.core.storage.runs.get('table119')
    expect(run().name).toBe('the last one')
    await page.keyboard.press('Shift+F10')
    await page.waitForSelector('[role=menu]')
    for (const key of ['n', 'Enter']) await page.keyboard.press(key)
    await page.waitForSelector('textarea')
    await page.keyboard.type('worth a look')
    await page.keyboard.press('Control+Enter')
    await eventually(() => run().notes).toBe('worth a look')
    await page.keyboard.press('Shift+F10')
    await page.waitForSelector('[role=menu]')
    for (const key of ['c', 'Enter']) await page.keyboard.press(key)
    await page.waitForSelector('.swatch')
    for (const key of ['ArrowDown', 'Enter']) await page.keyboard.press(key)
    await eventually(() => run().colour).toBe(7)
    await page.waitForSelector('.row.focused .dot.run-7')
    expect(STORIES[119]!.name).toBe('set39 seed3')
    await tests.served.core.api.call('runs.update', { run: 'table119', name: 'set39 seed3', notes: '' })
    await tests.served.core.api.call('runs.change', { runs: ['table119'], colour: null })
  })

  it('saves what is selected as a table of the columns on screen', async () => {
    const page = await fresh()
    for (const key of ['j', 'Shift+j']) await page.keyboard.press(key)
    await page.click('.bulk-bar >> text=Table')
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('text=CSV, exact numbers')])
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split(/\r?\n/)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^id,name,status,group,/)
    const best = tests.served.core.storage.runs.get('table119').metrics['validation/accuracy']!.max
    expect(lines[1]).toMatch(/^table119,/)
    expect(lines[1]!.split(',')).toContain(String(best))
  })

  it('keeps a view in the workspace: filter, groups and columns are there after a reload elsewhere', async () => {
    const page = await fresh()
    await groupBy(page, 'status')
    await page.keyboard.press('/')
    await page.keyboard.type('group = late')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=60 of 120 runs')
    await page.click('[data-label="Saved views"]')
    await page.fill('[aria-label="Name of a new view"]', 'Late ones')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=View “Late ones” saved')
    const other = await fresh()
    expect(await other.locator('.row.group').count()).toBe(0)
    await other.click('[data-label="Saved views"]')
    await other.click('.views-menu .open')
    await other.waitForSelector('text=60 of 120 runs')
    expect(await other.inputValue('[aria-label="Filter runs"]')).toBe('group = late')
    await eventually(async () => (await groups(other))[0]).toMatch(/^Diverged2 runs/)
    await other.reload()
    await other.waitForSelector('[data-label="Saved views"]:has-text("Late ones")')
    await other.waitForSelector('text=60 of 120 runs')
    await other.click('[data-label="Saved views"]')
    await other.click('[aria-label="Delete Late ones"]')
    await other.waitForSelector('text=View “Late ones” deleted')
  })

  it('compares what is selected by key, and draws it alone on request', async () => {
    const page = await fresh()
    for (const key of ['j', 'Shift+j', 'Shift+j']) await page.keyboard.press(key)
    await page.click('.runs-charts >> text=Selected only')
    await eventually(() => page.locator('[role=grid] .dot:not(.off)').count()).toBe(3)
    await page.click('.runs-charts >> text=Selected only')
    await eventually(() => page.locator('[role=grid] .dot:not(.off)').count()).toBe(10)
    await page.keyboard.press('c')
    await page.waitForURL('**/#/compare*')
    await page.waitForSelector('[aria-label="Screens"] >> text=3')
  })
})
