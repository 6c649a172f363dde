import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { useRunList } from './run-list'

/** The row under the keyboard, and the rows that were selected. */
export const useRunSelection = defineStore('runSelection', () => {
  const list = useRunList()
  const focused = ref<string | null>(null)
  const selected = shallowRef<ReadonlySet<string>>(new Set())

  const isSelected = (id: string): boolean => selected.value.has(id)
  const focus = (id: string | null): void => void (focused.value = id)

  /** Moves by rows; from nowhere to the first. Stays on rows that are loaded. */
  function move(by: number): void {
    const at = focused.value === null ? -1 : list.indexOf(focused.value)
    const index = at < 0 ? 0 : Math.min(list.total - 1, Math.max(0, at + by))
    const run = list.at(index)
    if (run) focused.value = run.id
  }

  function toggle(id: string): void {
    const next = new Set(selected.value)
    if (!next.delete(id)) next.add(id)
    selected.value = next
  }

  /** Selects all rows between the focused one and this. */
  function extendTo(id: string): void {
    const from = focused.value === null ? -1 : list.indexOf(focused.value)
    const to = list.indexOf(id)
    if (from < 0 || to < 0) return focus(id)
    const next = new Set(selected.value)
    for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
      const run = list.at(i)
      if (run) next.add(run.id)
    }
    selected.value = next
    focused.value = id
  }

  /** The row that the keyboard goes to when some rows are removed: the next one that stays, or the one before. */
  function rowBeside(removed: readonly string[]): string | null {
    const at = focused.value === null ? -1 : list.indexOf(focused.value)
    const stays = (index: number) => {
      const run = list.at(index)
      return run && !removed.includes(run.id) ? run.id : null
    }
    for (let i = at + 1; at >= 0 && list.at(i); i++) if (stays(i)) return stays(i)
    for (let i = at - 1; i >= 0 && list.at(i); i--) if (stays(i)) return stays(i)
    return null
  }

  const clear = (): void => void (selected.value = new Set())
  function forget(ids: readonly string[]): void {
    selected.value = new Set([...selected.value].filter((id) => !ids.includes(id)))
  }

  /** What a command acts on: the selected runs, or the focused one. */
  const targets = (): string[] => (selected.value.size ? [...selected.value] : focused.value ? [focused.value] : [])

  return { focused, selected, isSelected, focus, move, toggle, extendTo, rowBeside, clear, forget, targets }
})
