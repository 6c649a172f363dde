import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { keepState, keptState } from '../run-table/table-query'
import type { ColumnChoice, TableState } from '../run-table/table-state'

/** What the table shows, and what is opened and closed in it. Kept on this machine; saved views keep it in the workspace. */
export const useRunTable = defineStore('runTable', () => {
  /** As the lines on screen are. */
  const state = shallowRef<TableState>(keptState())
  /** As the answer under way will be. */
  let wanted = state.value
  /** Keys of groups that are closed, and of folded runs that are opened. */
  const closed = ref<ReadonlySet<string>>(new Set())
  const opened = ref<ReadonlySet<string>>(new Set())

  watch(state, keepState)

  /** The state to ask for: what was wanted so far, changed. Other groups begin open. */
  function want(change: Partial<TableState>): TableState {
    wanted = { ...wanted, ...change }
    if (change.groupBy) closed.value = new Set()
    return wanted
  }

  /** An answer came: its state is the one on screen. */
  function settle(next: TableState): void {
    state.value = next === wanted ? next : { ...next, columns: wanted.columns }
    wanted = state.value
  }

  /** Other columns, or other widths: drawn at once, their data comes with the next answer. */
  function setColumns(columns: ColumnChoice[] | null): void {
    wanted = { ...wanted, columns }
    state.value = { ...state.value, columns }
  }

  const toggled = (set: ReadonlySet<string>, key: string) =>
    set.has(key) ? new Set([...set].filter((one) => one !== key)) : new Set([...set, key])
  const toggleGroup = (key: string): void => void (closed.value = toggled(closed.value, key))
  const toggleReplicates = (key: string): void => void (opened.value = toggled(opened.value, key))

  return {
    state,
    filter: computed(() => state.value.filter),
    closed,
    opened,
    want,
    settle,
    setColumns,
    toggleGroup,
    toggleReplicates,
  }
})
