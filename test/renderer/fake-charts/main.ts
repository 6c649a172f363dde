import '@fontsource-variable/inter'
import '../../../src/renderer/styles/tokens.css'
import './page.css'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import FakeCharts from './FakeCharts.vue'

document.documentElement.dataset.theme = new URLSearchParams(location.search).get('theme') ?? 'light'
createApp(FakeCharts).use(createPinia()).mount('#app')
