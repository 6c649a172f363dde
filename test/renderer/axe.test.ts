import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type axe from 'axe-core'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { pageFaults } from './page-faults'
import { pageTests } from './page-tests'
import { closeDialog, SCREENS, storeWorkspace } from './screens'
import { settled } from './settled'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PICTURES = join(import.meta.dirname, '../.artifacts/screens')
const SIZES = [
  { width: 1120, height: 700 },
  { width: 1440, height: 900 },
]

/** Structure is the same in both themes, colours are not. */
const RULES = {
  light: { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] },
  dark: { resultTypes: ['violations'], runOnly: { type: 'rule', values: ['color-contrast'] } },
}

/** Serious and critical violations of a page, each with its rule and the first places. */
async function violations(page: Page, options: object): Promise<string[]> {
  // Through the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(AXE)
  const { violations } = await page.evaluate<AxeResults, object>(
    (options) => (window as unknown as { axe: typeof axe }).axe.run(document, options),
    options,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => {
      const places = nodes.slice(0, 4).map(({ target, html }) => `${target.join(' ')} ${html.slice(0, 140)}`)
      return `${id}: ${help} (${nodes.length}): ${places.join(' | ')}`
    })
}

describe.skipIf(noChromium)('every page in both themes', () => {
  const tests = pageTests(({ core }) => storeWorkspace(core.storage))

  it.each(['light', 'dark'] as const)(
    '%s: no serious fault of access, nothing cut off, pictures kept',
    async (theme) => {
      mkdirSync(PICTURES, { recursive: true })
      const page = await tests.open('/runs')
      await page.evaluate((theme) => localStorage.setItem('anneal.theme', theme), theme)
      await page.reload()
      const faults: Record<string, string[]> = {}
      for (const { name, place, ready, prepare } of SCREENS) {
        await page.evaluate((hash) => (location.hash = hash), place)
        await page.waitForSelector(ready)
        await prepare?.(page)
        const found = new Set<string>()
        for (const size of SIZES) {
          await page.setViewportSize(size)
          await settled(page)
          for (const fault of await pageFaults(page)) found.add(`${size.width}: ${fault}`)
          await page.screenshot({ path: join(PICTURES, `${name}-${theme}-${size.width}.png`) })
        }
        for (const fault of await violations(page, RULES[theme])) found.add(fault)
        if (found.size) faults[name] = [...found]
        if (prepare) await closeDialog(page)
      }
      expect(faults).toEqual({})
    },
    // Every page, twice as large, on a loaded machine.
    150_000,
  )
})
