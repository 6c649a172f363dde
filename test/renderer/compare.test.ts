import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

const skipped = noChromium && ` (${noChromium})`

describe.skipIf(noChromium)(`the Compare page${skipped}`, () => {
  const tests = pageTests(({ core: { storage } }) => {
    const cycle = { kind: 'one-cycle', maxLr: 0.3 } as const
    for (const seed of [1, 2, 3])
      storeRun(storage, {
        id: `cycle00${seed}`,
        name: 'onecycle',
        schedule: cycle,
        status: 'finished',
        budget: 800,
        seed,
      })
    storeRun(storage, {
      id: 'const001',
      name: 'const | high',
      schedule: { kind: 'constant', lr: 0.8 },
      status: 'diverged',
      divergedAt: 137,
      budget: 800,
    })
    const steps = Array.from({ length: 50 }, (_, t) => t)
    const values = steps.map((t) => (t % 10 === 0 ? 0 : t === 33 ? -1 : t))
    const data = Float64Array.from([...steps, ...steps, ...values])
    storage.metrics.append('cycle001', [{ track: 'mine', metrics: ['mine/count'], n: 50, data }], 800)
  })
  const link = (runs: string[], view: object = {}): string =>
    `/compare?runs=${runs.join(',')}&view=${encodeURIComponent(JSON.stringify(view))}`
  const SEEDS = ['cycle001', 'cycle002', 'cycle003']
  const count = (page: Page, title: string) =>
    page.locator('.panel-head', { hasText: title }).locator('.count').textContent()
  const cells = (page: Page, label: string) =>
    page
      .locator('.parameter-table tr', { has: page.locator('th', { hasText: label }) })
      .locator('td')
      .allTextContents()

  it('opens by a link: seeds folded, a diverged run in view, a run that is not here named', async () => {
    const page = await tests.open(link([...SEEDS, 'const001', 'gone0000']))
    await page.waitForSelector('.chip')
    expect(await page.locator('.chip .letter').allTextContents()).toEqual(['A', 'B'])
    expect(await page.locator('.chip').first().textContent()).toContain('×3')
    expect(await page.locator('.chip').nth(1).textContent()).toContain('NaN')
    await page.waitForSelector('.notices:has-text("gone0000")')
    await eventually(() => count(page, 'Train loss')).toContain('means of 3 runs')
    await page.waitForSelector('.stack-text text:has-text("B: NaN at step 137")')
    expect((await cells(page, 'Peak LR')).map((text) => text.trim())).toEqual(['0.300', '0.800'])
    expect((await cells(page, 'Best validation accuracy'))[1]).toContain('diverged')
    expect((await cells(page, 'Diverged at'))[1]).toContain('137')
  })

  it('asks for exact data where it is zoomed, and goes back to all of it on 0', async () => {
    const view = { zoom: { from: 100, to: 199 }, smoothing: 'none', fold: false, panels: [{ metric: 'train/loss' }] }
    const page = await tests.open(link(['cycle001', 'cycle002'], view))
    await eventually(() => count(page, 'Train loss')).toBe('200 of 200 points drawn')
    await page.keyboard.press('0')
    await eventually(() => count(page, 'Train loss')).toMatch(/of 1\s600 points drawn/)
    await eventually(() => page.url()).not.toContain('zoom')
  })

  it('shows at the crosshair what was recorded, to the last digit it shows', async () => {
    const view = { fold: false, panels: [{ metric: 'train/loss' }] }
    const page = await tests.open(link(['cycle001', 'cycle002'], view))
    await page.waitForSelector('.compare-charts canvas')
    const box = (await page.locator('.plots').first().boundingBox())!
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.3)
    await page.waitForSelector('text=At the crosshair, step')
    const recorded = () => {
      const { storage } = tests.served.core
      return ['cycle001', 'cycle002'].map((id) => storage.metrics.series(id, 'train/loss'))
    }
    await eventually(async () => {
      const title = (await page.locator('.part', { hasText: 'At the crosshair' }).textContent())!
      const step = Number(title.replace(/\D/g, ''))
      const shown = (await cells(page, 'Train loss')).slice(-2).map((text) => text.trim())
      const exact = recorded().map(({ steps, values }) => values[steps.indexOf(step)]!.toFixed(4))
      return step > 0 && shown.join() === exact.join()
    }).toBe(true)
  })

  it('counts what a log axis cannot show', async () => {
    const view = { smoothing: 'none', fold: false, panels: [{ metric: 'mine/count' }] }
    const page = await tests.open(link(['cycle001', 'cycle002'], view))
    await eventually(() => count(page, 'mine/count')).toContain('6 at or below 0 not on a log axis')
    await page.keyboard.press('l')
    await eventually(() => count(page, 'mine/count')).toBe('50 of 50 points drawn')
  })

  it('does by key what the mouse does, and keeps it in the address', async () => {
    const page = await tests.open(link([...SEEDS, 'const001']))
    await page.waitForSelector('.chip')
    await page.keyboard.press('2')
    await page.waitForSelector('.chip.focused:has-text("const | high")')
    await page.keyboard.press('Shift+2')
    await eventually(() => page.locator('thead th.reference').getAttribute('title')).toContain('const | high')
    await page.keyboard.press('b')
    await eventually(() => page.inputValue('#compare-band')).toBe('stderr')
    await eventually(() => decodeURIComponent(page.url())).toContain('"band":"stderr"')
    await page.reload()
    await eventually(() => page.inputValue('#compare-band')).toBe('stderr')
    await eventually(() => page.locator('thead th.reference').getAttribute('title')).toContain('const | high')
  })

  it('stands on the runs of a filter: that of Runs where it was opened there, and one typed into its field', async () => {
    const page = await tests.open('/runs')
    await page.fill('[aria-label="Filter runs"]', 'status = finished')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.count:has-text(" of ")')
    await page.click('.btn--ink:has-text("Compare")')
    const field = page.getByLabel('Runs behind the chosen ones')
    await eventually(() => field.inputValue()).toBe('status = finished')
    await field.fill('status = diverged')
    await field.press('Enter')
    const address = () => decodeURIComponent(page.url()).replaceAll('+', ' ')
    await eventually(address).toContain('"filter":"status = diverged"')
    await page.waitForSelector('.panel-frame .note:has-text("1 filtered run")')
    await field.fill('status = upside')
    await page.waitForSelector('.population .problem:has-text("upside")')
    await field.press('Enter')
    expect(address()).toContain('"filter":"status = diverged"')
    await field.press('Escape')
    expect(await field.inputValue()).toBe('status = diverged')
  })

  it('copies the table as Markdown with every value written out', async () => {
    const page = await tests.open(link([...SEEDS, 'const001']))
    await page.waitForSelector('.chip')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.click('text=Copy Markdown')
    await page.waitForSelector('text=The table is copied as Markdown')
    const lines = (await page.evaluate(() => navigator.clipboard.readText())).split('\n')
    expect(lines[0]).toBe('|  | A onecycle ×3 | B const \\| high |')
    expect(lines).toContain('| Peak LR | 0.300 | 0.800 |')
  })

  it('counts to a target that is typed in its row, says never, and refuses what is no number', async () => {
    const page = await tests.open(link([...SEEDS, 'const001']))
    const field = page.getByLabel('Steps to this value; empty takes what all runs with a value reach')
    await field.fill('0.99')
    await field.press('Enter')
    const first = (id: string) => {
      const { steps, values } = tests.served.core.storage.metrics.series(id, 'validation/accuracy')
      return steps[values.findIndex((value) => value >= 0.99)]!
    }
    const reached = SEEDS.map(first).filter((step) => step !== undefined)
    const never = async () => (await cells(page, 'Steps to')).map((text) => text.trim())
    await eventually(never).toEqual([reached.length ? expect.any(String) : 'never', 'never'])
    await eventually(() => decodeURIComponent(page.url())).toContain('"values":{"validation/accuracy":0.99}')
    await field.fill('50 %')
    await field.press('Enter')
    await eventually(async () => Number((await never())[0])).toBe(
      (() => {
        const { steps, values } = tests.served.core.storage.metrics.series('cycle001', 'validation/accuracy')
        return steps[values.findIndex((value) => value >= 0.5)]!
      })(),
    )
    await field.fill('soon')
    await field.press('Enter')
    await page.waitForSelector('.target-field [role=alert]:has-text("such as 97 %")')
    await field.press('Escape')
    expect(await field.inputValue()).toBe('50 %')
  })

  it.each([
    [1440, 900],
    [1120, 700],
  ])(
    'has its controls in one row at %i × %i, nothing cut off, the rare ones by key behind "…"',
    async (width, height) => {
      const place = link([...SEEDS, 'const001'], { axis: 'metric' })
      const page = await tests.open('/runs', { width, height })
      await page.evaluate((hash) => (location.hash = hash), place)
      await page.waitForSelector('.controls .more-button')
      const rows = await page.locator('.controls').evaluate((bar) => {
        const inside = [...bar.querySelectorAll('select, button, input, .toggle')].map((one) =>
          one.getBoundingClientRect(),
        )
        const shown = inside.filter((box) => box.width > 1)
        const all = bar.getBoundingClientRect()
        return {
          tall: all.height,
          cut: shown.filter((box) => box.right > all.right || box.bottom > all.bottom).length,
          overlaps: shown.filter((a) =>
            shown.some((b) => a !== b && a.left < b.left && b.left < a.right - 1 && b.right > a.right),
          ).length,
        }
      })
      expect(rows).toEqual({ tall: expect.any(Number), cut: 0, overlaps: 0 })
      expect(rows.tall).toBeLessThanOrEqual(40)
      const pane = await page.locator('.lower-pane[aria-label="Lower right"] .panel-frame > header').boundingBox()
      expect(pane!.height).toBeLessThanOrEqual(34)
      await page.locator('.controls .more-button').focus()
      await page.keyboard.press('Enter')
      await page.waitForSelector('.floating-panel #compare-band-by')
      const fold = page.getByRole('switch', { name: 'Fold seeds' })
      await fold.focus()
      await page.keyboard.press('Space')
      await eventually(() => page.locator('.chip').count()).toBe(4)
      expect(await page.locator('.controls .more-button .changed').textContent()).toBe('1')
      await page.keyboard.press('Escape')
      await page.waitForSelector('.floating-panel', { state: 'detached' })
      await page.waitForSelector('.controls .more-button:focus')
    },
  )

  it('puts fields that only some schedules have into one row that opens, and copies them in any case', async () => {
    const page = await tests.open(link([...SEEDS, 'const001']))
    const row = page.getByRole('button', { name: 'Schedules’ own fields' })
    await row.waitFor()
    expect(await page.locator('.parameter-table th', { hasText: 'schedule.maxLr' }).count()).toBe(0)
    await row.press('Enter')
    expect((await cells(page, 'schedule.maxLr')).map((text) => text.trim())).toEqual(['0.300', '–'])
    await row.press('Enter')
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.click('text=Copy Markdown')
    await page.waitForSelector('text=The table is copied as Markdown')
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('| schedule.maxLr | 0.300 | – |')
  })

  it('saves a view in the workspace, and opens it again', async () => {
    const page = await tests.open(link([...SEEDS, 'const001'], { axis: 'epoch' }))
    await page.waitForSelector('.chip')
    await page.click('text=Save view')
    await page.fill('[aria-label="Name of the view"]', 'by epoch')
    await page.keyboard.press('Enter')
    await page.waitForSelector('text=The view by epoch is saved')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.saved-views .popup', { state: 'hidden' })
    await page.selectOption('#compare-x', 'step')
    await page.click('text=Save view')
    await page.click('.saved-views li >> text=by epoch')
    await eventually(() => page.inputValue('#compare-x')).toBe('epoch')
  })
})
