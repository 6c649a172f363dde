import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { FieldList } from '../../src/core/domain/table/describe-fields'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { HOSTILE, storeHostile } from './hostile-runs'
import { pageFaults } from './page-faults'
import { settled } from './settled'
import { eventually, pageTests } from './page-tests'

const SMALLEST = { width: 1120, height: 700 }
const NAMES = HOSTILE.map(({ name }) => name)

/** Filters that are hostile themselves, and whom they find. */
const FILTERED: [filter: string, ids: string[]][] = [
  ['name ~ "<script>"', ['script00']],
  ['tag has "__proto__"', ['tagged00']],
  ['name ~ "\u202E"', ['override']],
  // Infinity is more than any number.
  ['train/loss.last > 1e299', ['infinite', 'extremes']],
]

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

  /** Lines with others within them make a tree of it. */
  const TABLE = ':is([role=grid], [role=treegrid])'
  /** The table of Runs as somebody has arranged it. */
  async function openTable(state: object): Promise<Page> {
    const page = await tests.open('/runs', SMALLEST)
    await page.evaluate((kept) => localStorage.setItem('anneal.runsTable', JSON.stringify(kept)), state)
    await page.reload()
    await page.waitForSelector(`${TABLE} .row`)
    return page
  }
  /** Goes through all lines, or columns, of the table; what is read on the way, and what is wrong there. */
  async function readThrough(page: Page, by: { x: number; y: number }) {
    const seen = new Set<string>()
    const faults = new Set<string>()
    const grid = page.locator(TABLE)
    for (let before = '', at = ' '; at !== before;) {
      before = at
      for (const text of await grid.locator('[role=gridcell], [role=columnheader]').allTextContents())
        seen.add(text.trim())
      for (const fault of await settledFaults(page)) faults.add(fault)
      at = await grid.evaluate(
        (element, { x, y }) => (element.scrollBy(x, y), `${element.scrollLeft} ${element.scrollTop}`),
        by,
      )
    }
    return { seen: [...seen], faults: [...faults] }
  }

  it.each([['group'], ['name'], ['tags', 'group', 'name']])('is grouped by %s …', async (...groupBy) => {
    const page = await openTable({ groupBy })
    await page.waitForSelector('.row.group')
    const { seen, faults } = await readThrough(page, { x: 0, y: 100 })
    expect(faults).toEqual([])
    const wanted = HOSTILE.flatMap(({ name, group = '' }) => (groupBy.includes('name') ? [name] : group ? [group] : []))
    expect(wanted.filter((text) => !seen.some((cell) => cell.includes(text.trim())))).toEqual([])
  })

  it('has every field, and metrics of any name, as a column', async () => {
    const { fields } = (await tests.served.core.api.call('runs.fields', {})) as FieldList
    const strange = HOSTILE.find(({ id }) => id === 'strange0')!.frames!.at(-1)!.metrics
    const ids = [
      ...strange.flatMap((name) => [`${name}.last`, `${name}.best`, `${name}.curve`]),
      ...fields.map(({ name }) => name),
    ]
    const columns = [...new Set(['visible', 'name', ...ids])].slice(0, 96).map((id) => ({ id }))
    expect(columns.length).toBeGreaterThan(40)
    const page = await openTable({ columns, fold: true })
    const across = await readThrough(page, { x: 500, y: 0 })
    expect(across.faults).toEqual([])
    expect(strange.filter((name) => !across.seen.some((head) => head.includes(name)))).toEqual([])
    expect((await readThrough(page, { x: 0, y: 100 })).faults).toEqual([])
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
    const found = () => page.locator('[role=grid] .name').allTextContents()
    for (const [filter, ids] of FILTERED) {
      await page.fill('[aria-label="Filter runs"]', filter)
      const names = HOSTILE.filter(({ id }) => ids.includes(id)).map(({ name }) => name)
      await eventually(async () => (await found()).sort()).toEqual(names.sort())
      await page.waitForSelector(`text=${ids.length} of ${HOSTILE.length} runs`)
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

describe.skipIf(noChromium)('hostile names over several seeds', () => {
  const named = HOSTILE.slice(0, 9)
  const tests = pageTests(({ core }) =>
    named.forEach(({ name, group, tags }, i) => {
      for (const seed of [1, 2]) {
        const schedule = { kind: 'constant', lr: 0.1 + i / 100 } as const
        const story = { id: `seed${i}00${seed}`, name, schedule, status: 'finished' as const, budget: 70, seed }
        storeRun(core.storage, { ...story, ...(group !== undefined && { group }), ...(tags && { tags }) })
      }
    }),
  )

  it('are folded into a line each, which opens', async () => {
    const page = await tests.open('/runs', SMALLEST)
    await page.evaluate(() => localStorage.setItem('anneal.runsTable', JSON.stringify({ fold: true })))
    await page.reload()
    const lines = page.locator('[role=treegrid] .fold')
    await eventually(() => lines.count()).toBeGreaterThan(3)
    await sound(page)
    const shown = await page.locator('[role=treegrid] [role=row]').allTextContents()
    expect(named.filter(({ name }) => shown.some((line) => line.includes(name.trim()))).length).toBeGreaterThan(3)
    const before = shown.length
    await lines.first().click()
    await eventually(() => page.locator('[role=treegrid] [aria-level="2"]').count()).toBe(2)
    expect(before).toBeGreaterThan(3)
    await sound(page)
  })
})
