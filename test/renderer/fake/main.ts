import { createFakeTransport } from '../../../src/core/api/transports/fake'
import { METRIC } from '../../../src/core/domain/metrics'
import type { RunRow } from '../../../src/core/domain/run'
import { useTheme } from '../../../src/renderer/composables/use-theme'
import { createPage } from '../../../src/renderer/create-page'
import { curves, type Generated, generatedRuns, manyRuns } from './generated-runs'

/** The whole page over a core in memory: `?scene=runs|empty|many&now=…&theme=light|dark`. */
const query = new URLSearchParams(location.search)
const now = Number(query.get('now') ?? Date.now())
const theme = query.get('theme')
if (theme) useTheme().theme.value = theme as 'light' | 'dark'

const SCENES: Record<string, () => Generated[]> = {
  runs: () => generatedRuns(now),
  empty: () => [],
  many: () => manyRuns(3000, now),
}
const generated = SCENES[query.get('scene') ?? 'runs']!()
const transport = createFakeTransport({
  rows: generated.map(({ row }) => row),
  series: generated.flatMap(({ series }) => series),
  info: { engine: { kind: 'wasm', label: 'wasm (SIMD), 1 thread', whyNotFaster: 'No native engine is installed' } },
  now: Date.now,
})

/** Lets a running run do more updates, as a trainer would, and says so. */
function advance(run: RunRow, from: number, by: number): number {
  const to = Math.min(run.totalSteps, from + by)
  const news = curves(run, to, from).filter(({ values }) => values.length)
  news.forEach(transport.append)
  const last = (metric: string) => news.find((one) => one.metric === metric)?.values
  transport.emit({
    type: 'run.progress',
    progress: {
      run: run.id,
      step: to,
      totalSteps: run.totalSteps,
      stepsPerSecond: 12.6,
      etaMs: ((run.totalSteps - to) / 12.6) * 1000,
      loss: last(METRIC.trainLoss)?.[to - from - 1] ?? NaN,
      lr: last(METRIC.lr)?.[to - from - 1] ?? NaN,
      validationAccuracy: last(METRIC.validationAccuracy)?.[0] ?? null,
      counts: {
        [METRIC.trainLoss]: to,
        [METRIC.lr]: to,
        [METRIC.momentum]: to,
        [METRIC.gradNorm]: to,
        [METRIC.validationAccuracy]: Math.floor(to / 67),
        [METRIC.validationLoss]: Math.floor(to / 67),
      },
    },
  })
  return to
}

const calls: { method: string; input: unknown }[] = []
const noted = {
  ...transport,
  call: ((method: never, input: never, options) => {
    calls.push({ method, input })
    return transport.call(method, input, options)
  }) as typeof transport.call,
}
Object.assign(window, {
  fake: {
    transport,
    calls,
    advance: (id: string, from: number, by: number) => {
      const run = generated.find(({ row }) => row.id === id)!.row
      return advance(run, from, by)
    },
  },
})
createPage(noted).mount('#app')
