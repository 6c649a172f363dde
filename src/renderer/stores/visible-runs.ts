import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** So many of the newest runs are drawn until somebody chooses. */
export const NEWEST_VISIBLE = 10
/** Colours times dashes: more lines could not be told apart. */
export const MAX_VISIBLE = 36

/**
 * Which runs are drawn, and in which colour. Colours are given in order, the lowest free one first, and a run keeps
 * its own until it is hidden.
 */
export const useVisibleRuns = defineStore('visibleRuns', () => {
  /** Place in the palette by run id, from 1 on; in the order in which runs were shown. */
  const places = shallowRef<ReadonlyMap<string, number>>(new Map())
  let chosen = false

  function firstFree(taken: ReadonlyMap<string, number>): number {
    const used = new Set(taken.values())
    let place = 1
    while (used.has(place)) place++
    return place
  }

  function assign(ids: readonly string[]): void {
    const next = new Map([...places.value].filter(([id]) => ids.includes(id)))
    for (const id of ids.slice(0, MAX_VISIBLE)) if (!next.has(id)) next.set(id, firstFree(next))
    places.value = next
  }

  const isVisible = (id: string): boolean => places.value.has(id)
  const placeOf = (id: string): number | null => places.value.get(id) ?? null

  /** The newest runs of the workspace, newest first; until somebody chooses, they are the visible ones. */
  function offer(newest: readonly string[]): void {
    if (chosen) return
    // Oldest first, so that the next run gets the next colour.
    assign(newest.slice(0, NEWEST_VISIBLE).reverse())
  }

  /** Shows or hides one; false where the palette is used up. */
  function toggle(id: string): boolean {
    chosen = true
    const ids = [...places.value.keys()]
    if (isVisible(id)) assign(ids.filter((one) => one !== id))
    else if (ids.length >= MAX_VISIBLE) return false
    else assign([...ids, id])
    return true
  }

  function only(id: string): void {
    chosen = true
    assign([id])
  }

  /** A new run is drawn at once, also where somebody has chosen others. */
  function show(id: string): void {
    if (chosen && !isVisible(id) && places.value.size < MAX_VISIBLE) assign([...places.value.keys(), id])
  }

  function forget(id: string): void {
    if (isVisible(id)) assign([...places.value.keys()].filter((one) => one !== id))
  }

  return { places, isVisible, placeOf, offer, toggle, only, show, forget }
})
