import { describe, expect, it } from 'vitest'
import type { RunRow } from '../../src/core/domain/run'
import { compileFilter } from '../../src/core/domain/filter/filter'
import { columnOf, fitting } from '../../src/renderer/run-table/columns'
import { DEFAULT_COLUMNS } from '../../src/renderer/run-table/default-columns'
import { colourFilter, conjuncts, filterProblem } from '../../src/renderer/pages/runs/filter-terms'
import { noChromium } from './browser'
import { framesOf, morning, specOf, storeRun } from './generated-runs'
import { eventually, pageTests, pixelsOf } from './page-tests'

const skipped = noChromium && ` (${noChromium})`

describe.skipIf(noChromium)(`the first launch${skipped}`, () => {
  const tests = pageTests()

  it('trains the three first runs on Enter, and never shows the block again', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('h1:has-text("No runs yet")')
    expect(await page.textContent('.btn--ink')).toMatch(
      /Train your first run: bundled MNIST, about \d+ (seconds|minutes?)/,
    )
    await page.keyboard.press('Enter')
    await page.waitForSelector('[role=grid] .pill--running')
    expect(await page.locator('[role=grid] .name').allTextContents()).toHaveLength(3)
    expect(await page.locator('[role=grid] .pill--queued').count()).toBe(2)
    await page.reload()
    await page.waitForSelector('[role=grid] .pill--running')
    expect(await page.locator('text=No runs yet').count()).toBe(0)
  })
})

describe.skipIf(noChromium)(`the Runs page${skipped}`, () => {
  const tests = pageTests(({ core }) => morning(Date.now()).forEach((story) => storeRun(core.storage, story)))
  const names = (page: Awaited<ReturnType<typeof tests.open>>) => page.locator('[role=grid] .name').allTextContents()
  const ALL = morning(0)
    .map(({ name }) => name)
    .reverse()

  it('lists all runs, newest first, with status in words, best accuracy and a diverged loss as a word', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name')
    expect(await names(page)).toEqual(ALL)
    const row = page.locator('[role=row]', { hasText: 'const-0.80' })
    expect(await row.textContent()).toMatch(/Diverged.*0\.800.*Constant.*NaN @ 137/)
    const strong = page.locator('.strong')
    expect(await strong.count()).toBe(1)
    expect(await page.locator('[role=row]', { has: strong }).textContent()).toContain('onecycle-0.30')
  })

  it('draws the visible runs in their colours, and not those that were hidden', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('.readout tbody tr')
    const diverged = page.locator('[role=row]', { hasText: 'const-0.80' })
    const colour = (await diverged.locator('.dot').getAttribute('class'))!.match(/run-\d+/)![0]
    await eventually(() => pixelsOf(page, `--${colour}`)).toBeGreaterThan(20)
    await diverged.locator('.dot-button').click()
    await eventually(() => pixelsOf(page, `--${colour}`)).toBe(0)
    await diverged.locator('.dot-button').click()
    await eventually(() => pixelsOf(page, `--${colour}`)).toBeGreaterThan(20)
  })

  it('shows exactly recorded values in the readout at the last step', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('.readout tbody tr')
    const { core } = tests.served
    const recorded = core.storage.metrics.series('run00004', 'validation/accuracy')
    const row = page.locator('.readout tbody tr', { hasText: 'step-0.20' })
    await eventually(() => row.textContent()).toContain((100 * recorded.values.at(-1)!).toFixed(2))
  })

  it('filters while typing; an invalid filter says why and keeps the last valid result', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name')
    await page.keyboard.press('/')
    await page.keyboard.type('schedule = one-cycle')
    await page.waitForSelector('text=3 of 8 runs')
    expect((await names(page)).every((name) => name.startsWith('onecycle'))).toBe(true)
    await page.keyboard.type(' and status != divergd')
    await page.waitForSelector('#query-problem:has-text("did you mean diverged?")')
    expect(await page.getAttribute('[aria-label="Filter runs"]', 'aria-invalid')).toBe('true')
    expect(await names(page)).toHaveLength(3)
    await page.keyboard.press('Escape')
    await page.waitForSelector('text=8 of 8 runs')
  })

  it('offers to drop the condition that removes the most when nothing matches', async () => {
    const page = await tests.open('/runs')
    await page.keyboard.press('/')
    await page.keyboard.type('batch = 77 and schedule = step')
    await page.waitForSelector('text=2 runs match without')
    expect(await page.textContent('.no-match code')).toBe('batch = 77')
    await page.click('text=Drop this condition')
    await page.waitForSelector('text=2 of 8 runs')
    expect(await page.inputValue('[aria-label="Filter runs"]')).toBe('schedule = step')
  })

  it('sorts by a head: down, up, then newest first again', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name')
    const head = page.locator('[role=columnheader]', { hasText: 'Peak LR' })
    await head.locator('button').click()
    await eventually(async () => (await names(page))[0]).toBe('const-0.80')
    expect(await head.getAttribute('aria-sort')).toBe('descending')
    await head.locator('button').click()
    await eventually(async () => (await names(page))[0]).toBe('const-0.05')
    await head.locator('button').click()
    await eventually(() => names(page)).toEqual(ALL)
  })

  it('moves, hides, shows alone and opens by key', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    await page.keyboard.press('j')
    const focused = page.locator('.row.focused')
    expect(await focused.textContent()).toContain(ALL[1])
    await page.keyboard.press('Space')
    await page.waitForSelector('.row.focused .dot.off')
    await page.keyboard.press('Shift+Space')
    await eventually(() => page.locator('[role=grid] .dot:not(.off)').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/#/runs/run00007')
  })

  it('deletes the selected runs and brings them back on undo', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name')
    for (const key of ['j', 'x', 'j', 'x', 'Delete']) await page.keyboard.press(key)
    await page.waitForSelector('text=2 runs deleted')
    await eventually(() => names(page)).toEqual(ALL.slice(2))
    expect(await page.locator('.row.focused').textContent()).toContain(ALL[2])
    await page.keyboard.press('Control+z')
    await eventually(() => names(page)).toEqual(ALL)
  })

  it('fits all labels at the smallest window: what does not fit is left out, not cut', async () => {
    const page = await tests.open('/runs', { width: 1120, height: 700 })
    await page.waitForSelector('[role=grid] .name')
    const cut = await page.evaluate(() => {
      const table = document.querySelector('[role=grid]')!
      const heads = [...table.querySelectorAll('.th button')].filter((head) => head.scrollWidth > head.clientWidth)
      const wide = [table, document.querySelector('.app')!].filter((one) => one.scrollWidth > one.clientWidth)
      return [...heads, ...wide].map((one) => one.textContent)
    })
    expect(cut).toEqual([])
  })

  it('draws a live run as it grows: only new points travel, at most ten requests a second', async () => {
    const page = await tests.open('/runs')
    // The charts come after the table, and first ask for the history of what they draw.
    await page.waitForSelector('.panel-head .count:has-text("points drawn")')
    const tails: number[] = []
    let bytes = 0
    page.on('response', async (response) => {
      if (!response.url().endsWith('metrics.tail')) return
      tails.push(performance.now())
      bytes += (await response.body().catch(() => Buffer.alloc(0))).length
    })
    const spec = specOf({ name: 'live', schedule: { kind: 'constant', lr: 0.2 }, budget: 2000 })
    const { runs } = (await tests.served.core.api.call('runs.create', { spec })) as { runs: RunRow[] }
    const live = runs[0]!
    const row = page.locator('[role=row]', { hasText: 'live' })
    await row.locator('.pill--running').waitFor()
    await eventually(async () => row.locator('.dot.off').count()).toBe(0)
    const loss = page.locator('.readout tbody tr', { hasText: 'live' })
    for (let t = 0; t < 1000; t += 100) {
      tests.trainers.batch(live.id, t + 100, framesOf(spec, t, t + 100))
      await eventually(() => {
        // A heartbeat, as a trainer sends them: progress goes out with the next message.
        tests.trainers.batch(live.id, t + 100, [])
        return row.textContent()
      }).toContain(`Running ${(t + 100) / 20} %`)
    }
    await eventually(() => page.textContent('.readout header')).toMatch(/4.689|999/)
    await loss.waitFor()
    const shortest = tails.slice(1).map((at, i) => at - tails[i]!)
    expect(tails.length).toBeGreaterThan(3)
    expect(shortest.reduce((sum, gap) => sum + gap, 0) / shortest.length).toBeGreaterThan(80)
    // Four metrics, three columns of eight bytes; asking for everything each time would be several times as much.
    expect(bytes).toBeLessThan(2 * 1000 * 4 * 3 * 8 + tails.length * 16_000)
    tests.trainers.end(live.id, { status: 'finished' })
    await row.locator('.pill--finished').waitFor()
  })
})

describe.skipIf(noChromium)(`the Runs page with many runs${skipped}`, () => {
  const tests = pageTests(({ core }) => {
    for (let i = 0; i < 1500; i++)
      storeRun(core.storage, {
        id: `many${String(i).padStart(4, '0')}`,
        name: `sweep-${i}`,
        schedule: { kind: 'constant', lr: 0.1 },
        status: 'stopped',
        steps: 1,
        budget: 67,
        createdAt: 1.7e12 + i * 1000,
      })
  })

  it('draws a few rows of many, draws ten runs only, and loads rows where it is scrolled to', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('text=1 500 of 1 500 runs')
    expect(await page.locator('[role=row]').count()).toBeLessThan(60)
    // The rows do not wait for which of them are drawn.
    await eventually(() => page.locator('[role=grid] .dot:not(.off)').count()).toBe(10)
    expect(await page.getAttribute('[role=grid]', 'aria-rowcount')).toBe('1501')
    await page.evaluate(() => document.querySelector('[role=grid]')!.scrollTo(0, 1e6))
    await page.waitForSelector('[role=grid] .name:has-text("sweep-0")')
  })
})

describe('a filter on screen', () => {
  it.each([
    ['lr > 0.05 and schedule = one-cycle', ['lr > 0.05', 'schedule = one-cycle']],
    ['lr > 0.05', ['lr > 0.05']],
    ['(a = 1 and b = 2) and not c = "x and y"', ['(a = 1 and b = 2)', 'not c = "x and y"']],
    ['a = 1 or b = 2', ['a = 1 or b = 2']],
  ])('%s is joined of %j', (filter, parts) => expect(conjuncts(filter)).toEqual(parts))

  it.each(['  lr > 0.05 and tag has demo', 'name ~ "cnn', 'status in (failed, stopped)', '', 'lr >', '!'])(
    'the coloured pieces of %j are the text again',
    (filter) => {
      expect(
        colourFilter(filter)
          .map(({ text }) => text)
          .join(''),
      ).toBe(filter)
    },
  )
  it('says where a filter is wrong', () => {
    expect(filterProblem('lr > fast', compileFilter)?.details.column).toBe(6)
    expect(filterProblem('lr > 1', compileFilter)).toBe(null)
  })
})

describe('columns', () => {
  const whole = DEFAULT_COLUMNS.reduce((sum, id) => sum + columnOf(id).width, 0)
  const out = (width: number) => DEFAULT_COLUMNS.filter((id) => !fitting(width).includes(id))
  it('are all there where they fit', () => expect(out(whole)).toEqual([]))
  it('make room for the others, the least needed first', () =>
    expect(out(whole - 93)).toEqual(['optimizer.kind', 'train/loss.curve']))
  it('keep name, status, rate, schedule and results in any width', () =>
    expect(fitting(0)).toEqual([
      'visible',
      'name',
      'status',
      'peakLr',
      'schedule.kind',
      'validation/accuracy.best',
      'train/loss.last',
    ]))
})
