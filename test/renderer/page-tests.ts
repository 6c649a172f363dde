import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Launcher } from '../../src/core/jobs/launcher'
import { launchChromium, type OpenedPage, openPage } from './browser'
import { type ServedCore, serveCore } from './served-core'
import { type ToldTrainers, toldTrainers } from './told-trainers'

export interface PageTests {
  readonly served: ServedCore
  readonly trainers: ToldTrainers
  /** Opens the page at a place such as /runs; every page is closed, and checked for complaints, after its test. */
  open(place: string, size?: { width: number; height: number }): Promise<Page>
  /** What a test provokes on purpose is no complaint. */
  forgive(expected: RegExp): void
}

/**
 * A served core for the tests of one file, and pages on it. After each test no page may have complained: no error, no
 * warning on the console, no violation of the content security policy.
 * @param launcher of real trainers; else those that do as they are told
 */
export function pageTests(
  prepare: (served: ServedCore) => void | Promise<void> = () => {},
  launcher?: () => Promise<Launcher>,
): PageTests {
  const trainers = toldTrainers()
  let served: ServedCore
  let browser: Browser
  let opened: OpenedPage[] = []
  let expected: RegExp | null = null

  beforeAll(async () => {
    served = await serveCore({ launcher: launcher ? await launcher() : trainers.launcher })
    await prepare(served)
    browser = await launchChromium()
  })
  afterEach(async () => {
    const complaints = opened.flatMap((one) => one.complaints).filter((complaint) => !expected?.test(complaint))
    expected = null
    for (const { page } of opened) await page.close()
    opened = []
    expect(complaints).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await served?.close()
  })

  return {
    get served() {
      return served
    },
    trainers,
    forgive: (pattern) => void (expected = pattern),
    async open(place, size) {
      const one = await openPage(browser, served.url, size)
      opened.push(one)
      await one.page.waitForSelector('.app')
      if (place !== '/runs') await one.page.evaluate((hash) => (location.hash = hash), place)
      return one.page
    },
  }
}

/** Waits until something holds, with patience for a loaded machine. */
export const eventually = <T>(read: () => T | Promise<T>, timeout = 20_000) =>
  expect.poll(read, { timeout, interval: 40 })

/** How many pixels of a canvas have exactly this design token's colour. */
export const pixelsOf = (page: Page, token: string, canvas = 0): Promise<number> =>
  page.evaluate(
    ({ token, canvas }) => {
      const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
      probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token).trim()
      probe.fillRect(0, 0, 1, 1)
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data
      const element = document.querySelectorAll('canvas')[canvas]!
      // Read from a copy: reading a canvas that is drawn to again and again is slow, and Chromium complains about it.
      const copy = new OffscreenCanvas(element.width, element.height).getContext('2d', { willReadFrequently: true })!
      copy.drawImage(element, 0, 0)
      const { data } = copy.getImageData(0, 0, element.width, element.height)
      let count = 0
      for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count++
      return count
    },
    { token, canvas },
  )
