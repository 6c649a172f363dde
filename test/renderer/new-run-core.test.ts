import { describe, expect, it } from 'vitest'
import { METRIC } from '../../src/core/domain/metrics'
import { createSchedule } from '../../src/core/domain/schedules/registry'
import { noChromium } from './browser'
import { morning, storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

describe.skipIf(noChromium)(`New run in a workspace with runs${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core }) => {
    for (const story of morning(1.75e12)) storeRun(core.storage, story)
  })
  const open = async (size?: { width: number; height: number }) => {
    const page = await tests.open('/new-run', size)
    await page.waitForSelector('[data-past-check]')
    return page
  }

  it('lays the best past schedules over the preview, with their names and what they reached', async () => {
    const page = await open()
    await eventually(() => page.locator('[data-past-line]').count()).toBe(4)
    const rows = page.locator('.past-list label')
    const best = (await rows.locator('output').allInnerTexts()).map(Number)
    expect(best).toEqual([...best].sort((a, b) => b - a))
    const first = (await rows.first().locator('.ellipsis').innerText()).trim()
    await eventually(() => page.locator('[data-past]').textContent()).toContain(first)
    await rows.first().locator('input').uncheck()
    await eventually(() => page.locator('[data-past-line]').count()).toBe(3)
    await eventually(() => page.locator('[data-past]').textContent()).not.toContain(first)
  })

  it('tells how long the run will take from the newest of its kind', async () => {
    const page = await open()
    await page.getByLabel('Batch size').fill('128')
    await page.getByLabel('Budget in epochs').fill('10')
    // The stored runs took 80 ms an update.
    await eventually(() => page.locator('[data-what]').innerText()).toMatch(/4\s690 updates, about 6m 15s/)
  })

  it('draws a plateau on the curve of a stored run, and says which', async () => {
    const page = await open()
    await page.getByLabel('Batch size').fill('128')
    await page.getByLabel('Budget in epochs').fill('10')
    await page.locator('[data-family=plateau]').click()
    await page.locator('[data-field="schedule.patience"] input').fill('0')
    // A fall by less than a fifth is none: the stored loss, which falls ever more slowly, comes to that soon.
    await page.locator('[data-field="schedule.threshold"] input').fill('0.2')
    await page.locator('[data-field="schedule.factor"] input').fill('0.9')
    await eventually(() => page.locator('[data-drawn-on]').innerText()).toMatch(
      /^Drawn on validation\/loss of onecycle-0\.30; the run's own decides/,
    )
    const { values, steps } = tests.served.core.storage.metrics.series('run00007', METRIC.validationLoss)
    const schedule = createSchedule({ ...PLATEAU, patience: 0, threshold: 0.2, factor: 0.9 }, 4690)
    values.forEach((value, i) => schedule.feedback!.observe(METRIC.validationLoss, value, steps[i]!))
    // The last update is what the readout shows without a pointer.
    const shown = async () => Number(await page.locator('[data-readout=lr]').innerText())
    expect(schedule.lr(4689)).toBeLessThan(0.1)
    await eventually(shown).toBeCloseTo(schedule.lr(4689), 6)
  })

  it('puts a run into the queue, says so, and stays', async () => {
    const page = await open()
    await page.getByLabel('Name of the run').fill('queued from the form')
    await page.keyboard.press('Control+Shift+Enter')
    await page.getByText('queued from the form is in the queue').waitFor()
    expect(page.url()).toContain('/new-run')
    expect(tests.served.core.storage.runs.all().map(({ name }) => name)).toContain('queued from the form')
  })

  it('opens a range test with what the form says', async () => {
    const page = await open()
    await page.getByLabel('Dataset', { exact: true }).selectOption('spirals')
    await page.getByLabel('Model').selectOption('mlp')
    await page.getByRole('radio', { name: 'AdamW' }).click()
    await page.locator('[data-range-test]').click()
    const form = page.locator('form.new-test')
    await form.waitFor()
    expect(page.url()).toContain('/lab')
    expect(await form.getByLabel('Dataset').inputValue()).toBe('spirals')
    await eventually(() => form.getByRole('radio', { name: 'AdamW' }).getAttribute('aria-checked')).toBe('true')
  })

  it.each([
    [1440, 900],
    [1120, 700],
  ])('has nothing cut off at %d × %d, in either theme', async (width, height) => {
    const page = await open({ width, height })
    for (const theme of ['light', 'dark']) {
      await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme)
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('.start-bar button, .code-pane header button, .tiles button, .switches button')]
          .filter((element) => {
            const { left, right, top, bottom } = element.getBoundingClientRect()
            return right > innerWidth || bottom > innerHeight || left < 376 || top < 0
          })
          .map((element) => element.textContent),
      )
      expect(cut, theme).toEqual([])
    }
  })
})

const PLATEAU = {
  kind: 'plateau',
  lr: 0.4,
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  cooldown: 0,
  minLr: 0,
  metric: METRIC.validationLoss,
  convention: 'pytorch',
} as const
