import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { noChromium } from './browser'
import { eventually, pageTests } from './page-tests'
import { closeDialog, SCREENS, storeWorkspace } from './screens'
import { settled } from './settled'

/** More stops than any page has: who tabs this often has come round, or is trapped. */
const MOST_STOPS = 150

interface Stop {
  /** The element with focus in words; empty outside of the page. */
  what: string
  /** One number for each element, -1 for what is none: its place in the page would change with what comes late. */
  index: number
  visible: boolean
}

/** Where focus is, and whether it can be seen: an outline, or a shadow or stroke in the colour of focus. */
const focusOf = (page: Page): Promise<Stop> =>
  page.evaluate(() => {
    const numbered = window as unknown as { stops?: WeakMap<Element, number>; nextStop?: number }
    const numberOf = (one: Element): number => {
      const stops = (numbered.stops ??= new WeakMap())
      if (!stops.has(one)) stops.set(one, (numbered.nextStop = (numbered.nextStop ?? 0) + 1))
      return stops.get(one)!
    }
    const element = document.activeElement
    if (!element || element === document.body) return { what: '', index: -1, visible: true }
    const probe = document.createElement('i')
    probe.style.color = 'var(--focus)'
    document.body.append(probe)
    const focus = getComputedStyle(probe).color
    probe.remove()
    const marked = (one: Element) => {
      const style = getComputedStyle(one)
      const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
      return outlined || style.boxShadow.includes(focus) || style.stroke === focus
    }
    // A field's frame may carry the mark, a point its ring, a switch its track, a list its focused line.
    const around = [element, element.parentElement!, element.parentElement?.parentElement ?? element]
    const inside = [...element.querySelectorAll('svg *, circle, rect')]
    const lines = [...element.querySelectorAll('.focused, [aria-selected=true]')]
    const sibling = element.nextElementSibling ? [element.nextElementSibling] : []
    const { width, height, bottom, right } = element.getBoundingClientRect()
    const inView = width > 0 && height > 0 && bottom > 0 && right > 0
    const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30)
    return {
      what: `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${name}"`,
      index: numberOf(element),
      visible: inView && ([...around, ...inside, ...sibling].some(marked) || lines.length > 0),
    }
  })

describe.skipIf(noChromium)('by keys alone', () => {
  const tests = pageTests(({ core }) => storeWorkspace(core.storage))

  it('Tab goes round every page and dialog: focus is always seen, and nothing holds it', async () => {
    const page = await tests.open('/runs', { width: 1120, height: 700 })
    const faults: Record<string, string[]> = {}
    for (const { name, place, ready, prepare } of SCREENS) {
      await page.evaluate((hash) => (location.hash = hash), place)
      await page.waitForSelector(ready)
      await settled(page)
      await prepare?.(page)
      await settled(page)
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
      const unseen = new Set<string>()
      const stops: number[] = []
      for (let i = 0; i < MOST_STOPS; i++) {
        await page.keyboard.press('Tab')
        const stop = await focusOf(page)
        if (!stop.visible) unseen.add(`not seen: ${stop.what}`)
        if (stops.includes(stop.index)) {
          // Round is round only where it comes to the first stop, or leaves the page, again; a dialog holds focus by right.
          if (!prepare && stop.index !== stops[0] && stop.index !== -1) unseen.add(`held at ${stop.what}`)
          break
        }
        stops.push(stop.index)
        if (i === MOST_STOPS - 1) unseen.add(`still going after ${MOST_STOPS} stops`)
      }
      if (!stops.length) unseen.add('nothing takes focus')
      if (unseen.size) faults[name] = [...unseen]
      if (prepare) await closeDialog(page)
    }
    expect(faults).toEqual({})
  }, 150_000)

  it('runs are filtered, chosen, compared, read at the crosshair, deleted and brought back', async () => {
    const page = await tests.open('/runs')
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const names = () => page.locator('[role=grid] .name').allTextContents()
    await page.waitForSelector('[role=grid] .name')
    const all = (await names()).length

    await press('/')
    await page.keyboard.type('group = sweep-07 and name ~ "onecycle"')
    await eventually(async () => (await names()).length).toBe(3)
    // Escape closes the completion, then empties the field, then gives the keys back to the table.
    await press('Escape', 'Escape')
    await eventually(async () => (await names()).length).toBe(all)
    await press('Escape')

    await press('j', 'x', 'j', 'x', 'c')
    await page.waitForURL('**/#/compare**')
    await page.waitForSelector('.compare-page canvas')
    await settled(page)
    // The charts have their share of the page, also where the page came before its runs.
    await eventually(async () => (await page.locator('.compare-page .charts').boundingBox())!.height).toBeGreaterThan(
      300,
    )
    await press('ArrowRight', 'ArrowRight', 'p', 'Escape')
    await settled(page)
    await press('e')
    await page.waitForSelector('[role=dialog] h1, [role=dialog] h2, .el-dialog')
    await settled(page)
    await press('Escape')
    await page.waitForSelector('.el-dialog', { state: 'hidden' })

    await press('Control+2')
    await page.waitForSelector('[role=grid] .name')
    const before = await names()
    await press('Delete')
    await eventually(names).not.toEqual(before)
    await press('Control+z')
    await eventually(names).toEqual(before)

    await press('Control+,')
    await page.waitForSelector('.el-dialog:has-text("Settings")')
    await press('Escape')
    await page.waitForSelector('.el-dialog', { state: 'hidden' })
    const theme = await page.getAttribute('html', 'data-theme')
    await press('Control+Shift+L')
    expect(await page.getAttribute('html', 'data-theme')).not.toBe(theme)
  })
})
