import { type Browser, chromium } from 'playwright-core'

/** The Chromium that the bench script found, without what would draw on the network. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.ANNEAL_CHROMIUM || undefined,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
