import { expect, vi } from 'vitest'
import type { DevTools } from './devtools'

/** Long enough for a loaded machine; what hangs is told as that. */
export const patiently = { timeout: 40_000, interval: 50 }

export const textOf = (page: DevTools): Promise<string> => page.evaluate<string>('document.body.innerText')

/** Waits until a page says something. */
export const showsText = (page: DevTools, part: string | RegExp): Promise<void> =>
  vi.waitFor(async () => expect(await textOf(page)).toMatch(part), patiently)

/** Presses the first enabled button that says these words, once it is there. */
export const clickOn = (page: DevTools, words: string, selector = 'button:enabled'): Promise<void> =>
  vi.waitFor(
    async () =>
      expect(
        await page.evaluate(`(() => {
          const found = [...document.querySelectorAll(${JSON.stringify(selector)})]
            .find((one) => (one.innerText || one.ariaLabel || '').includes(${JSON.stringify(words)}))
          found?.click()
          return Boolean(found)
        })()`),
        words,
      ).toBe(true),
    patiently,
  )

/** Presses a key of the page, as its own lists name it: "Ctrl+k". */
export function press(page: DevTools, keys: string): Promise<unknown> {
  const parts = keys.split('+')
  const event = {
    key: parts.at(-1)!,
    ctrlKey: parts.includes('Ctrl'),
    shiftKey: parts.includes('Shift'),
    bubbles: true,
    cancelable: true,
  }
  return page.evaluate(`document.body.dispatchEvent(new KeyboardEvent('keydown', ${JSON.stringify(event)}))`)
}
