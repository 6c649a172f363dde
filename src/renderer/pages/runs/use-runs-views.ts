import { computed, type ComputedRef, type Ref, ref } from 'vue'
import { toAppError, useQuery } from '../../composables/use-query'
import { useTransport } from '../../composables/use-transport'
import { DEFAULT_STATE, parseState, sameState, type TableState } from '../../run-table/table-state'
import { LAYOUTS, type RunsLayout, useRunsLayout } from '../../stores/runs-layout'
import { useRunTable } from '../../stores/run-table'

/** What a saved view of the Runs page holds. */
export interface RunsView {
  table: TableState
  layout: RunsLayout | null
}

/** A view that was saved, as far as it is sound. */
export function parseView(kept: unknown): RunsView {
  const from = (typeof kept === 'object' && kept !== null ? kept : {}) as { table?: unknown; layout?: unknown }
  return { table: parseState(from.table), layout: LAYOUTS.find((one) => one === from.layout) ?? null }
}

const CURRENT = 'anneal.runsView'

export interface RunsViews {
  list: ComputedRef<readonly { name: string; state: unknown }[]>
  /** Name of the view that was opened last; null where there is none. */
  current: Ref<string | null>
  /** The page no longer shows what that view holds. */
  isChanged: ComputedRef<boolean>
  error: Ref<string>
  refresh(): void
  stateOf(name: string): RunsView | null
  usual(): RunsView
  opened(name: string | null): void
  save(name: string): Promise<boolean>
  rename(from: string, to: string): Promise<void>
  /** Gives the way back; null where it failed. */
  remove(name: string): Promise<(() => void) | null>
}

/** The workspace's saved views of the Runs page, and which of them is open. */
export function useRunsViews(): RunsViews {
  const transport = useTransport()
  const table = useRunTable()
  const layout = useRunsLayout()
  const query = useQuery('views.list', { kind: 'runs' })
  const list = computed(() => query.data.value?.views ?? [])
  const current = ref(localStorage.getItem(CURRENT) || null)
  const error = ref('')

  const find = (name: string | null) => list.value.find((view) => view.name === name)
  const stateOf = (name: string): RunsView | null => {
    const view = find(name)
    return view ? parseView(view.state) : null
  }
  const isChanged = computed(() => {
    const view = find(current.value)
    return Boolean(view) && !sameState(parseView(view!.state).table, table.state)
  })

  function opened(name: string | null): void {
    current.value = name
    localStorage.setItem(CURRENT, name ?? '')
  }

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work()
      error.value = ''
      query.refetch()
      return true
    } catch (reason) {
      error.value = toAppError(reason).message
      return false
    }
  }
  const put = (name: string, state: unknown) => transport.call('views.save', { kind: 'runs', name, state })
  const drop = (name: string) => transport.call('views.remove', { kind: 'runs', name })

  async function save(name: string): Promise<boolean> {
    const done = await attempt(() => put(name, { table: table.state, layout: layout.layout } satisfies RunsView))
    if (done) opened(name)
    return done
  }

  async function rename(from: string, to: string): Promise<void> {
    const view = find(from)
    if (!view) return
    if (find(to)) return void (error.value = `There is a view “${to}” already`)
    const done = await attempt(async () => {
      await put(to, view.state)
      await drop(from)
    })
    if (done && current.value === from) opened(to)
  }

  async function remove(name: string): Promise<(() => void) | null> {
    const view = find(name)
    if (!view || !(await attempt(() => drop(name)))) return null
    const wasOpen = current.value === name
    if (wasOpen) opened(null)
    return () =>
      void attempt(() => put(name, view.state)).then((done) => {
        if (done && wasOpen) opened(name)
      })
  }

  return {
    list,
    current,
    isChanged,
    error,
    refresh: query.refetch,
    stateOf,
    usual: () => ({ table: DEFAULT_STATE, layout: null }),
    opened,
    save,
    rename,
    remove,
  }
}
