import { vi } from 'vitest'

/**
 * The machine sleeps, under fake timers: the clock goes on by hours and no timer runs. As it wakes, each timer that came due in
 * between runs once, an interval too, as Node's and libuv's do.
 */
export function sleepFor(ms: number): void {
  const due = vi.getTimerCount()
  vi.setSystemTime(Date.now() + ms)
  for (let i = 0; i < due; i++) vi.advanceTimersToNextTimer()
}
