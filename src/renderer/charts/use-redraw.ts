import { onScopeDispose } from 'vue'

/** Live data redraws at most this often, and never takes more than a third of the time. */
const LEAST_MS = 100
const SHARE = 3

/**
 * Runs `draw` in an animation frame: at once for what the user did, held back for data that streams in.
 * `cost` tells how long the last redraw took in all.
 */
export function useRedraw(draw: () => void) {
  let frame = 0
  let urgent = false
  let last = -Infinity
  let cost = 0
  const tick = (now: number) => {
    frame = 0
    if (!urgent && now - last < Math.max(LEAST_MS, SHARE * cost)) {
      frame = requestAnimationFrame(tick)
      return
    }
    urgent = false
    last = now
    const start = performance.now()
    draw()
    cost = performance.now() - start
  }
  const request = (now: boolean) => {
    urgent ||= now
    frame ||= requestAnimationFrame(tick)
  }
  onScopeDispose(() => cancelAnimationFrame(frame))
  return {
    data: () => request(false),
    user: () => request(true),
    spent: (milliseconds: number) => {
      cost += milliseconds
    },
  }
}
