import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RunSpec } from '../../src/core/domain/spec/run-spec'
import { launchChromium, openPage, type Served, servePage } from './fake-charts/serve'

declare const window: Window & {
  fake: { calls(method: string): { spec: RunSpec; seeds: number[] }[]; route(): string }
}

let served: Served
let browser: Browser
let page: Page
let complaints: string[]
beforeAll(async () => {
  served = await servePage(resolve(import.meta.dirname, 'fake-new-run'))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})
beforeEach(async () => {
  ;({ page, complaints } = await openPage(browser, served.url, { width: 1372, height: 840 }))
  await page.waitForSelector('canvas')
})
afterEach(async () => {
  expect(complaints).toEqual([])
  await page.close()
})

const peak = () => page.locator('[data-field="schedule.maxLr"] input, [data-field="schedule.lr"] input')
const start = () => page.locator('[data-start]')
const sentence = () => page.locator('[data-sentence]').innerText()
const created = () => page.evaluate(() => window.fake.calls('runs.create'))
const reaches = (path: string) => page.waitForFunction((wanted) => window.fake.route() === wanted, path)

describe('the New run form', () => {
  it('shows what is wrong with a rate, disables Start, keeps the last valid shape, and recovers', async () => {
    const before = await sentence()
    await peak().fill('-0.1')
    expect(await page.locator('.family-fields [role=alert]').innerText()).toBe(
      'maxLr must be above 0 and at most 10000, got -0.1',
    )
    expect(await page.locator('[data-field="schedule.maxLr"] input').getAttribute('aria-invalid')).toBe('true')
    expect(await start().isDisabled()).toBe(true)
    expect(await page.locator('[data-problems]').innerText()).toMatch(/^1 problem: schedule.maxLr must be above 0/)
    expect(await sentence()).toBe(before)
    await page.getByLabel('Batch size').fill('abc')
    expect(await page.locator('[data-problems]').innerText()).toMatch(/^2 problems/)
    await page.keyboard.press('Control+Enter')
    expect(await created()).toEqual([])

    await page.getByLabel('Batch size').fill('128')
    await peak().fill('0.2')
    expect(await start().isDisabled()).toBe(false)
    expect(await sentence()).toContain('up to 0.200')
  })

  it('keeps the peak and the number of updates when the family changes', async () => {
    await peak().fill('0.123')
    for (const family of ['step', 'constant', 'one-cycle']) {
      await page.locator(`[data-family=${family}]`).click()
      expect(await peak().inputValue()).toBe('0.123')
      expect(await sentence()).toMatch(/0\.123.*(1876|563)/)
    }
    await page.keyboard.press('Alt+3')
    expect(await page.locator('[data-family=step]').getAttribute('aria-checked')).toBe('true')
    expect(await peak().inputValue()).toBe('0.123')
  })

  it('starts one run a seed and goes to the list; one run opens itself', async () => {
    await page.getByLabel('Seeds, one run each').fill('1, 2, 3')
    expect(await start().innerText()).toContain('Start 3 runs')
    await page.keyboard.press('Control+Enter')
    await reaches('/runs')
    const [call] = await created()
    expect(call!.seeds).toEqual([1, 2, 3])
    expect(call!.spec.schedule).toMatchObject({ kind: 'one-cycle', maxLr: 0.4 })

    const alone = await openPage(browser, served.url)
    await alone.page.locator('[data-start]').click()
    await alone.page.waitForFunction(() => window.fake.route() === '/runs/created0')
    expect(alone.complaints).toEqual([])
    await alone.page.close()
  })

  it('sends exactly what the JSON tab shows', async () => {
    await page.getByLabel('Dataset', { exact: true }).selectOption('spirals')
    await page.getByLabel('Noise').fill('0.25')
    await page.getByLabel('Model').selectOption('Layer list')
    await page.getByLabel('Layers as JSON').fill('[{"kind": "dense", "units": 12}, {"kind": "tanh"}]')
    await page.getByRole('radio', { name: 'Steps' }).first().click()
    await page.getByLabel('Budget in steps').fill('321')
    await page.getByRole('tab', { name: 'JSON' }).click()
    const shown = JSON.parse(await page.locator('[data-json]').innerText()) as RunSpec
    expect(shown).toMatchObject({
      dataset: { kind: 'spirals', noise: 0.25 },
      model: { layers: [{ kind: 'dense', units: 12 }, { kind: 'tanh' }] },
      budget: { steps: 321 },
    })
    await start().click()
    await reaches('/runs/created0')
    expect((await created())[0]!.spec).toMatchObject(shown)
  })

  it('computes the number of updates beside the epochs', async () => {
    await page.getByLabel('Budget in epochs').fill('10')
    await page.getByLabel('Batch size').fill('128')
    expect((await page.locator('[data-total]').innerText()).replace('\u2009', ' ')).toBe('4 690 steps')
  })

  it('asks for what was emptied instead of showing another field', async () => {
    await page.getByLabel('Budget in epochs').fill('')
    expect(await page.locator('.form-row [role=alert]').innerText()).toMatch(/must be a whole number/)
    expect(await start().isDisabled()).toBe(true)
    await page.getByLabel('Budget in epochs').fill('3')
    await page.getByLabel('Validate every so many steps').fill('')
    expect(await page.locator('.form-row [role=alert]').innerText()).toMatch(/must be a whole number/)
    await page.getByLabel('Validate every so many steps').fill('50')
    expect(await start().isDisabled()).toBe(false)
  })

  it('changes height and place of the peak by dragging its point, under the pointer', async () => {
    const handle = page.locator('[data-handle=peak]')
    const from = (await handle.boundingBox())!
    const [x, y] = [from.x + from.width / 2, from.y + from.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 150, y + 90, { steps: 8 })
    await page.mouse.up()
    const rate = Number(await peak().inputValue())
    expect(rate).toBeGreaterThan(0.2)
    expect(rate).toBeLessThan(0.35)
    const share = Number(await page.locator('[data-field="schedule.pctStart"] input').inputValue())
    expect(share).toBeGreaterThan(45)
    expect(share).toBeLessThan(55)
    const to = (await handle.boundingBox())!
    expect(Math.abs(to.x + to.width / 2 - (x + 150))).toBeLessThan(3)
  })

  it('moves a rate by 1 % of a decade with the arrows, and a peak that has focus too', async () => {
    await peak().press('ArrowUp')
    expect(Number(await peak().inputValue())).toBeCloseTo(0.4 * 10 ** 0.01, 3)
    await page.locator('[data-handle=peak]').press('ArrowDown')
    expect(Number(await peak().inputValue())).toBeCloseTo(0.4, 2)
  })

  it('copies a run from the list or the address and lists what was changed since', async () => {
    await page.getByLabel('Copy settings from a run').selectOption('step-0.20')
    expect(await peak().inputValue()).toBe('0.2')
    expect(await page.getByLabel('Seeds, one run each').inputValue()).toBe('3')
    await page.getByLabel('Batch size').fill('48')
    await page.getByText('Changes from step-0.20').waitFor()
    expect(await page.locator('dl', { hasText: 'batchSize' }).innerText()).toMatch(/32 → 48/)

    const linked = await openPage(browser, `${served.url}?from=abcdefgh`)
    await linked.page.waitForSelector('[data-family=step][aria-checked=true]')
    expect(linked.complaints).toEqual([])
    await linked.page.close()
  })

  it('names every family of the registry with its course, and reads the preview at the crosshair', async () => {
    const tiles = page.locator('[data-family]')
    expect(await tiles.count()).toBe(13)
    for (const tile of await tiles.all())
      expect((await tile.locator('path').getAttribute('d'))!.length).toBeGreaterThan(10)
    const canvas = (await page.locator('canvas').boundingBox())!
    await page.mouse.move(canvas.x + 46 + 0.3 * (canvas.width - 60), canvas.y + 200)
    expect(await page.locator('[data-readout=lr]').innerText()).toBe('0.400')
  })

  it.each([
    [1440, 900],
    [1052, 640],
  ])('has no control cut off at %d × %d', async (width, height) => {
    await page.setViewportSize({ width, height })
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.designer button, .designer input')]
        .filter((element) => {
          const { left, right, top, bottom } = element.getBoundingClientRect()
          return right > innerWidth || left < 376 || (element.closest('.start-bar') && bottom > innerHeight) || top < 0
        })
        .map((element) => element.outerHTML.slice(0, 80)),
    )
    expect(cut).toEqual([])
  })
})
