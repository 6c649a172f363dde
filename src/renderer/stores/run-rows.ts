import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { RunRow } from '../../core/domain/run'
import { useEvents } from '../composables/use-events'
import { useTransport } from '../composables/use-transport'

/** Rows of runs by id, as new as the last answer or event; asks the core only for those that nobody has brought. */
export const useRunRows = defineStore('runRows', () => {
  const transport = useTransport()
  const rows = shallowReactive(new Map<string, RunRow>())
  const asked = new Set<string>()

  const put = (run: RunRow): void => void rows.set(run.id, run)

  async function need(ids: Iterable<string>): Promise<void> {
    const missing = [...ids].filter((id) => !rows.has(id) && !asked.has(id))
    for (const id of missing) asked.add(id)
    // One that is gone by now has simply no row.
    const answers = await Promise.allSettled(missing.map((run) => transport.call('runs.get', { run })))
    for (const answer of answers) if (answer.status === 'fulfilled') put(answer.value)
    for (const id of missing) asked.delete(id)
  }

  useEvents((event) => {
    if (event.type === 'run.changed') put(event.run)
    if (event.type === 'run.removed') rows.delete(event.run)
  })

  return { rows, put, need, get: (id: string): RunRow | null => rows.get(id) ?? null }
})
