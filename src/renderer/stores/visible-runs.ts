import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useRunRows } from './run-rows'

/** So many of the newest runs are drawn until somebody chooses. */
export const NEWEST_VISIBLE = 10
/** Colours times dashes: more lines could not be told apart. */
export const MAX_VISIBLE = 36

/**
 * Which runs are drawn, and in which colour: its own where the user gave it one, else by order, the lowest free one
 * first. A run keeps its colour until it is hidden.
 */
export const useVisibleRuns = defineStore('visibleRuns', () => {
  const rows = useRunRows()
  /** Place in the palette by run id, from 1 on; in the order in which runs were shown. */
  const places = shallowRef<ReadonlyMap<string, number>>(new Map())
  let chosen = false

  const own = (id: string): number | null => rows.get(id)?.colour ?? null

  function firstFree(taken: ReadonlyMap<string, number>): number {
    const used = new Set([...taken].map(([id, place]) => own(id) ?? place))
    let place = 1
    while (used.has(place)) place++
    return place
  }

  function assign(ids: readonly string[]): void {
    const wanted = new Set(ids.slice(0, MAX_VISIBLE))
    const next = new Map([...places.value].filter(([id]) => wanted.has(id)))
    for (const id of wanted) if (!next.has(id)) next.set(id, firstFree(next))
    places.value = next
  }

  const isVisible = (id: string): boolean => places.value.has(id)
  /** A drawn run's place in the palette; null for one that is not drawn. */
  function placeOf(id: string): number | null {
    const place = places.value.get(id)
    return place === undefined ? null : (own(id) ?? place)
  }

  /** The newest runs of the workspace, newest first; until somebody chooses, they are the visible ones. */
  function offer(newest: readonly string[]): void {
    if (chosen) return
    // Oldest first, so that the next run gets the next colour.
    assign(newest.slice(0, NEWEST_VISIBLE).reverse())
  }

  /** Draws these runs and no others; false where the palette does not reach for all of them. */
  function set(ids: readonly string[]): boolean {
    chosen = true
    assign(ids)
    return ids.length <= MAX_VISIBLE
  }

  /** Draws these runs too; false where the palette does not reach for all of them. */
  const add = (ids: readonly string[]): boolean => set([...new Set([...places.value.keys(), ...ids])])
  const remove = (ids: readonly string[]): boolean => set([...places.value.keys()].filter((id) => !ids.includes(id)))

  /** Shows or hides one; false where the palette is used up. */
  const toggle = (id: string): boolean => (isVisible(id) ? remove([id]) : add([id]))

  /** A new run is drawn at once, also where somebody has chosen others. */
  function show(id: string): void {
    if (chosen && places.value.size < MAX_VISIBLE) assign([...places.value.keys(), id])
  }

  function forget(id: string): void {
    if (isVisible(id)) assign([...places.value.keys()].filter((one) => one !== id))
  }

  return { places, isVisible, placeOf, isChosen: () => chosen, offer, set, add, remove, toggle, show, forget }
})
