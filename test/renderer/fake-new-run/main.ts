import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import '../../../src/renderer/styles/tokens.css'
import '../../../src/renderer/styles/base.css'
import '../../../src/renderer/styles/controls.css'
import { createPinia } from 'pinia'
import { createApp, h } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import type { Transport } from '../../../src/core/api/transport'
import { parseRunSpec, totalSteps } from '../../../src/core/domain/spec/run-spec'
import { AppError } from '../../../src/core/domain/errors'
import type { RunRow } from '../../../src/core/domain/run'
import { provideTransport } from '../../../src/renderer/composables/use-transport'
import NewRunPage from '../../../src/renderer/pages/new-run/NewRunPage.vue'

const query = new URLSearchParams(location.search)
document.documentElement.dataset.theme = query.get('theme') ?? 'light'

/** A row as the core makes it, by the core's own check of the spec. */
function rowOf(input: unknown, id: string): RunRow {
  const spec = parseRunSpec(input)
  return {
    id,
    name: spec.name || id,
    group: '',
    tags: [],
    notes: '',
    status: 'queued',
    reason: null,
    spec,
    steps: 0,
    totalSteps: totalSteps(spec),
    peakLr: 0,
    divergedAt: null,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    engine: null,
    dataset: null,
    environment: null,
    parameters: null,
    hidden: false,
    pinned: false,
    colour: null,
    metrics: {},
  }
}

const rows = [
  rowOf(
    {
      name: 'step-0.20',
      dataset: { kind: 'glyphs' },
      model: { preset: 'mlp' },
      seed: 3,
      batchSize: 32,
      schedule: { kind: 'step', lr: 0.2, everySteps: 400 },
      budget: { steps: 1200 },
    },
    'abcdefgh',
  ),
]
/** A range test that fits what the form starts with, where the address asks for one. */
const max = Number(query.get('test'))
const tested = {
  ...{ name: 'range test cnn-small', dataset: { kind: 'mnist' }, model: { preset: 'cnn-small' } },
  ...{ schedule: { kind: 'constant', lr: 10 }, budget: { steps: 900 }, rangeTest: {} },
}
const tests = max
  ? [{ run: rowOf(tested, 'rangetst'), max, confidence: 'high', refusal: null, curve: new Float64Array(54) }]
  : []
const calls: { method: string; input: unknown }[] = []
const answers: Record<string, (input: never) => unknown> = {
  'runs.list': () => ({ rows, total: rows.length, all: rows.length }),
  'rangeTests.list': () => ({ tests }),
  'runs.get': ({ run }: { run: string }) => {
    const row = rows.find(({ id }) => id === run)
    if (!row) throw new AppError('run.notFound', `No run ${run}`)
    return row
  },
  'runs.create': ({ spec, seeds }: { spec: object; seeds: number[] }) => ({
    runs: seeds.map((seed, i) => rowOf({ ...spec, seed }, `created${i}`)),
    notices: [],
  }),
}
const transport = {
  call: async (method: string, input: unknown) => {
    calls.push({ method, input })
    return answers[method]!(input as never)
  },
  subscribe: () => () => {},
  onState: () => () => {},
  close: () => {},
} as unknown as Transport

const blank = { render: () => h('p', 'there') }
const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/', component: NewRunPage },
    { path: '/runs', name: 'runs', component: blank },
    { path: '/lab', name: 'lab', component: blank },
    { path: '/runs/:run', name: 'run', component: blank },
  ],
})
Object.assign(window, {
  fake: {
    calls: (method: string) => calls.filter((call) => call.method === method).map((call) => call.input),
    route: () => router.currentRoute.value.fullPath,
  },
})
const app = createApp({ render: () => h(RouterView) })
  .use(createPinia())
  .use(router)
provideTransport(app, transport)
void router.push(query.get('from') ? `/?from=${query.get('from')}` : '/').then(() => app.mount('#app'))
