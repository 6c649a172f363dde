import { defineStore } from 'pinia'
import { computed, ref, shallowReactive } from 'vue'
import type { RunProgress } from '../../core/domain/run'
import { isLive } from '../../core/domain/run'
import { useEvents } from '../composables/use-events'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'
import { useFrame } from './frame'

/** What is happening now: where each live run is, whether the core answers, when it last wrote. */
export const useLive = defineStore('live', () => {
  const transport = useTransport()
  const frame = useFrame()
  const progress = shallowReactive(new Map<string, RunProgress>())
  /** What runs load that do not train yet. */
  const loading = shallowReactive(new Map<string, string>())
  const connected = ref(true)
  const lastWrite = ref<number | null>(null)

  const forget = (run: string) => [progress, loading].forEach((of) => of.delete(run))

  /** Resolves once the core answers; at once where it does, whether or not a loss has been noticed. */
  const answering = (): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        off()
        resolve()
      }
      const off = transport.onState((state) => state === 'open' && done())
      // Any answer is one, also that something went wrong.
      transport.call('app.info', {}).then(done, (reason) => toAppError(reason).code === 'server.refused' || done())
    })

  transport.onState((state) => (connected.value = state === 'open'))
  useEvents((event) => {
    if (event.type === 'run.progress') {
      const { run, phase } = event.progress
      if (phase !== null) return void loading.set(run, phase)
      loading.delete(run)
      progress.set(run, event.progress)
      if (event.progress.waits === undefined) lastWrite.value = Date.now()
    }
    if (event.type === 'runs.changed') {
      lastWrite.value = Date.now()
      for (const { id, status } of event.runs) if (!isLive(status)) forget(id)
    }
    if (event.type === 'runs.removed') event.runs.forEach(forget)
    if (event.type === 'notice') frame.say(event.message, { tone: event.level })
  })

  const stepsPerSecond = computed(() => [...progress.values()].reduce((sum, one) => sum + one.stepsPerSecond, 0))
  return { progress, loading, connected, answering, lastWrite, stepsPerSecond }
})
