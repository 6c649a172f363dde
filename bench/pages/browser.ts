/** The Chromium that the bench script found, set up as for the tests. */
export { launchChromium as launchBrowser } from '../../test/renderer/browser'
