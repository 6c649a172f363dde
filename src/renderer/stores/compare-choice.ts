import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'

/** Most runs that can be compared: what one question to the core may name. */
export const MAX_CHOSEN = 1000

const A = 65
const LETTERS = 26

/** Letter of a place in a list, from 0 on: A to Z, then AA, AB and so on. */
export function letterAt(index: number): string {
  const last = String.fromCharCode(A + (index % LETTERS))
  return index < LETTERS ? last : letterAt(Math.floor(index / LETTERS) - 1) + last
}

/** The runs that Compare puts side by side, in their order; other screens add to them. */
export const useCompareChoice = defineStore('compareChoice', () => {
  const ids = shallowRef<readonly string[]>([])
  /** The run that the others are measured against; the first one where it is null or no longer chosen. */
  const wantedReference = ref<string | null>(null)
  /** The run that is brought forward; null where none is. */
  const focused = ref<string | null>(null)
  /** Which runs they were chosen among, as a filter, until Compare has taken it; null where nobody said. */
  const among = ref<string | null>(null)

  const has = (id: string): boolean => ids.value.includes(id)
  const reference = computed({
    get: () =>
      (wantedReference.value !== null && has(wantedReference.value) ? wantedReference.value : ids.value[0]) ?? null,
    set: (id: string | null) => (wantedReference.value = id),
  })

  /** Compares these and no others; each once, in this order. */
  function set(next: readonly string[]): void {
    ids.value = [...new Set(next)].slice(0, MAX_CHOSEN)
    if (focused.value !== null && !has(focused.value)) focused.value = null
  }
  const add = (more: readonly string[]): void => set([...ids.value, ...more])
  const remove = (gone: readonly string[]): void => set(ids.value.filter((id) => !gone.includes(id)))

  /** Puts runs in front of another one, or at the end. */
  function move(moved: readonly string[], before: string | null): void {
    if (before !== null && moved.includes(before)) return
    const rest = ids.value.filter((id) => !moved.includes(id))
    const at = before === null ? rest.length : rest.indexOf(before)
    set(rest.toSpliced(at < 0 ? rest.length : at, 0, ...moved))
  }

  const focus = (id: string | null): void => void (focused.value = id)
  const letterOf = (id: string): string => letterAt(Math.max(0, ids.value.indexOf(id)))

  return { ids, reference, focused, among, has, set, add, remove, move, focus, letterOf }
})
