import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

const IDS = ['run00001', 'run00002', 'run00003']

describe.skipIf(noChromium)(`undo${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core }) => {
    for (const id of IDS)
      storeRun(core.storage, {
        id,
        name: `name of ${id}`,
        schedule: { kind: 'constant', lr: 0.1 },
        status: 'finished',
        budget: 100,
        group: id === 'run00001' ? 'own' : '',
        tags: id === 'run00002' ? ['kept'] : [],
      })
  })
  /** What can be arranged of each run. */
  const arranged = () =>
    IDS.map((id) => tests.served.core.storage.runs.get(id)).map(({ group, tags, notes, colour, hidden, pinned }) => ({
      group,
      tags,
      notes,
      colour,
      hidden,
      pinned,
    }))
  const select = async (page: Page) => {
    await page.waitForSelector('[role=grid] .name')
    for (const key of ['j', 'x', 'j', 'x', 'j', 'x']) await page.keyboard.press(key)
    await page.waitForSelector('text=3 selected')
  }

  it.each([
    ['pins', { pinned: true }, 'pinned to the top'],
    ['groups', { group: 'all' }, 'in group all'],
    ['tags', { addTags: ['all'] }, 'tagged all'],
    ['colours', { colour: 5 }, 'in a colour of their own'],
    ['hides', { hidden: true }, 'hidden from the table'],
  ] as const)('takes back what %s several runs, by key, to what each of them was', async (what, change, said) => {
    const page = await tests.open('/runs')
    await select(page)
    const before = arranged()
    await page.locator('[role=grid] .name').first().click({ button: 'right' })
    await choose(page, what)
    await page.waitForSelector(`.toast:has-text("3 runs ${said}")`)
    expect(arranged()).not.toEqual(before)
    expect(arranged().every((run) => reflects(run, change))).toBe(true)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+z')
    await eventually(arranged).toEqual(before)
    await page.waitForSelector('.toast', { state: 'hidden' })
  })

  it('takes back notes of a run by the button of the message, and leaves a text field its own Ctrl+Z', async () => {
    const page = await tests.open(`/runs/${IDS[0]}`)
    const notes = () => tests.served.core.storage.runs.get(IDS[0]!).notes
    await page.fill('#run-notes', 'first')
    await page.locator('#run-notes').blur()
    await page.waitForSelector('.toast:has-text("Notes kept")')
    await page.focus('#run-notes')
    await page.keyboard.type(' and more')
    await page.keyboard.press('Control+z')
    expect(notes()).toBe('first')
    expect(await page.inputValue('#run-notes')).not.toContain('and more')
    await page.click('.toast button:has-text("Undo")')
    await eventually(notes).toBe('')
  })
})

async function choose(page: Page, what: string): Promise<void> {
  const item = (text: string) => page.click(`[role=menuitem]:has-text("${text}")`)
  if (what === 'pins') await item('Pin')
  if (what === 'hides') await item('Hide')
  if (what === 'colours') {
    await item('Colour')
    await page.click('.colour-picker button >> nth=4')
  }
  if (what === 'groups' || what === 'tags') {
    await item(what === 'groups' ? 'Group' : 'Tags')
    await page.waitForSelector('.floating-panel input:focus')
    await page.keyboard.type('all')
    await page.keyboard.press('Enter')
  }
}

const reflects = (run: object, change: object): boolean =>
  Object.entries(change).every(([key, value]) => {
    const now = (run as Record<string, unknown>)[key === 'addTags' ? 'tags' : key]
    return key === 'addTags' ? (now as string[]).includes('all') : key === 'colour' ? now !== null : now === value
  })
