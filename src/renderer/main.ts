import { createApp } from 'vue'
import { toAppError } from './composables/use-query'
import { useTheme } from './composables/use-theme'
import { connect } from './connect/connect'
import RefusedPage from './connect/RefusedPage.vue'
import { reloadOnNewToken } from './connect/token'
import { createPage } from './create-page'

// Before anything is drawn, so that a dark page never flashes white.
useTheme()
reloadOnNewToken()

connect()
  .then((transport) => createPage(transport))
  .catch((error: unknown) => createApp(RefusedPage, { error: toAppError(error), inShell: Boolean(window.anneal) }))
  .then((page) => page.mount('#app'))
