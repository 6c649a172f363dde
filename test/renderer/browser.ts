import { type Browser, chromium, type Page } from 'playwright-core'
import { CHROMIUM_ARGS } from './chromium-args'

/** Why there is no browser to test in; empty where there is one. */
export const noChromium = process.env.ANNEAL_NO_CHROMIUM ?? ''

/** The Chromium that the test script found, else the system's. */
export const launchChromium = (more: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.ANNEAL_CHROMIUM || '/usr/bin/chromium',
    args: [...CHROMIUM_ARGS, ...more],
  })

export interface OpenedPage {
  page: Page
  /** What must not happen, so far: errors, warnings on the console, violations of the content security policy. */
  complaints: string[]
}

/** Opens a page in a profile of its own and notes everything that must not happen there. */
export async function openPage(
  browser: Browser,
  url: string,
  size = { width: 1440, height: 900 },
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: size })
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`),
    )
  })
  await page.goto(url)
  return { page, complaints }
}
