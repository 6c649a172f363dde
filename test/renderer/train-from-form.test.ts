import { describe, expect, it } from 'vitest'
import { createInProcessTransport } from '../../src/core/api/transports/in-process'
import { formatRate } from '../../src/core/domain/format'
import { METRIC } from '../../src/core/domain/metrics'
import { forkLauncher } from '../../src/core/jobs/fork-launcher'
import { previewOf } from '../../src/renderer/pages/new-run/preview'
import { noChromium } from './browser'
import { builtTrainer } from './builds'
import { eventually, pageTests, pixelsOf } from './page-tests'

/** Some seconds on a quiet machine; a bound for what hangs, not a measurement. */
const TRAINING_MS = 90_000

describe.skipIf(noChromium)(`training from the form${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(
    () => {},
    async () => forkLauncher(await builtTrainer()),
  )

  it(
    'trains a real network to the end; its curves grow, and the page shows what is stored',
    async () => {
      const page = await tests.open('/new-run')
      await page.getByLabel('Dataset').selectOption('spirals')
      await page.getByLabel('Model').selectOption('mlp')
      await page.getByRole('radiogroup', { name: 'Budget in' }).getByText('Steps').click()
      await page.getByLabel('Budget in steps').fill('12000')
      await page.getByLabel('Validate every').fill('2000')
      await page.keyboard.press('Control+Enter')
      await page.waitForSelector('.run-head')
      const id = page.url().split('/').at(-1)!

      // What is drawn while it trains, by the chart's own count of recorded points.
      const drawn = new Set<number>()
      const points = async () => {
        const count = /of ([\d ]+) points drawn/.exec((await page.textContent('.plots')) ?? '')
        if (count) drawn.add(Number(count[1]!.replace(/\D/g, '')))
      }
      await eventually(async () => {
        await points()
        return page.locator('.pill--finished').count()
      }, TRAINING_MS).toBe(1)
      await eventually(() => pixelsOf(page, '--q-train')).toBeGreaterThan(50)
      await eventually(() => page.textContent('.plots')).toMatch(/of 12.006 points drawn/)
      await points()
      expect(drawn.size).toBeGreaterThan(1)

      const { storage } = tests.served.core
      const { values } = storage.metrics.series(id, METRIC.trainLoss)
      expect(values).toHaveLength(12_000)
      expect(values.at(-1)!).toBeLessThan(values[0]!)
      const best = storage.metrics.summaries(id)[METRIC.validationAccuracy]!
      expect(await page.textContent('.run-figures')).toContain((100 * best.max).toFixed(2))
    },
    2 * TRAINING_MS,
  )

  it('trains a family with a warm-up at exactly the rates that its preview shows', async () => {
    const page = await tests.open('/new-run')
    await page.getByLabel('Dataset').selectOption('spirals')
    await page.getByLabel('Model').selectOption('mlp')
    await page.getByRole('radiogroup', { name: 'Budget in' }).getByText('Steps').click()
    await page.getByLabel('Budget in steps').fill('400')
    await page.locator('[data-family=warm-restarts]').click()
    await page.locator('[data-field="schedule.lr"] input').fill('0.05')
    await page.locator('[data-field="schedule.warmup"]').click()
    await page.locator('[data-field="schedule.warmup.steps"] input').fill('30')
    const last = await page.locator('[data-readout=lr]').innerText()
    await page.keyboard.press('Control+Enter')
    await page.waitForSelector('.run-head')
    const id = page.url().split('/').at(-1)!
    await eventually(() => page.locator('.pill--finished').count()).toBe(1)

    const { storage } = tests.served.core
    const { values } = storage.metrics.series(id, METRIC.lr)
    const { spec, totalSteps } = storage.runs.get(id)!
    expect(spec.schedule).toMatchObject({ kind: 'warm-restarts', lr: 0.05, warmup: { steps: 30 } })
    const { lr } = previewOf(spec, totalSteps)
    expect([...values]).toEqual([...lr])
    expect(formatRate(values.at(-1)!)).toBe(last)
  })

  it('takes the maximum that a recorded range test of the same work has found', async () => {
    const core = createInProcessTransport(tests.served.core.api)
    const spec = {
      dataset: { kind: 'spirals' },
      model: { preset: 'mlp' },
      optimizer: { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
      schedule: { kind: 'constant', lr: 1 },
      budget: { steps: 1 },
      batchSize: 32,
      rangeTest: { from: 1e-4, steps: 400 },
    }
    const [run] = (await core.call('runs.create', { spec })).runs
    await eventually(() => tests.served.core.storage.runs.get(run!.id).status).toBe('finished')
    const { max } = (await core.call('rangeTests.list', {})).tests[0]!
    expect(max).not.toBeNull()

    const page = await tests.open('/new-run')
    await page.getByLabel('Dataset').selectOption('spirals')
    await page.getByLabel('Model').selectOption('mlp')
    await page.waitForSelector('[data-test-max]')
    await page.locator('[data-field="schedule.maxLr"] input').fill(String(2 * max!))
    expect(await page.locator('[data-caution]').innerText()).toContain('2.0× the test max')
    await page.locator('[data-apply]').click()
    expect(Number(await page.inputValue('[data-field="schedule.maxLr"] input'))).toBe(Number(max!.toPrecision(3)))
    expect(await page.locator('[data-caution]').count()).toBe(0)
    await eventually(() => page.locator('.stack-text').textContent()).toContain('range-test maximum')
    await page.getByLabel('Copy settings from a run').selectOption(run!.id)
    expect(await page.locator('[data-family=one-cycle]').getAttribute('aria-checked')).toBe('true')
  })
})
