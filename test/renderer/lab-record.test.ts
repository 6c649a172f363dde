import { describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { confirmGroup, isLive } from '../../src/core/domain/run'
import { forkLauncher } from '../../src/core/jobs/fork-launcher'
import { noChromium } from './browser'
import { builtTrainer } from './builds'
import { eventually, pageTests, pixelsOf } from './page-tests'

describe.skipIf(noChromium)(`recording a range test from the Lab${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(
    () => {},
    async () => forkLauncher(await builtTrainer()),
  )

  it('records a real one to the end while its points appear, confirms its maximum and uses it', async () => {
    const page = await tests.open('/lab')
    await page.waitForSelector('.none')
    await page.keyboard.press('t')
    await page.getByLabel('Dataset of the test').selectOption('spirals')
    await page.getByLabel('Model of the test').selectOption('mlp')
    await page.getByLabel('Batch size', { exact: true }).fill('32')
    await page.getByLabel('First rate').fill('1e-4')
    await page.getByLabel('Steps', { exact: true }).fill('1')
    await page.waitForSelector('.new-test .problem')
    expect(await page.locator('.new-test [type=submit]').isDisabled()).toBe(true)
    // Long enough for several looks at it while it trains.
    await page.getByLabel('Steps', { exact: true }).fill('2000')
    await page.keyboard.press('Control+Enter')

    // Raw points appear while it runs, in pieces.
    await page.waitForSelector('.lab-chart')
    const { storage } = tests.served.core
    const run = storage.runs.all().at(-1)
    const seen = new Set<string>()
    await eventually(async () => {
      seen.add((await page.locator('.legend').textContent()) ?? '')
      return storage.runs.get(run!.id).status
    }).toBe('finished')
    await page.waitForSelector('[data-confidence]:has-text("confidence"), [data-confidence]:has-text("Refused")')
    await eventually(() => pixelsOf(page, '--run-1')).toBeGreaterThan(200)
    expect(seen.size).toBeGreaterThan(1)

    const { sweeps, analysis, restored } = await createInProcessTransport(tests.served.core.api).call(
      'rangeTests.get',
      { run: run!.id },
    )
    expect(sweeps).toHaveLength(3)
    expect(restored).toBe(true)
    await page.waitForSelector('.facts:has-text("identical, checked")')
    expect(analysis!.max).not.toBeNull()
    expect(Number(await page.getAttribute('[data-handle=max]', 'aria-valuenow'))).toBeCloseTo(analysis!.max!, 2)

    // The page knows of the end a moment after the core.
    await page.waitForSelector('button:has-text("Confirm A/B"):not([disabled])')
    await page.keyboard.press('b')
    await eventually(() => page.locator('[data-confirm]').count()).toBe(3)
    const confirming = () => storage.runs.all().filter(({ group }) => group === confirmGroup(run!.id))
    await eventually(() => confirming().filter(({ status }) => !isLive(status)).length).toBe(3)
    await page.waitForSelector('.best')
    expect(await page.locator('[data-confirm]').allInnerTexts()).toEqual([
      expect.stringMatching(/max \/ 3/),
      expect.stringMatching(/max/),
      expect.stringMatching(/3 · max/),
    ])

    // A measured rate is taken by a click on it.
    await page.locator('[data-confirm] .take').first().click()
    const third = confirming()
      .map(({ peakLr }) => peakLr)
      .sort((a, b) => a - b)[0]!
    expect(Number(await page.getAttribute('[data-handle=max]', 'aria-valuenow'))).toBeCloseTo(third, 3)
    await page.keyboard.press('0')
    await page.keyboard.press('u')
    await page.waitForSelector('.new-run')
    expect(Number(await page.inputValue('[data-field="schedule.maxLr"] input'))).toBeCloseTo(analysis!.max!, 2)
    expect(await page.inputValue('[data-field="dataset.kind"]')).toBe('spirals')

    await page.goto(page.url().replace(/#.*/, `#/runs/${run!.id}`))
    await page.waitForSelector('.side:has-text("Range test: 3 sweeps from 1e-4")')
    await page.click('a:has-text("Open in the LR Lab")')
    await page.waitForSelector(`.lab-head:has-text("${run!.name}")`)
  })

  it('stops one and keeps what it recorded', async () => {
    const page = await tests.open('/lab')
    await page.waitForSelector('.lab-page')
    await page.keyboard.press('t')
    await page.getByLabel('Start from').selectOption('first')
    await page.getByLabel('Steps', { exact: true }).fill('5000')
    await page.getByLabel('Repeats').fill('1')
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('.progress')
    const { storage } = tests.served.core
    const { id } = storage.runs.all().at(-1)!
    await eventually(() => storage.runs.get(id).steps).toBeGreaterThan(5)
    await page.keyboard.press('Control+.')
    await eventually(() => storage.runs.get(id).status).toBe('stopped')
    await page.waitForSelector('.lab-head .pill--stopped')
    await eventually(() => page.locator('.progress').count()).toBe(0)
    expect(storage.metrics.series(id, 'train/loss').values.length).toBeGreaterThan(5)
  })
})
