import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { pageTests } from './page-tests'

const CHOSEN = ['cycle001', 'cycle002', 'cycle003', 'const001', 'steps001']
const HOSTILE = '<b>"low" & \'slow\'</b>'

/** What a picture consists of, as a parser of XML sees it. */
const told = (page: Page, svg: string) =>
  page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
    const texts = [...parsed.querySelectorAll('text')]
    return {
      error: parsed.querySelector('parsererror') !== null,
      texts: texts.map((one) => one.textContent!),
      smallest: Math.min(...texts.map((one) => Number(one.getAttribute('font-size')))),
      foreign: parsed.querySelectorAll('script, style, foreignObject, [style], a, [onload]').length,
      outside: [...parsed.querySelectorAll('[href]')].filter(
        (one) => !one.getAttribute('href')!.startsWith('data:image/png;base64,'),
      ).length,
      ground: parsed.querySelector('rect')!.getAttribute('fill'),
      bands: [...parsed.querySelectorAll('path[fill-opacity]')].map((one) => one.getAttribute('d')!),
      width: Number(parsed.documentElement.getAttribute('width')),
    }
  }, svg)

describe.skipIf(noChromium)(`pictures of Compare${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core: { storage } }) => {
    for (const seed of [1, 2, 3])
      storeRun(storage, {
        id: `cycle00${seed}`,
        name: 'onecycle',
        schedule: { kind: 'one-cycle', maxLr: 0.3 },
        status: 'finished',
        budget: 400,
        seed,
      })
    storeRun(storage, {
      id: 'const001',
      name: 'const-0.80',
      schedule: { kind: 'constant', lr: 0.8 },
      status: 'diverged',
      divergedAt: 137,
      budget: 400,
      batchSize: 64,
    })
    storeRun(storage, {
      id: 'steps001',
      name: HOSTILE,
      schedule: { kind: 'step', lr: 0.1, everySteps: 100 },
      status: 'finished',
      budget: 400,
    })
  })
  const open = async (view: object) => {
    const place = `/compare?runs=${CHOSEN}&view=${encodeURIComponent(JSON.stringify(view))}`
    const page = await tests.open(place)
    await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'))
    return page
  }
  const save = async (page: Page, within: string, choice: string) => {
    await page.click(`${within} .picture-menu .open >> nth=0`)
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.click(`[role=menuitem]:has-text("${choice}")`),
    ])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }
  const LEFT = '.lower-pane[aria-label="Lower left"]'

  it.each([
    ['parallel', '.parallel-plot canvas', 'Parallel coordinates', ['Peak LR', 'C <b>', 'diverged']],
    ['scatter', '.scatter-plot canvas', 'Best val acc against Peak LR', ['Peak LR', 'Best val acc', 'diverged']],
    ['map', '.cells', 'Best validation accuracy by peak LR and batch', ['Peak LR', 'Batch', '128', '64']],
    ['bars', '.bar-list', 'Validation accuracy of each chosen run', ['Validation accuracy', 'A onecycle']],
    ['target', '.bar-list', 'First to reach validation accuracy', ['Step', 'A onecycle', 'never']],
  ] as const)(
    '%s is saved with its title, its axes and legible words, and nothing from outside',
    async (left, ready, title, words) => {
      const lower = { target: { values: { 'validation/accuracy': 0.9999 } } }
      const page = await open({ left, right: left === 'map' ? 'scatter' : 'map', lower })
      await page.waitForSelector(`${LEFT} ${ready}`)
      const svg = await told(page, (await save(page, LEFT, 'SVG, light')).bytes.toString())
      expect(svg).toMatchObject({ error: false, foreign: 0, outside: 0, ground: '#ffffff' })
      expect(svg.smallest).toBeGreaterThanOrEqual(11)
      expect(svg.texts[0]).toContain(title)
      for (const word of words) expect(svg.texts.join('\n')).toContain(word)
      const shown = await told(page, (await save(page, LEFT, 'SVG, as shown')).bytes.toString())
      expect(shown.ground).not.toBe('#ffffff')
      const { name, bytes } = await save(page, LEFT, 'PNG, light')
      expect(name).toMatch(/\.png$/)
      const png = PNG.sync.read(bytes, { checkCRC: true })
      expect(png.width).toBe(2 * svg.width)
      expect([...png.data.subarray(0, 4)]).toEqual([255, 255, 255, 255])
      const colours = new Set(new Uint32Array(png.data.buffer, png.data.byteOffset, png.data.length / 4))
      expect(colours.size).toBeGreaterThan(30)
    },
  )

  it('the cloud behind parallel coordinates is in the picture, with two pixels for one', async () => {
    const page = await open({ left: 'parallel' })
    await page.waitForSelector(`${LEFT} .parallel-plot canvas`)
    const svg = (await save(page, LEFT, 'SVG, light')).bytes.toString()
    const [, data] = /href="data:image\/png;base64,([^"]+)"/.exec(svg)!
    const cloud = PNG.sync.read(Buffer.from(data!, 'base64'), { checkCRC: true })
    const shown = (await page.locator(`${LEFT} .parallel-plot canvas`).boundingBox())!
    expect(cloud.width).toBe(2 * Math.round(shown.width))
    let inked = 0
    for (let i = 3; i < cloud.data.length; i += 4) inked += Number(cloud.data[i]! > 0)
    expect(inked).toBeGreaterThan(1000)
  })

  it('a band around a mean is in the picture of the charts, and none where there is none', async () => {
    const bandsOf = async (band: string) => {
      const page = await open({ band, panels: [{ metric: 'train/loss' }], smoothing: 'none' })
      await page.waitForSelector('.compare-charts [data-count="0:train/loss"]:not(:empty)')
      return (await told(page, (await save(page, '.chart-stack', 'SVG, light')).bytes.toString())).bands
    }
    const [outline] = await bandsOf('minmax')
    const corners = outline!.match(/-?[\d.]+ -?[\d.]+/g)!.map((pair) => pair.split(' ').map(Number))
    const at = (x: number) => corners.filter(([px]) => px === x).map(([, y]) => y!)
    // Out along the upper edge and back along the lower one: the same positions, lower on the paper.
    const wide = corners.filter(([x]) => at(x!).length === 2 && at(x!)[0]! < at(x!)[1]!)
    expect(wide.length).toBeGreaterThan(corners.length / 2)
    expect(await bandsOf('off')).toEqual([])
  })
})
