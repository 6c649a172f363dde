/** How often the time is looked at. */
const TICK_MS = 1000

/** However busy this process is, a tick waits no longer; what is longer was sleep, and counts as one tick. */
const LONGEST_TICK_MS = 10_000

/** Time that goes on only while the machine is awake. */
export interface AwakeClock {
  /** Milliseconds since it was started. */
  now(): number
  /** Stops looking at the time. */
  end(): void
}

/**
 * Counts time without sleep, for what is measured per second: no clock of the system's leaves it out everywhere (the
 * monotonic one does on Linux, and goes on through sleep on macOS and Windows). A clock that was set back counts nothing.
 *
 * @param now ms since the epoch
 */
export function startAwakeClock(now: () => number): AwakeClock {
  let last = now()
  let awake = 0
  const look = () => {
    const at = now()
    const ms = at - last
    awake += ms > LONGEST_TICK_MS ? TICK_MS : Math.max(0, ms)
    last = at
    return awake
  }
  const ticks = setInterval(look, TICK_MS)
  return { now: look, end: () => clearInterval(ticks) }
}
