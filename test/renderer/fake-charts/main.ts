import '@fontsource-variable/inter'
import '../../../src/renderer/styles/tokens.css'
import './page.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { createFakeTransport } from '../../../src/core/api/transports/fake'
import { provideTransport } from '../../../src/renderer/composables/use-transport'
import FakeCharts from './FakeCharts.vue'

document.documentElement.dataset.theme = new URLSearchParams(location.search).get('theme') ?? 'light'
const app = createApp(FakeCharts).use(createPinia())
provideTransport(app, createFakeTransport())
app.mount('#app')
