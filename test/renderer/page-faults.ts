import type { Page } from 'playwright-core'

/**
 * What is wrong with a page as it stands, in words; empty where nothing is: a script of somebody else's ran, the page or
 * a part of it is wider than the window, or text that turns its direction around could turn its neighbours' too.
 */
export const pageFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const faults: string[] = []
    if ('pwned' in window) faults.push('a script in a text ran')
    const root = document.documentElement
    if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} px wide`)

    const label = (element: Element) => {
      const classes = typeof element.className === 'string' ? element.className.trim().replace(/\s+/g, '.') : ''
      return `${element.tagName.toLowerCase()}${classes && '.'}${classes}`
    }
    const clips = (element: Element) => getComputedStyle(element).overflowX !== 'visible'
    for (const element of document.body.querySelectorAll('*')) {
      const { right, width, height } = element.getBoundingClientRect()
      if (!width || !height || right <= innerWidth + 1) continue
      let around = element.parentElement
      while (around && !clips(around)) around = around.parentElement
      if (!around || around === document.body || around === root) faults.push(`${label(element)} runs out at the right`)
    }

    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (!/[\u202A-\u202E\u2066-\u2069]/.test(node.nodeValue!)) continue
      let element = node.parentElement!
      // An inline element shares its line with its neighbours; one that isolates keeps its own direction to itself.
      while (
        getComputedStyle(element).display === 'inline' &&
        !/isolate|plaintext/.test(getComputedStyle(element).unicodeBidi)
      )
        element = element.parentElement!
      const alone = element.textContent!.trim() === node.nodeValue!.trim()
      if (!alone && !/isolate|plaintext/.test(getComputedStyle(element).unicodeBidi))
        faults.push(
          `${label(node.parentElement!)} turns ${label(element)} around: ${element.textContent!.slice(0, 60)}`,
        )
    }
    return [...new Set(faults)]
  })
