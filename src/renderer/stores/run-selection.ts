import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { keyOf, rowOf, runsOf } from '../run-table/table-lines'
import { useRunList } from './run-list'

/** The line under the keyboard, and the runs that were selected. */
export const useRunSelection = defineStore('runSelection', () => {
  const list = useRunList()
  /** Key of the line: a run's id, or that of a group or of folded runs. */
  const focused = ref<string | null>(null)
  const selected = shallowRef<ReadonlySet<string>>(new Set())
  /** Where a range begins; its runs so far, which a shorter range gives back. */
  let anchor: string | null = null
  let ranged: readonly string[] = []

  const isSelected = (id: string): boolean => selected.value.has(id)
  /** Whether a line's runs are all selected. */
  const isLineSelected = (index: number): boolean => {
    const runs = runsOf(list.lineAt(index))
    return runs.length > 0 && runs.every(isSelected)
  }
  const focus = (key: string | null): void => {
    focused.value = key
    anchor = key
    ranged = []
  }

  const focusedIndex = computed(() => (focused.value === null ? -1 : list.indexOf(focused.value)))
  const focusedLine = computed(() => (focusedIndex.value < 0 ? null : list.lineAt(focusedIndex.value)))
  const focusedRun = computed(() => rowOf(focusedLine.value))

  /** Place of the line so many lines on; from nowhere the first. Null where it is not loaded. */
  function beside(by: number): { key: string; index: number } | null {
    const at = focusedIndex.value
    const index = at < 0 ? 0 : Math.min(list.total - 1, Math.max(0, at + by))
    const line = list.lineAt(index)
    return line && { key: keyOf(line), index }
  }

  /** Moves by lines; stays on those that are loaded. */
  function move(by: number): void {
    const next = beside(by)
    if (next) focus(next.key)
  }

  function set(ids: Iterable<string>): void {
    selected.value = new Set(ids)
  }

  /** Selects runs, or gives them back where all of them were selected. */
  function toggle(ids: readonly string[]): void {
    const next = new Set(selected.value)
    const on = !ids.every((id) => next.has(id))
    for (const id of ids)
      if (on) next.add(id)
      else next.delete(id)
    selected.value = next
    ranged = []
  }

  /** Selects all runs between the line where the range began and this one, also those that are not loaded. */
  async function extendTo(index: number): Promise<void> {
    const line = list.lineAt(index)
    const from = anchor === null ? -1 : list.indexOf(anchor)
    if (from < 0) {
      if (line) focus(keyOf(line))
      return
    }
    if (line) focused.value = keyOf(line)
    const runs = await list.runsBetween(from, index)
    const given = new Set(ranged)
    selected.value = new Set([...[...selected.value].filter((id) => !given.has(id)), ...runs])
    ranged = runs
  }

  /** Extends the range by lines. */
  async function extend(by: number): Promise<void> {
    const next = beside(by)
    if (next) await extendTo(next.index)
  }

  /** The line that the keyboard goes to when some runs are removed: the next one that stays, or the one before. */
  function lineBeside(removed: readonly string[]): string | null {
    const gone = new Set(removed)
    const at = focusedIndex.value
    const stays = (index: number) => {
      const line = list.lineAt(index)
      return line && !runsOf(line).some((id) => gone.has(id)) ? keyOf(line) : null
    }
    for (let i = at + 1; at >= 0 && list.lineAt(i); i++) if (stays(i)) return stays(i)
    for (let i = at - 1; i >= 0 && list.lineAt(i); i--) if (stays(i)) return stays(i)
    return null
  }

  const clear = (): void => set([])
  function forget(ids: readonly string[]): void {
    const gone = new Set(ids)
    set([...selected.value].filter((id) => !gone.has(id)))
  }

  /** What a command acts on: the selected runs, or those of the focused line. */
  const targets = (): string[] => (selected.value.size ? [...selected.value] : [...runsOf(focusedLine.value)])

  return {
    focused,
    focusedIndex,
    focusedLine,
    focusedRun,
    selected,
    isSelected,
    isLineSelected,
    focus,
    move,
    set,
    toggle,
    extend,
    extendTo,
    lineBeside,
    clear,
    forget,
    targets,
  }
})
