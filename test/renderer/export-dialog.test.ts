import { readFile } from 'node:fs/promises'
import { parquetReadObjects } from 'hyparquet'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { recipeSpec } from '../../src/core/domain/recipe/recipe'
import { parseRunSpec } from '../../src/core/domain/spec/run-spec'
import { cardCurve } from '../../src/renderer/pages/compare/recipe/card-curve'
import { noChromium } from './browser'
import { morning, storeRun } from './generated-runs'
import { eventually, pageTests } from './page-tests'

const skipped = noChromium && ` (${noChromium})`

describe('a curve of a card', () => {
  const box = { width: 100, height: 50 }
  it('runs from the first to the last point, from low to high', () => {
    const curve = cardCurve([0, 5, 10], [0.1, 0.5, 0.3], box, 0)!
    expect(curve.path).toBe('M0 40L50 0L100 20')
    expect(curve.ticks.map(({ value }) => value)).toEqual([0, 0.2, 0.4])
  })
  it('breaks where a point is not finite, and says where', () => {
    const curve = cardCurve([0, 1, 2, 3], [1, 2, NaN, NaN], box, null)!
    expect(curve).toMatchObject({ path: 'M0 50L33.3 0', area: '', brokenAt: { x: 66.7, y: 0 } })
  })
  it('is none of a single point', () => expect(cardCurve([0], [1], box, 0)).toBeNull())
})

describe.skipIf(noChromium)(`the export dialog${skipped}`, () => {
  const tests = pageTests(({ core }) => morning(Date.now()).forEach((story) => storeRun(core.storage, story)))
  const download = async (page: Page, act: () => Promise<unknown>) => {
    const [file] = await Promise.all([page.waitForEvent('download'), act()])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }
  const openOn = async (run: string): Promise<Page> => {
    const page = await tests.open(`/runs/${run}`)
    await page.waitForSelector('h1')
    await page.keyboard.press('e')
    await page.waitForSelector('[data-code=pytorch]')
    return page
  }

  it('shows the card of a run with its result, settings and what diverged', async () => {
    const page = await openOn('run00003')
    const card = await page.innerText('[data-card]')
    expect(card).toMatch(/const-0\.80[\s\S]*no result\s+1 of 1 diverged/)
    expect(card).toMatch(/Peak LR\s+0\.800[\s\S]*Diverges at\s+peak LR 0\.800 \(const-0\.80, 1 of 1, at step 137\)/)
    expect(await page.locator('[data-card] svg.lr .line').getAttribute('d')).toMatch(/^M0 /)
  })

  it('saves each tab by key, and what YAML says is the same run', async () => {
    const page = await openOn('run00004')
    await page.keyboard.press('Control+6')
    await page.waitForSelector('[data-code=yaml]')
    const { name, bytes } = await download(page, () => page.keyboard.press('Control+s'))
    expect(name).toBe('step-0.20.recipe.yaml')
    const stored = tests.served.core.storage.runs.get('run00004')
    expect(parseRunSpec(recipeSpec(parse(bytes.toString())))).toEqual(stored.spec)
    await page.keyboard.press('Control+4')
    await page.waitForSelector('[data-code=tfjs]')
    expect((await download(page, () => page.click('[data-save]'))).name).toBe('step-0.20.js')
    expect(await page.textContent('[data-parity]')).not.toBe('')
  })

  it('copies the shown tab, but leaves selected text to the browser', async () => {
    const page = await openOn('run00004')
    await page.evaluate(() => {
      const copied: string[] = []
      Object.assign(window, { copied })
      navigator.clipboard.writeText = async (text) => void copied.push(text)
    })
    const copied = () => page.evaluate(() => (window as unknown as { copied: string[] }).copied)
    await page.keyboard.press('Control+c')
    await eventually(copied).toEqual([expect.stringContaining('def train(model, batches')])
    await page.evaluate(() => getSelection()!.selectAllChildren(document.querySelector('[data-card] h3')!))
    await page.keyboard.press('Control+c')
    expect(await copied()).toHaveLength(1)
  })

  it('saves every recorded point as Parquet', async () => {
    const page = await openOn('run00004')
    const { name, bytes } = await download(page, () => page.click('text="Parquet"'))
    expect(name).toBe('step-0.20.parquet')
    const rows = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    })
    const { values } = tests.served.core.storage.metrics.series('run00004', 'train/loss')
    expect(rows.map((row) => row['train/loss'])).toEqual([...values])
  })

  it('opens the card as a page of paper, and Escape goes back', async () => {
    const page = await openOn('run00004')
    await page.click('text=Print card')
    await page.waitForSelector('.sheet [data-card]')
    await page.emulateMedia({ media: 'print' })
    expect(await page.isVisible('.app__rail')).toBe(false)
    expect(await page.isVisible('.sheet')).toBe(true)
    const pdf = await page.pdf({ preferCSSPageSize: true })
    // One sheet: the page tree counts its leaves.
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(1)
    await page.emulateMedia({ media: 'screen' })
    await page.keyboard.press('Escape')
    await page.waitForURL('**/#/runs/run00004')
  })

  it('imports a bundle that was dropped, once', async () => {
    const page = await openOn('run00004')
    const { name, bytes } = await download(page, () => page.click('text="Bundle"'))
    expect(name).toBe('step-0.20.anneal-bundle')
    tests.served.core.storage.runs.purge(['run00004'])
    const drop = async (content: Buffer) => {
      const transfer = await page.evaluateHandle((text) => {
        const data = new DataTransfer()
        data.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], 'x.anneal-bundle'))
        return data
      }, content.toString('base64'))
      await page.dispatchEvent('.app', 'drop', { dataTransfer: transfer })
    }
    await page.keyboard.press('Escape')
    await drop(bytes)
    await page.waitForSelector('.toast:has-text("1 run imported")')
    expect(tests.served.core.storage.runs.get('run00004').name).toBe('step-0.20')
    await drop(bytes)
    await page.waitForSelector('.toast:has-text("1 run here already, skipped")')
    tests.forgive(/400 \(Bad Request\)/)
    await drop(bytes.subarray(0, 2000))
    await page.waitForSelector('.toast--error:has-text("This is no bundle that can be imported")')
  })

  it('saves the charts as pictures: SVG without a script, PNG in the light colours whatever the theme', async () => {
    const page = await tests.open('/runs/run00003')
    await page.waitForSelector('.chart-stack canvas')
    await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
    const save = (choice: string) =>
      download(page, async () => {
        await page.click('.picture-menu .open >> nth=0')
        await page.click(`[role=menuitem]:has-text("${choice}")`)
      })
    const svg = (await save('SVG, light')).bytes.toString()
    const told = await page.evaluate((text) => {
      const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
      const texts = [...parsed.querySelectorAll('text')]
      return {
        error: parsed.querySelector('parsererror') !== null,
        texts: texts.map((one) => one.textContent),
        smallest: Math.min(...texts.map((one) => Number(one.getAttribute('font-size')))),
        foreign: parsed.querySelectorAll('script, style, foreignObject, [style], [href]').length,
        ground: parsed.querySelector('rect')!.getAttribute('fill'),
        width: Number(parsed.documentElement.getAttribute('width')),
      }
    }, svg)
    expect(told).toMatchObject({ error: false, foreign: 0, ground: '#ffffff' })
    expect(told.smallest).toBeGreaterThanOrEqual(11)
    expect(told.texts).toEqual(expect.arrayContaining(['Loss, log', 'Step', expect.stringMatching(/NaN at step 137/)]))
    const { name, bytes } = await save('PNG, light')
    expect(name).toMatch(/\.png$/)
    const png = PNG.sync.read(bytes, { checkCRC: true })
    expect(png.width).toBe(2 * told.width)
    const colours = new Set<number>()
    for (let i = 0; i < png.data.length; i += 4)
      colours.add(new DataView(png.data.buffer, png.data.byteOffset).getUint32(i))
    expect(colours.size).toBeGreaterThan(50)
    expect([...png.data.subarray(0, 4)]).toEqual([255, 255, 255, 255])
  })
})
