import { createApp } from 'vue'
import { toAppError } from './composables/use-query'
import { useTheme } from './composables/use-theme'
import { connect } from './connect/connect'
import RefusedPage from './connect/RefusedPage.vue'
import { reloadOnNewToken } from './connect/token'
import { listenForFiles } from './desktop/given-files'

// Before anything is drawn, so that a dark page never flashes white.
useTheme()
reloadOnNewToken()
listenForFiles()

// The core answers while the page's own code is still read.
const page = import('./create-page')
connect()
  .then(async (transport) => (await page).createPage(transport))
  .catch((error: unknown) => createApp(RefusedPage, { error: toAppError(error), inShell: Boolean(window.anneal) }))
  .then((page) => page.mount('#app'))
