import { type Browser, chromium } from 'playwright-core'
import { CHROMIUM_ARGS } from '../../test/renderer/chromium-args'

/** The Chromium that the bench script found, set up as for the tests. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.ANNEAL_CHROMIUM || undefined, args: [...CHROMIUM_ARGS] })
