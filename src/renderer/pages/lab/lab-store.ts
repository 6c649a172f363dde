import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Band } from './band'
import type { LossScale } from './lab-curves'

/** More tests over each other could not be told apart. */
export const MOST_OVERLAID = 12

/** What is looked at in the Lab: the focused test, those laid over it, and bands set by hand; kept while away. */
export const useLab = defineStore('lab', () => {
  const focused = ref<string | null>(null)
  /** Places in the palette by test, in the order in which they were laid over. */
  const overlaid = shallowRef<ReadonlyMap<string, number>>(new Map())
  const bands = shallowRef<ReadonlyMap<string, Band>>(new Map())
  const scale = ref<LossScale>('linear')
  const asTable = ref(false)

  function freePlace(): number {
    const taken = new Set(overlaid.value.values())
    let place = 1
    while (taken.has(place)) place++
    return place
  }

  /** A test's colour: its own while it is laid over, the first free one while it is only looked at; null where not drawn. */
  const placeOf = (id: string): number | null => overlaid.value.get(id) ?? (id === focused.value ? freePlace() : null)

  /** False where there is no room for another one. */
  function toggle(id: string): boolean {
    const next = new Map(overlaid.value)
    if (!next.delete(id)) {
      if (next.size >= MOST_OVERLAID) return false
      next.set(id, freePlace())
    }
    overlaid.value = next
    return true
  }

  function setBand(id: string, band: Band | null): void {
    const next = new Map(bands.value)
    if (band) next.set(id, band)
    else next.delete(id)
    bands.value = next
  }

  function forget(ids: readonly string[]): void {
    overlaid.value = new Map([...overlaid.value].filter(([id]) => !ids.includes(id)))
  }

  return { focused, overlaid, bands, scale, asTable, placeOf, toggle, setBand, forget }
})
