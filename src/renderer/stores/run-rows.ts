import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import { inParts } from '../../core/domain/in-parts'
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

  /** How many events have told of each run. */
  const told = new Map<string, number>()

  const put = (run: RunRow): void => void rows.set(run.id, run)

  /**
   * Keeps what a call answers about a run, unless an event has told of that run meanwhile: answers and events come on
   * connections of their own, and an older answer that comes last would undo the newer event. Where the answer is the
   * newer one, its own event is on its way.
   */
  async function ask(id: string, call: () => Promise<RunRow>): Promise<void> {
    const before = told.get(id)
    const row = await call()
    if (told.get(id) === before) put(row)
  }

  async function need(ids: Iterable<string>): Promise<void> {
    const missing = [...ids].filter((id) => !rows.has(id) && !asked.has(id))
    for (const id of missing) asked.add(id)
    // One that is gone by now has simply no row.
    const answers = await Promise.allSettled(
      inParts(missing, AT_ONCE).map((part) =>
        transport.call('runs.list', { filter: `id in (${part.map(quoted).join(', ')})` }),
      ),
    )
    for (const answer of answers) if (answer.status === 'fulfilled') answer.value.rows.forEach(put)
    for (const id of missing) asked.delete(id)
  }
  const quoted = (id: string): string => JSON.stringify(id)

  useEvents((event) => {
    if (event.type === 'runs.changed')
      for (const run of event.runs) {
        told.set(run.id, (told.get(run.id) ?? 0) + 1)
        put(run)
      }
    if (event.type === 'runs.removed') for (const id of event.runs) rows.delete(id)
  })

  return { rows, put, ask, need, get: (id: string): RunRow | null => rows.get(id) ?? null }
})
