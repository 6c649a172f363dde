import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { RunRow } from '../../core/domain/run'
import { useEvents } from '../composables/use-events'
import { useTransport } from '../composables/use-transport'

/** Ids that a filter has room for. */
const AT_ONCE = 50

/** Whole rows of runs by id, as new as the last answer or event; asks the core only for those that nobody has brought. */
export const useRunRows = defineStore('runRows', () => {
  const transport = useTransport()
  const rows = shallowReactive(new Map<string, RunRow>())
  const asked = new Set<string>()

  const put = (run: RunRow): void => void rows.set(run.id, run)

  async function need(ids: Iterable<string>): Promise<void> {
    const missing = [...ids].filter((id) => !rows.has(id) && !asked.has(id))
    for (const id of missing) asked.add(id)
    const parts = Array.from({ length: Math.ceil(missing.length / AT_ONCE) }, (_, i) =>
      missing.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
    )
    // One that is gone by now has simply no row.
    const answers = await Promise.allSettled(
      parts.map((part) => transport.call('runs.list', { filter: `id in (${part.map(quoted).join(', ')})` })),
    )
    for (const answer of answers) if (answer.status === 'fulfilled') answer.value.rows.forEach(put)
    for (const id of missing) asked.delete(id)
  }
  const quoted = (id: string): string => JSON.stringify(id)

  useEvents((event) => {
    if (event.type === 'run.changed') put(event.run)
    if (event.type === 'run.removed') rows.delete(event.run)
  })

  return { rows, put, need, get: (id: string): RunRow | null => rows.get(id) ?? null }
})
