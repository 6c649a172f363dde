import { computed, type ComputedRef, type Ref, ref } from 'vue'
import { type SavedViews, useSavedViews } from '../../composables/use-saved-views'
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

export interface RunsViews extends Omit<SavedViews, 'save' | 'remove' | 'find' | 'unread'> {
  /** Name of the view that was opened last; null where there is none. */
  current: Ref<string | null>
  /** The page no longer shows what that view holds. */
  isChanged: ComputedRef<boolean>
  stateOf(name: string): RunsView | null
  usual(): RunsView
  opened(name: string | null): void
  save(name: string): Promise<boolean>
  /** Gives the way back; null where it failed. */
  remove(name: string): Promise<(() => void) | null>
}

/** The workspace's saved views of the Runs page, and which of them is open. */
export function useRunsViews(): RunsViews {
  const table = useRunTable()
  const layout = useRunsLayout()
  const { find, list, error, refresh, ...views } = useSavedViews('runs')
  const current = ref(localStorage.getItem(CURRENT) || null)

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
  async function save(name: string): Promise<boolean> {
    const done = await views.save(name, { table: table.state, layout: layout.layout } satisfies RunsView)
    if (done) opened(name)
    return done
  }
  async function rename(from: string, to: string): Promise<boolean> {
    const done = await views.rename(from, to)
    if (done && current.value === from) opened(to)
    return done
  }
  async function remove(name: string): Promise<(() => void) | null> {
    const undo = await views.remove(name)
    if (!undo) return null
    const wasOpen = current.value === name
    if (wasOpen) opened(null)
    return async () => void ((await undo()) && wasOpen && opened(name))
  }
  const usual = (): RunsView => ({ table: DEFAULT_STATE, layout: null })
  return { list, error, refresh, current, isChanged, stateOf, usual, opened, save, rename, remove }
}
