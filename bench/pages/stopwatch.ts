import type { Page } from 'playwright-core'

/**
 * In the page (text, because this program has no DOM). `stopwatch.arm(what, selector, on)` waits for an input of the user
 * of kind `on` (null: counts from the page's start), then until what the selector finds reads otherwise than before
 * (`changes`) or matches a pattern, then for the frame behind that: it is drawn. `stopwatch.ms` is the time between,
 * from the input's own time stamp.
 */
export const STOPWATCH = `window.stopwatch = {
  ms: null,
  arm(on, selector, pattern) {
    this.ms = null
    const read = () => [...document.querySelectorAll(selector)].slice(0, 3).map((one) => one.textContent + (one.getAttribute('aria-sort') ?? '')).join('|').replaceAll('\\u2009', '')
    const before = read()
    const done = (text) => (pattern === null ? text !== before && text !== '' : new RegExp(pattern).test(text))
    const run = (from) => {
      const look = () => {
        if (!done(read())) return void requestAnimationFrame(look)
        requestAnimationFrame(() => { const port = new MessageChannel(); port.port1.onmessage = () => { this.ms = performance.now() - from }; port.port2.postMessage(0) })
      }
      look()
    }
    if (on === null) run(0)
    else addEventListener(on, (event) => run(event.timeStamp), { capture: true, once: true })
  },
}`

interface Stopwatch {
  ms: number | null
  arm(on: string | null, selector: string, pattern: string | null): void
}
declare const stopwatch: Stopwatch

const PATIENT = { timeout: 120_000 }

/** What was measured, once it is. */
export async function read(page: Page): Promise<number> {
  await page.waitForFunction(() => stopwatch.ms !== null, undefined, PATIENT)
  return page.evaluate(() => stopwatch.ms!)
}

/**
 * Milliseconds from an input to the frame in which a part of the page is drawn otherwise.
 * @param on the DOM event that starts the clock
 * @param selector what is watched, its first three matches
 * @param pattern what it must read in the end; null: anything else than before
 */
export async function fromInput(
  page: Page,
  on: 'keydown' | 'click' | 'pointerup',
  selector: string,
  pattern: string | null,
  act: () => Promise<unknown>,
): Promise<number> {
  await page.evaluate(([on, selector, pattern]) => stopwatch.arm(on!, selector!, pattern!), [on, selector, pattern])
  await act()
  return read(page)
}
