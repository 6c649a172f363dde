import { onScopeDispose, shallowReactive, watch } from 'vue'
import type { CoreEvent, RangeTestData } from '../../../core/api/contract'
import type { AppError } from '../../../core/domain/errors'
import { confirmGroup } from '../../../core/domain/run'
import { toAppError } from '../../composables/use-query'
import { useTransport } from '../../composables/use-transport'

/** A live test is asked for at most this often. */
const INTERVAL_MS = 250

/** What the tests that are drawn have recorded, as new as their last event; the last answer stays while one is under way. */
export function useRangeTests(ids: () => readonly string[]) {
  const transport = useTransport()
  const tests = shallowReactive(new Map<string, RangeTestData>())
  const errors = shallowReactive(new Map<string, AppError>())
  const stale = new Set<string>()
  const busy = new Set<string>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let ended = false

  async function load(run: string): Promise<void> {
    timers.delete(run)
    stale.delete(run)
    busy.add(run)
    try {
      const data = await transport.call('rangeTests.get', { run })
      if (ended) return
      tests.set(run, data)
      errors.delete(run)
    } catch (reason) {
      if (!ended) errors.set(run, toAppError(reason))
    } finally {
      busy.delete(run)
    }
    if (stale.has(run)) soon(run)
  }

  function soon(run: string): void {
    stale.add(run)
    if (ended || busy.has(run) || timers.has(run) || !ids().includes(run)) return
    timers.set(
      run,
      setTimeout(() => void load(run), INTERVAL_MS),
    )
  }

  function forget(run: string): void {
    tests.delete(run)
    errors.delete(run)
  }

  /** Tests that an event makes stale: its own, or the one that a run confirms. */
  const concerned = (event: CoreEvent): string[] => {
    if (event.type === 'run.progress') return ids().filter((id) => id === event.progress.run)
    if (event.type === 'runs.changed')
      return ids().filter((id) => event.runs.some((run) => run.id === id || run.spec.group === confirmGroup(id)))
    return event.type === 'run.rewound' ? ids().filter((id) => id === event.run) : []
  }

  watch(
    () => [...ids()],
    (wanted) => wanted.forEach((id) => !tests.has(id) && !busy.has(id) && void load(id)),
    { immediate: true },
  )
  onScopeDispose(
    transport.subscribe((event) => {
      if (event.type === 'runs.removed') {
        event.runs.forEach(forget)
        for (const [id, { confirm }] of tests) if (confirm.some((run) => event.runs.includes(run.id))) soon(id)
      } else for (const id of concerned(event)) soon(id)
    }),
  )
  onScopeDispose(transport.onState((state) => state === 'open' && ids().forEach(soon)))
  onScopeDispose(() => {
    ended = true
    for (const timer of timers.values()) clearTimeout(timer)
  })
  return { tests, errors, retry: (run: string) => void load(run) }
}
