import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { METRIC } from '../../src/core/domain/metrics'
import type { RunProgress, RunRow } from '../../src/core/domain/run'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { SYSTEM, systemFrames } from '../../src/core/domain/system-metrics'
import { recipeFile } from '../../src/renderer/export/export-texts'
import { scaleRates } from '../../src/core/domain/schedules/scale'
import { bestAccuracy } from '../../src/renderer/run-charts/best-accuracy'
import { noChromium } from './browser'
import { EVERY, framesOf, morning, specOf, storeRun } from './generated-runs'
import { eventually, pageTests, pixelsOf } from './page-tests'

const skipped = noChromium && ` (${noChromium})`

describe.skipIf(noChromium)(`the Run page${skipped}`, () => {
  const tests = pageTests(({ core }) => morning(Date.now()).forEach((story) => storeRun(core.storage, story)))
  const figure = (page: Page, label: string) => page.textContent(`.run-figures > div:has(dt:text-is("${label}")) dd`)
  const create = async (name: string) => {
    const spec = specOf({ name, schedule: { kind: 'one-cycle', maxLr: 0.2 }, budget: 1000 })
    const { runs } = (await tests.served.core.api.call('runs.create', { spec })) as { runs: RunRow[] }
    return { run: runs[0]!, spec }
  }

  it('shows a finished run: figures, curves in the colours of their quantities, settings, environment', async () => {
    const page = await tests.open('/runs/run00007')
    await page.waitForSelector('h1:has-text("onecycle-0.30")')
    expect(await figure(page, 'Step')).toMatch(/4.690 *of 4.690/)
    const { core } = tests.served
    const accuracy = core.storage.metrics.summaries('run00007')[METRIC.validationAccuracy]!
    expect(await figure(page, 'Best val acc')).toContain((100 * accuracy.max).toFixed(2))
    for (const token of ['--q-train', '--q-val', '--lr', '--q-momentum', '--q-grad'])
      await eventually(() => pixelsOf(page, token)).toBeGreaterThan(50)
    const side = await page.textContent('.side')
    expect(side).toMatch(/1cycle.*Weight decay.*5e-4.*Machine.*2 cores.*MNIST/s)
    expect(await page.getAttribute('[role=progressbar]', 'aria-valuenow')).toBe('4690')
  })

  it('reads exact values at the crosshair', async () => {
    const page = await tests.open('/runs/run00007')
    await page.waitForSelector('.readout dd')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    const { values, steps } = tests.served.core.storage.metrics.series('run00007', METRIC.lr)
    const title = await page.textContent('.readout .title strong')
    const step = Number(title!.replace(/\D/g, ''))
    expect(step).toBeGreaterThan(4000)
    const exact = values[steps.indexOf(step)]!
    const shown = Number(await page.textContent('.readout dt:text-is("LR") + dd'))
    expect(Math.abs(shown / exact - 1)).toBeLessThan(0.01)
  })

  it('opens a diverged run on what it recorded, says what the numbers show, and retries at a third of the rate', async () => {
    const page = await tests.open('/runs/run00003')
    await page.waitForSelector('section.diverged h2:has-text("Diverged at step 137")')
    expect(await page.textContent('section.diverged')).toMatch(/138 steps of 4.690 are stored/)
    await eventually(() => page.textContent('.plots')).toContain('NaN at step 137')
    // What is recorded is all there is to see: the axis does not go on to the planned end, and nothing is zoomed.
    expect(await page.locator('text=Whole run').count()).toBe(0)
    expect(await page.textContent('.plots')).not.toMatch(/4.690/)
    await page.keyboard.press('r')
    await page.waitForSelector('h1:has-text("const-0.80 lr÷3")')
    const id = page.url().split('/').at(-1)!
    const retry = tests.served.core.storage.runs.get(id)
    expect(retry.spec.schedule).toMatchObject({ kind: 'constant', lr: 0.266667 })
    await tests.served.core.api.call('runs.stop', { run: id })
  })

  it.each([
    ['run00008', /The run failed.*cut short.*12 steps of 4.690 are stored/s],
    ['run00006', /Interrupted after step.*Anneal ended while this run was training.*2.814 steps of 4.690 are stored/s],
    ['run00001', /Stopped after step 1.340.*Stopped by the user/s],
  ])('says how %s ended, and what is kept', async (id, words) => {
    const page = await tests.open(`/runs/${id}`)
    await page.waitForSelector('.side h2')
    expect(await page.textContent('.side')).toMatch(words)
  })

  it('renames, tags, and keeps notes when the field is left', async () => {
    const page = await tests.open('/runs/run00002')
    const row = () => tests.served.core.storage.runs.get('run00002')
    await page.click('h1 button')
    await page.keyboard.type('baseline')
    await page.keyboard.press('Enter')
    await page.waitForSelector('h1:has-text("baseline")')
    await page.click('text="tag"')
    await page.keyboard.type('kept')
    await page.keyboard.press('Enter')
    await page.waitForSelector('.tag:has-text("kept")')
    await page.fill('#run-notes', 'The rate to beat.')
    await page.locator('#run-notes').blur()
    await eventually(() => [row().name, row().tags, row().notes]).toEqual(['baseline', ['kept'], 'The rate to beat.'])
    await page.click('[aria-label="Remove tag kept"]')
    await eventually(() => row().tags).toEqual([])
  })

  it('goes to the neighbours in the table and back to the runs', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name')
    await page.click('.name:text-is("step-0.20")')
    await page.waitForSelector('h1:has-text("step-0.20")')
    await page.keyboard.press(']')
    await page.waitForSelector('h1:has-text("const-0.80")')
    await page.keyboard.press('[')
    await page.waitForSelector('h1:has-text("step-0.20")')
    await page.keyboard.press('Escape')
    await page.waitForURL('**/#/runs')
  })

  it('saves a recipe that the command line takes', async () => {
    const page = await tests.open('/runs/run00003')
    await page.waitForSelector('h1')
    await page.click('text=Export recipe')
    await page.click('[role=tab]:has-text("JSON")')
    await page.waitForSelector('[data-code=json]')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-save]')])
    expect(download.suggestedFilename()).toBe('const-0.80.recipe.json')
    const recipe = JSON.parse(await readFile(await download.path(), 'utf8'))
    expect(recipe.recipe).toBe(1)
    expect(parseRunSpec(recipe.spec).schedule).toEqual({ kind: 'constant', lr: 0.8 })
    expect(recipe.result.metrics[METRIC.trainLoss].last).toBe('NaN')
  })

  it('follows a live run with its planned schedule, stops it by key, and keeps the view', async () => {
    const { run, spec } = await create('follow me')
    const page = await tests.open(`/runs/${run.id}`)
    await page.waitForSelector('h1:has-text("follow me")')
    await page.waitForSelector('.pill--running')
    const grow = (steps: number) =>
      eventually(() => {
        tests.trainers.batch(run.id, steps, [])
        return page.getAttribute('[role=progressbar]', 'aria-valuenow')
      }).toBe(String(steps))
    tests.trainers.batch(run.id, 300, framesOf(spec, 0, 300))
    await grow(300)
    await eventually(() => page.textContent('.readout .title')).toContain('Step 299')
    expect(await figure(page, 'Best val acc')).toMatch(new RegExp(`@ ${4 * EVERY - 1}$`))
    await eventually(() => page.textContent('.plots')).toContain('300 of 300 points drawn')
    tests.trainers.batch(run.id, 450, framesOf(spec, 300, 450))
    await grow(450)
    await eventually(() => page.textContent('.plots')).toContain('450 of 450 points drawn')
    await page.keyboard.press('Control+.')
    await page.waitForSelector('.pill--stopped')
    expect(await page.textContent('.side')).toMatch(/450 steps of 1.000 are stored/)
    expect(await page.locator('text=Whole run').count()).toBe(0)
  })

  it('says what a run loads until it trains', async () => {
    const { run, spec } = await create('loads')
    const page = await tests.open(`/runs/${run.id}`)
    await page.waitForSelector('.pill--running')
    await eventually(() => {
      tests.trainers.loading(run.id, 'dataset mnist')
      return page.textContent('.run-figures')
    }).toContain('dataset mnist')
    tests.trainers.batch(run.id, 10, framesOf(spec, 0, 10))
    await eventually(() => page.textContent('.run-figures')).toMatch(/Speed.*Loss/)
    expect(await page.textContent('.run-figures')).not.toContain('dataset')
    await tests.served.core.api.call('runs.stop', { run: run.id })
  })

  it('unfolds what the machine did, at the same steps as the curves', async () => {
    const { metrics, runs } = tests.served.core.storage
    const { steps } = runs.get('run00002')
    const look = (i: number) => {
      const more = new Map([
        [SYSTEM.trainerMemory as string, 4e8 + i * 1e6],
        ['system/gpu0/load', 0.5],
      ])
      return systemFrames({ cpuLoad: i === 3 ? 0.75 : 0.25, memory: 8e9, more }, i * 100, Date.now() + i * 1000)
    }
    metrics.append('run00002', [0, 1, 2, 3, 4].flatMap(look), steps)
    const page = await tests.open('/runs/run00002')
    const section = page.locator('.run-machine')
    await section.waitFor()
    expect(await section.textContent()).toContain('CPU up to 75 %, this run up to 404 MB')
    expect(await page.locator('canvas').count()).toBe(1)
    await section.getByRole('button').first().click()
    await eventually(() => page.locator('canvas').count()).toBe(2)
    await eventually(() => pixelsOf(page, '--q-train', 1)).toBeGreaterThan(20)
    await eventually(() => section.locator('dl').allTextContents()).toEqual([
      'CPU25.00GPU 050.00',
      'in all8.000this run0.4040',
    ])
    await section.getByRole('button').first().click()
    await eventually(() => page.locator('canvas').count()).toBe(1)
  })

  it('says how many wait before a queued run', async () => {
    const first = await create('first')
    await create('second')
    const third = await create('third')
    const page = await tests.open(`/runs/${third.run.id}`)
    await page.waitForSelector('text=1 run in the queue before it')
    tests.trainers.end(first.run.id, { status: 'finished' })
    await page.waitForSelector('text=It is the next one')
  })

  it('says that a run is not there, or was deleted while it was open', async () => {
    const page = await tests.open('/runs/nothere1')
    await page.waitForSelector('text=This run cannot be shown')
    await page.click('text=Back to the runs')
    await page.waitForSelector('[role=grid] .name')
    await page.click('.name:text-is("onecycle-0.20-b512")')
    await page.waitForSelector('h1')
    await tests.served.core.api.call('runs.remove', { run: 'run00005' })
    await page.waitForSelector('text=This run was deleted')
    // The browser notes the refused call on its console; the page says it in words.
    tests.forgive(/404/)
  })

  it('fits the smallest window without a cut label in head and figures', async () => {
    const page = await tests.open('/runs/run00003', { width: 1120, height: 700 })
    await page.waitForSelector('h1')
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.run-figures dd, .run-figures dt, .actions .btn, .controls *, .side dt')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
        .map((one) => one.outerHTML),
    )
    expect(cut).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1120)
  })
})

describe('a live run', () => {
  const run = { spec: { evaluate: { everySteps: 100 } }, totalSteps: 250, metrics: {} } as unknown as RunRow
  const at = (value: number, count: number) =>
    ({ validationAccuracy: value, counts: { [METRIC.validationAccuracy]: count } }) as unknown as RunProgress
  it.each([
    [at(0.9, 1), { value: 0.9, step: 99 }],
    [at(0.95, 3), { value: 0.95, step: 249 }],
    [null, null],
  ])('has its best accuracy at the step of its evaluation', (progress, best) =>
    expect(bestAccuracy(run, progress)).toEqual(best),
  )
})

describe('a retry', () => {
  it('scales every rate of a schedule and nothing else', () => {
    const spec = { kind: 'one-cycle', maxLr: 0.9, div: 25, pctStart: 0.3 } as never
    expect(scaleRates(spec, 1 / 3)).toEqual({ kind: 'one-cycle', maxLr: 0.3, div: 25, pctStart: 0.3 })
  })
})

describe('the file name of a recipe', () => {
  const named = (name: string) => recipeFile({ run: { id: 'abcd1234', name } } as never).name
  it.each([
    ['cnn 1cycle', 'cnn-1cycle.recipe.json'],
    ['../../etc/passwd', 'etc-passwd.recipe.json'],
    ['müll ÷3', 'müll-3.recipe.json'],
    ['///', 'abcd1234.recipe.json'],
  ])('%s -> %s', (name, file) => expect(named(name)).toBe(file))
})
