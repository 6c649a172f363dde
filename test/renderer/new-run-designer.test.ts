import { resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FAMILIES } from '../../src/core/domain/schedules/registry'
import { exportCode } from '../../src/core/domain/export/export-code'
import { parseRunSpec, type RunSpec } from '../../src/core/domain/spec/run-spec'
import { launchChromium, openPage, type Served, servePage } from './fake-charts/serve'

declare const window: Window & { fake: { calls(method: string): { spec: RunSpec }[]; route(): string } }

let served: Served
let browser: Browser
let page: Page
let complaints: string[]

const SIZE = { width: 1372, height: 840 }
async function open(query = ''): Promise<void> {
  ;({ page, complaints } = await openPage(browser, served.url + query, SIZE))
  await page.waitForSelector('canvas')
}
beforeAll(async () => {
  served = await servePage(resolve(import.meta.dirname, 'fake-new-run'))
  browser = await launchChromium()
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})
beforeEach(() => open())
afterEach(async () => {
  expect(complaints).toEqual([])
  await page.close()
})

const tile = (family: string) => page.locator(`[data-family="${family}"]`)
const field = (path: string) => page.locator(`[data-field="schedule.${path}"] input`)
const handle = (id: string) => page.locator(`[data-handle=${id}]`)
const sentence = () => page.locator('[data-sentence]').innerText()
const chartText = async () => (await page.locator('.stack-text').textContent())!

/** Sends the form as it is to the queue; the form stays. */
async function queued(): Promise<RunSpec> {
  const before = await page.evaluate(() => window.fake.calls('runs.create').length)
  await page.keyboard.press('Control+Shift+Enter')
  await page.waitForFunction((n) => window.fake.calls('runs.create').length > n, before)
  return page.evaluate(() => window.fake.calls('runs.create').at(-1)!.spec)
}

async function dragged(id: string, dx: number, dy: number): Promise<void> {
  const box = (await handle(id).boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + dx, y + dy, { steps: 6 })
  await page.mouse.up()
}

const TILES: [tile: string, kind: string, mode?: string][] = [
  ['constant', 'constant'],
  ['warm-up', 'constant'],
  ['step', 'step'],
  ['step', 'multi-step', 'At updates'],
  ['exponential', 'exponential'],
  ['exponential', 'inverse-time', 'Inverse time'],
  ['cosine', 'cosine'],
  ['polynomial', 'polynomial'],
  ['warm-restarts', 'warm-restarts'],
  ['triangular', 'triangular'],
  ['sawtooth', 'sawtooth'],
  ['one-cycle', 'one-cycle'],
  ['wsd', 'wsd'],
  ['plateau', 'plateau'],
  ['custom', 'piecewise'],
  ['custom', 'sequence', 'Parts'],
]

describe('the schedule designer', () => {
  it('offers every family', () => {
    expect(new Set(TILES.map(([, kind]) => kind))).toEqual(new Set(FAMILIES.map(({ kind }) => kind)))
  })

  it('previews and starts every family, with the same peak where it has one', async () => {
    for (const [id, kind, mode] of TILES) {
      await tile(id).click()
      if (mode) await page.getByRole('radiogroup', { name: 'Kind' }).getByText(mode, { exact: true }).click()
      expect(await tile(id).getAttribute('aria-checked'), kind).toBe('true')
      expect(await page.locator('[role=alert]').count(), kind).toBe(0)
      expect(await handle('peak').or(page.locator('[data-handle]')).count(), kind).toBeGreaterThan(0)
      const { schedule, ...rest } = await queued()
      expect(schedule.kind).toBe(kind)
      expect(rest.budget).toEqual({ epochs: 2 })
      if ('lr' in schedule || 'maxLr' in schedule)
        expect('lr' in schedule ? schedule.lr : schedule.maxLr, kind).toBe(0.4)
    }
    expect(await page.evaluate(() => window.fake.route())).toBe('/')
  })

  it.each([1, 2, 3])('previews every family for a run of %d updates', async (steps) => {
    await page.getByRole('radiogroup', { name: 'Budget in' }).getByText('Steps').click()
    await page.getByLabel('Budget in steps').fill(String(steps))
    for (const [id, kind, mode] of TILES) {
      await tile(id).click()
      if (mode) await page.getByRole('radiogroup', { name: 'Kind' }).getByText(mode, { exact: true }).click()
      expect(await page.locator('[role=alert]').count(), kind).toBe(0)
      expect(Number(await page.locator('[data-readout=lr]').innerText()), kind).toBeGreaterThan(0)
    }
  })

  it('goes through the families with the arrows, and to the first nine with Alt', async () => {
    await tile('one-cycle').focus()
    await page.keyboard.press('ArrowRight')
    expect(await tile('wsd').getAttribute('aria-checked')).toBe('true')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Alt+5')
    expect(await tile('cosine').getAttribute('aria-checked')).toBe('true')
    expect(await sentence()).toMatch(/^Cosine: 0\.400 down/)
  })

  it('keeps the end of a schedule where the next family has one to set', async () => {
    await tile('cosine').click()
    await field('minLr').fill('0.002')
    await tile('polynomial').click()
    expect(Number(await field('endLr').inputValue())).toBeCloseTo(0.002, 4)
  })

  it('does 1cycle as PyTorch, fastai or Smith have it', async () => {
    const choose = (name: string) => page.getByRole('radiogroup', { name: 'Convention' }).getByText(name).click()
    await choose('Smith')
    expect((await queued()).schedule).toMatchObject({ convention: 'pytorch', threePhase: true, pctStart: 0.45 })
    await expect.poll(chartText).toContain('cool-down, 843 steps')
    await choose('fastai')
    const { schedule } = await queued()
    expect(schedule).toMatchObject({ convention: 'fastai', threePhase: false })
    expect(schedule).not.toHaveProperty('pctStart')
  })

  it('puts a warm-up in front of any family that has none, and takes it away', async () => {
    await tile('polynomial').click()
    const toggle = page.locator('[data-field="schedule.warmup"]')
    await toggle.click()
    await field('warmup.steps').fill('300')
    await expect.poll(chartText).toMatch(/warm-up, 300 steps/)
    expect((await queued()).schedule).toMatchObject({
      kind: 'polynomial',
      warmup: { steps: 300, convention: 'anneal' },
    })
    await toggle.click()
    expect((await queued()).schedule).not.toHaveProperty('warmup')
  })

  it('lets the momentum stay where it is', async () => {
    expect(await page.locator('[data-readout=momentum]').innerText()).toBe('0.950')
    await page.locator('[data-field="schedule.momentum"]').click()
    expect((await queued()).schedule).toMatchObject({ momentum: null })
    expect(await page.locator('[data-readout=momentum]').innerText()).toBe('0.900')
  })

  it('names the milestone that is out of order, and keeps the last valid shape', async () => {
    await tile('step').click()
    await page.getByText('At updates', { exact: true }).first().click()
    const before = await sentence()
    await field('milestones').fill('900, 400')
    expect(await page.locator('.family-fields [role=alert]').innerText()).toMatch(/milestones\.1 must be above .* 400/)
    expect(await field('milestones').getAttribute('aria-invalid')).toBe('true')
    expect(await page.locator('[data-start]').isDisabled()).toBe(true)
    expect(await page.locator('[data-queue]').isDisabled()).toBe(true)
    expect(await sentence()).toBe(before)
    await field('milestones').fill('400, 900')
    expect((await queued()).schedule).toMatchObject({ milestones: [400, 900] })
  })

  it('warns, with its reason, of what may not be meant', async () => {
    await tile('cosine').click()
    await field('steps').fill('3000')
    expect(await page.locator('[data-warning]').innerText()).toMatch(/3000 updates, the run has 1876: it is cut short/)
  })

  it('writes sums of thousands without an exponent', async () => {
    await tile('constant').click()
    await field('lr').fill('1')
    const readout = await page.getByLabel('Values at the crosshair').innerText()
    expect(readout).toMatch(/Σ LR\s+1\u2009876/)
  })

  it('says of a plateau on what it depends', async () => {
    await tile('plateau').click()
    expect(await page.locator('[data-drawn-on]').innerText()).toMatch(/^Depends on validation\/loss, and no run/)
  })

  it('has label smoothing for cross-entropy only', async () => {
    await page.getByLabel('Label smoothing').fill('0.1')
    expect((await queued()).labelSmoothing).toBe(0.1)
    await page.getByLabel('Dataset', { exact: true }).selectOption('teacher-student')
    expect(await page.getByLabel('Label smoothing').count()).toBe(0)
  })
})

describe('the code of a run', () => {
  const code = () => page.locator('pre').innerText()
  const tab = (name: string) => page.getByRole('tab', { name, exact: true })

  it.each([
    ['PyTorch', /OneCycleLR\(/, 'pytorch'],
    ['Keras', /LearningRateSchedule/, 'keras'],
    ['fastai', /Callback/, 'fastai'],
    ['TF.js', /function /, 'tfjs'],
  ] as const)('for %s is what is exported, and says what it follows', async (name, holds, format) => {
    await tab(name).click()
    expect(await code()).toMatch(holds)
    const spec = await queued()
    const exported = exportCode({ spec: parseRunSpec(spec), steps: 1876, stepsPerEpoch: 938 }, format)
    expect((await code()).trim()).toBe(exported.code.trim())
    expect(await page.locator('[data-code-note]').textContent()).toBe(exported.note)
  })

  it('follows every change, and stays what it was while something is wrong', async () => {
    expect(await code()).toContain('0.4')
    await field('maxLr').fill('0.123')
    expect(await code()).toContain('0.123')
    await field('maxLr').fill('-1')
    expect(await code()).toContain('0.123')
  })

  it('is coloured without losing a character, and walks with the arrows', async () => {
    await tab('PyTorch').focus()
    await page.keyboard.press('ArrowLeft')
    expect(await tab('JSON').getAttribute('aria-selected')).toBe('true')
    expect(JSON.parse(await code())).toMatchObject({ schedule: { kind: 'one-cycle' } })
    expect(await page.locator('pre .number').count()).toBeGreaterThan(3)
  })

  it('goes to the clipboard', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.locator('[data-copy]').click()
    await page.getByText('Copied').waitFor()
    expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe((await code()).trim())
  })
})

describe('points on the preview', () => {
  it('move the end of a decay', async () => {
    await tile('cosine').click()
    await dragged('end', -200, -60)
    const { schedule } = await queued()
    if (schedule.kind !== 'cosine') throw new Error(schedule.kind)
    expect(schedule.steps).toBeGreaterThan(1000)
    expect(schedule.steps).toBeLessThan(1700)
    expect(schedule.minLr).toBeGreaterThan(0.03)
  })

  it('move the end of a warm-up and the peak with it', async () => {
    await tile('warm-up').click()
    await dragged('peak', 100, 40)
    const { schedule } = await queued()
    if (schedule.kind !== 'constant') throw new Error(schedule.kind)
    expect(schedule.warmup!.steps).toBeGreaterThan(300)
    expect(schedule.lr).toBeLessThan(0.4)
  })

  it('are added to pieces by a double click, moved by keys, and removed by Delete', async () => {
    await tile('custom').click()
    const rows = page.locator('[data-point]')
    expect(await rows.count()).toBe(4)
    const ground = (await page.locator('[data-ground]').boundingBox())!
    await page.mouse.dblclick(ground.x + ground.width / 2, ground.y + ground.height / 2)
    expect(await rows.count()).toBe(5)
    const at = Number(await page.getByLabel('Update of point 3').inputValue())
    expect(Math.abs(at - 938)).toBeLessThan(12)
    await handle('point2').press('ArrowRight')
    expect(Number(await page.getByLabel('Update of point 3').inputValue())).toBeGreaterThan(at)
    await handle('point2').press('Delete')
    expect(await rows.count()).toBe(4)
    await page.getByLabel('Rate of point 2').fill('0.25')
    const { schedule } = await queued()
    expect(schedule).toMatchObject({
      kind: 'piecewise',
      interpolate: 'linear',
      points: [[0, 0.04], [375, 0.25], {}, {}],
    })
  })

  it('and fields give each part of a sequence its shape, length and end', async () => {
    await tile('custom').click()
    await page.getByText('Parts', { exact: true }).first().click()
    await page.getByLabel('Shape of part 2').selectOption('linear')
    await page.getByLabel('Last rate of part 2').fill('0.01')
    await page.getByLabel('Updates of part 1').fill('600')
    await page.locator('[data-add]').click()
    const { schedule } = await queued()
    if (schedule.kind !== 'sequence') throw new Error(schedule.kind)
    expect(schedule.parts.map((part) => [part.steps, part.schedule.kind])).toEqual([
      [600, 'constant'],
      [938, 'polynomial'],
      [338, 'polynomial'],
    ])
    expect(schedule.parts[1]!.schedule).toMatchObject({ lr: 0.4, endLr: 0.01 })
    await page.locator('[data-add]').click()
    const more = (await queued()).schedule
    if (more.kind !== 'sequence') throw new Error(more.kind)
    expect(more.parts.map((part) => part.steps)).toEqual([600, 938, 169, 169])
    const ground = (await page.locator('[data-ground]').boundingBox())!
    await page.mouse.dblclick(ground.x + ground.width * 0.55, ground.y + ground.height / 2)
    await page.locator('[data-part="4"]').waitFor()
    await page.getByLabel('First rate of part 2').fill('-1')
    expect(await page.locator('[data-start]').isDisabled()).toBe(true)
    expect(await page.getByLabel('First rate of part 2').getAttribute('aria-invalid')).toBe('true')
  })

  it('wait at the foot of a log axis where their rate is 0', async () => {
    await tile('polynomial').click()
    await page.getByText('Log', { exact: true }).click()
    const [end, peak] = [(await handle('end').boundingBox())!, (await handle('peak').boundingBox())!]
    expect(end.y).toBeGreaterThan(peak.y + 100)
    await handle('end').press('ArrowUp')
    expect(Number(await field('endLr').inputValue())).toBeGreaterThan(0)
    // Back: for a moment the chart is still the logarithmic one.
    await page.getByText('Linear', { exact: true }).first().click()
    await expect.poll(chartText).toContain('0.00')
  })
})

describe('a range test of this data, model and optimizer', () => {
  it('is a line in the preview, a caution with the factor, and with A the peak', async () => {
    await page.close()
    await open('?test=0.3')
    await page.locator('[data-test-max]').waitFor()
    await expect.poll(chartText).toContain('range-test maximum 0.300')
    expect(await page.locator('[data-caution]').innerText()).toContain('1.3× the test max')
    expect(await page.locator('[data-start]').isDisabled()).toBe(false)
    await page.keyboard.press('a')
    expect(await field('maxLr').inputValue()).toBe('0.3')
    expect(await page.locator('[data-caution]').count()).toBe(0)
    expect(await page.locator('[data-apply]').isDisabled()).toBe(true)
    await tile('triangular').click()
    await field('maxLr').fill('0.9')
    await page.locator('[data-apply]').click()
    expect(await field('maxLr').inputValue()).toBe('0.3')
  })

  it('can be made first, with what the form says', async () => {
    await page.locator('[data-range-test]').click()
    await page.waitForFunction(() => window.fake.route() === '/lab')
  })

  it('says nothing to another model', async () => {
    await page.close()
    await open('?test=0.3')
    await page.locator('[data-test-max]').waitFor()
    await page.getByLabel('Model').selectOption('mlp')
    expect(await page.locator('[data-test-max]').count()).toBe(0)
  })
})

describe('at a small window', () => {
  it.each([
    [1440, 900],
    [1052, 640],
  ])('no control of any family is cut off at %d × %d', async (width, height) => {
    await page.setViewportSize({ width, height })
    for (const [id, , mode] of TILES) {
      await tile(id).click()
      if (mode) await page.getByRole('radiogroup', { name: 'Kind' }).getByText(mode, { exact: true }).click()
      const warm = page.locator('[data-field="schedule.warmup"]')
      if ((await warm.count()) && id !== 'warm-up') await warm.click()
      expect(await cutOff(), `${id} ${mode ?? ''}`).toEqual([])
      const plot = (await page.locator('.plots').boundingBox())!
      expect(plot.height, `${id} ${mode ?? ''}`).toBeGreaterThan(150)
    }
  })
})

/** Controls that reach out of the page or of the box that they are in without a way to scroll to them. */
const cutOff = () =>
  page.evaluate(() => {
    const scrolls = (element: Element): boolean => {
      for (let box = element.parentElement; box; box = box.parentElement)
        if (['auto', 'scroll'].includes(getComputedStyle(box).overflowY) && box.scrollHeight > box.clientHeight)
          return true
      return false
    }
    return [...document.querySelectorAll('.designer button, .designer input:not([type=checkbox]), .designer select')]
      .filter((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect()
        return right > innerWidth || left < 376 || top < 0 || (bottom > innerHeight && !scrolls(element))
      })
      .map((element) => element.outerHTML.slice(0, 90))
  })
