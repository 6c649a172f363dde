import type { Page, Request } from 'playwright-core'

const open = new WeakMap<Page, Set<Request>>()

/** Questions to the core that are not answered yet; the stream of events is open for good. */
function inFlight(page: Page): Set<Request> {
  let requests = open.get(page)
  if (!requests) {
    const asked = (requests = new Set())
    open.set(page, asked)
    page.on('request', (request) => request.method() === 'POST' && asked.add(request))
    page.on('requestfinished', (request) => asked.delete(request))
    page.on('requestfailed', (request) => asked.delete(request))
  }
  return requests
}

/** Resolves once a page has asked nothing for some frames, everything is answered, and that is drawn. */
export async function settled(page: Page): Promise<void> {
  const requests = inFlight(page)
  for (let calm = 0; calm < 2;) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    calm = requests.size ? 0 : calm + 1
  }
}
