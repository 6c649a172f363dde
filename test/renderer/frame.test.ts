import { describe, expect, it } from 'vitest'
import { keyName } from '../../src/renderer/composables/use-keys'
import { tokenIn } from '../../src/renderer/connect/token'
import { formatAgo, formatBytes, formatMoment } from '../../src/renderer/format/time'
import { GrowingColumn } from '../../src/renderer/stores/growing-column'
import { noChromium } from './browser'
import { storeRun } from './generated-runs'
import { pageTests } from './page-tests'

const HOSTILE = '<img src=x onerror="document.title=1"><b>bold</b>'

describe.skipIf(noChromium)(`the frame${noChromium && ` (${noChromium})`}`, () => {
  const tests = pageTests(({ core }) => {
    const schedule = { kind: 'constant', lr: 0.1 } as const
    storeRun(core.storage, { id: 'run00001', name: 'plain', schedule, status: 'finished', budget: 100 })
    storeRun(core.storage, { id: 'run00002', name: HOSTILE, group: HOSTILE, schedule, status: 'finished', budget: 100 })
  })

  it('takes the token out of the address, and finds it again when the tab is loaded anew', async () => {
    const page = await tests.open('/runs')
    expect(page.url()).toBe(`${tests.served.address}/#/runs`)
    await page.reload()
    await page.waitForSelector('text=2 of 2 runs')
  })

  it('says what to do where the address carries no token or a wrong one', async () => {
    const page = await tests.open('/runs')
    await page.evaluate(() => sessionStorage.clear())
    await page.reload()
    await page.waitForSelector('text=Open the whole address')
    await page.goto(`${tests.served.address}/#token=${'w'.repeat(43)}`)
    await page.waitForSelector('text=Anneal does not let this page in')
    // A wrong token is refused with a status that the browser notes on its console: expected here, nowhere else.
    await page.evaluate(() => sessionStorage.clear())
    tests.forgive(/401|403/)
  })

  it('starts anew when another address is pasted into the tab', async () => {
    const page = await tests.open('/runs')
    await page.evaluate(() => sessionStorage.clear())
    await page.reload()
    await page.waitForSelector('text=Open the whole address')
    await page.evaluate((url) => location.assign(url), tests.served.url)
    await page.waitForSelector('text=2 of 2 runs')
  })

  it('switches the theme by key, for Element Plus too, and keeps it', async () => {
    const page = await tests.open('/runs')
    const background = () =>
      page.evaluate(() => getComputedStyle(document.querySelector('.app__page')!).backgroundColor)
    const light = await background()
    await page.keyboard.press('Control+Shift+L')
    expect(await page.evaluate(() => document.documentElement.className)).toContain('dark')
    expect(await background()).not.toBe(light)
    await page.reload()
    await page.waitForSelector('text=2 of 2 runs')
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark')
  })

  it('goes to a run by its name from the command field', async () => {
    const page = await tests.open('/runs')
    await page.keyboard.press('Control+k')
    await page.waitForSelector('[role=combobox]:focus')
    await page.keyboard.type('plain')
    await page.waitForSelector('[role=option]:has-text("plain")')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/#/runs/run00001')
    expect(await page.textContent('[aria-current=page].here')).toBe('plain')
  })

  it('lists the keys of the screen; letters do nothing meanwhile; Escape closes', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('text=2 of 2 runs')
    await page.keyboard.press('?')
    await page.waitForSelector('.el-dialog:has-text("show only this run")')
    await page.keyboard.press('n')
    await page.keyboard.press('Escape')
    await page.waitForSelector('.el-dialog', { state: 'hidden' })
    expect(page.url()).toContain('#/runs')
  })

  it('shows what users typed as text, never as markup', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('[role=grid] .name:has-text("<img src=x")')
    await page.hover('[role=grid] .row >> nth=0')
    await page.click('.readout tbody tr:has-text("<img") >> nth=0')
    await page.waitForURL('**/#/runs/run00002')
    await page.waitForSelector('h1:has-text("<img src=x")')
    expect(await page.title()).toBe('Anneal')
    expect(await page.locator('img, b').count()).toBe(0)
  })

  it('says that the connection is lost while the server is away, and catches up when it is back', async () => {
    const page = await tests.open('/runs')
    await page.waitForSelector('text=2 of 2 runs')
    await tests.served.stop()
    await page.waitForSelector('text=The connection to the core is lost')
    expect(await page.locator('[role=grid] .name').count()).toBe(2)
    const schedule = { kind: 'constant', lr: 0.1 } as const
    const { storage } = tests.served.core
    storeRun(storage, { id: 'run00003', name: 'meanwhile', schedule, status: 'finished', budget: 100 })
    await tests.served.start()
    await page.waitForSelector('text=The connection to the core is lost', { state: 'hidden' })
    await page.waitForSelector('[role=grid] .name:has-text("meanwhile")')
    tests.forgive(/ERR_/)
  })
})

describe('keys', () => {
  const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
    keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })
  it.each([
    [press('j'), 'j'],
    [press('J', { shiftKey: true }), 'Shift+j'],
    [press('?', { shiftKey: true }), '?'],
    [press(' ', { shiftKey: true }), 'Shift+Space'],
    [press('L', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+l'],
    [press('k', { metaKey: true }), 'Ctrl+k'],
    [press('.', { ctrlKey: true }), 'Ctrl+.'],
    [press('Enter'), 'Enter'],
    [press('1', { altKey: true }), 'Alt+1'],
  ])('%s', (name, expected) => expect(name).toBe(expected))
})

describe('words', () => {
  it.each([
    ['#token=abc', 'abc'],
    ['#token=a%2Bb&x=1', 'a+b'],
    ['#/runs', null],
    ['', null],
  ])('token in %j: %j', (hash, token) => expect(tokenIn(hash)).toBe(token))

  const now = new Date(2026, 10, 24, 15, 0).getTime()
  it.each([
    [new Date(2026, 10, 24, 9, 41), 'Today 09:41'],
    [new Date(2026, 10, 23, 17, 55), 'Mon 17:55'],
    [new Date(2026, 7, 3, 1, 2), '3 Aug 2026'],
  ])('%s', (at, text) => expect(formatMoment(at.getTime(), now)).toBe(text))
  it.each([
    [500, 'just now'],
    [12_400, '12 s ago'],
    [200_000, '3 min ago'],
  ])('%d ms', (ms, text) => expect(formatAgo(ms)).toBe(text))
  it.each([
    [0, '0 B'],
    [812_000, '812 kB'],
    [3_140_000_000, '3.1 GB'],
  ])('%d bytes', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('a growing column', () => {
  it('keeps every point, and views that were given out', () => {
    const column = new GrowingColumn()
    const views: Float64Array[] = []
    for (let n = 0; n < 3000; n += 7) {
      column.append(Float64Array.from({ length: 7 }, (_, i) => n + i))
      views.push(column.view())
    }
    expect(views.every((view) => view.every((value, i) => value === i))).toBe(true)
    expect(column.length).toBe(views.at(-1)!.length)
  })
})
