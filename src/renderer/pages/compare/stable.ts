import { computed, type ComputedRef } from 'vue'

/** A computed value that stays the same object while what it says stays the same; for small plain values. */
export function stable<T>(get: () => T): ComputedRef<T> {
  return computed((before?: T) => {
    const now = get()
    return before !== undefined && JSON.stringify(before) === JSON.stringify(now) ? before : now
  })
}
