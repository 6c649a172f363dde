/** How many ticks make the patience: fine enough to be exact within some percent. */
const TICKS = 20

/** Counts how long nothing was heard, in time that this process was awake. */
export interface Silence {
  /** Something was heard: the count starts again. */
  heard(): void
  /** Stops counting for good. */
  end(): void
}

/**
 * Calls `onTooLong` once when nothing was heard for about `ms` of awake time: up to a twentieth more.
 *
 * Short ticks are counted because a machine that slept wakes up with every timer due at once: one long timer would
 * end a healthy trainer that slept too, before its next message can be read. One tick comes due however long the
 * sleep was, and the sleep counts as that.
 */
export function watchSilence(ms: number, onTooLong: () => void): Silence {
  let quiet = 0
  const ticks = setInterval(() => {
    if (++quiet <= TICKS) return
    clearInterval(ticks)
    onTooLong()
  }, ms / TICKS)
  return { heard: () => void (quiet = 0), end: () => clearInterval(ticks) }
}

/**
 * Acts after `ms` of awake time, up to a twentieth more: whoever was given that time slept through the machine's sleep too.
 * Returns what takes it back.
 */
export const afterAwake = (ms: number, action: () => void): (() => void) => watchSilence(ms, action).end
