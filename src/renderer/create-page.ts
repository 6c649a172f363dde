import { createPinia } from 'pinia'
import { type App as VueApp, createApp } from 'vue'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-dialog.css'
import 'element-plus/theme-chalk/el-overlay.css'
import './styles/tokens.css'
import './styles/base.css'
import './styles/run-colours.css'
import './styles/controls.css'
import './styles/dialogs.css'
import './styles/print.css'
import type { Transport } from '../core/api/transport'
import App from './App.vue'
import { provideTransport } from './composables/use-transport'
import { createPages } from './router'

/** The whole page over a connection, ready to be mounted. */
export function createPage(transport: Transport): VueApp {
  const app = createApp(App)
  provideTransport(app, transport)
  return app.use(createPinia()).use(createPages())
}
