import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { decode } from '../../src/core/api/codec'
import { AppError } from '../../src/core/domain/errors'
import { panelErrors } from '../../src/renderer/pages/compare/panel-errors'
import { againstKey, bandKey } from '../../src/renderer/pages/compare/chart-wishes'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

describe('what is said of charts that failed', () => {
  const failure = (key: string, metric: string) => ({ key, metric, error: new AppError('internal', `no ${metric}`) })
  it('is said at those that show the metric, and at all of them where the x axis failed', () => {
    const one = panelErrors([failure('a train/loss', 'train/loss')], [])
    expect(one(['train/loss'])).toBe('no train/loss')
    expect(one(['validation/loss', 'train/loss'])).toBe('no train/loss')
    expect(one(['lr'])).toBeNull()
    expect(panelErrors([failure(againstKey('a'), 'grad/norm')], [])(['lr'])).toBe('no grad/norm')
    expect(panelErrors([], [failure('a clock', 'lr')])(['train/loss'])).toBe('no lr')
  })
  it('takes no metric for the x axis, whatever it is called', () => {
    expect(panelErrors([failure(bandKey('a', 'against'), 'against')], [])(['lr'])).toBeNull()
  })
})

describe.skipIf(noChromium)(`a chart that fails${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core: { storage } }) => {
    for (const seed of [1, 2])
      storeRun(storage, {
        id: `cycle00${seed}`,
        name: 'onecycle',
        schedule: { kind: 'one-cycle', maxLr: 0.3 },
        status: 'finished',
        budget: 300,
        seed,
      })
  })
  const count = (page: Page, title: string) =>
    page.locator('.panel-head', { hasText: title }).locator('.count').textContent()

  it('says what failed in its own place, leaves the others alone, and is drawn when it is tried again', async () => {
    tests.forgive(/500 \(Internal Server Error\)/)
    const page = await tests.open('/runs')
    let broken = true
    // The core answers with an error whenever it is asked for this one metric: as where its points are damaged.
    await page.route('**/api/call/metrics.view', async (route) => {
      const asked = decode(new Uint8Array(route.request().postDataBuffer()!)) as { series: { metric: string }[] }
      if (!broken || !asked.series.some(({ metric }) => metric === 'validation/accuracy')) return route.continue()
      const body = JSON.stringify({ code: 'internal', message: 'chunk 3 is damaged', details: {} })
      return route.fulfill({ status: 500, contentType: 'application/json', body })
    })
    const view = encodeURIComponent(JSON.stringify({ fold: false }))
    await page.evaluate((hash) => (location.hash = hash), `/compare?runs=cycle001,cycle002&view=${view}`)
    const failed = page.locator('.panel-error')
    await failed.waitFor()
    expect(await failed.count()).toBe(1)
    expect(await failed.textContent()).toContain('Validation accuracy could not be read.')
    expect(await failed.textContent()).toContain('chunk 3 is damaged')
    await eventually(() => count(page, 'Train loss')).toContain('of 600 points drawn')
    await eventually(() => count(page, 'Learning rate')).toContain('points drawn')
    // It still fails: it still says so.
    await failed.getByRole('button', { name: 'Try again' }).click()
    await failed.waitFor()
    broken = false
    await failed.getByRole('button', { name: 'Try again' }).press('Enter')
    await failed.waitFor({ state: 'detached' })
    await eventually(() => count(page, 'Validation accuracy')).toContain('points drawn')
  })
})
