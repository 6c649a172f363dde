import { nextTick, onScopeDispose, readonly, type Ref, ref, watch } from 'vue'

/** Waiting for an idle page ends after this. */
const MOST_MS = 1000

/**
 * Turns true, and stays so, once a condition holds and what it put on screen is drawn: for what that must not wait for.
 * Where the condition holds from the start, it is true from the start.
 * @param options.idle also waits until the page has nothing else to do, for a second at most
 */
export function useAfterFrame(condition: () => boolean, { idle = false } = {}): Readonly<Ref<boolean>> {
  const done = ref(condition())
  let frame = 0
  let soon: ReturnType<typeof setTimeout> | undefined
  let later = 0
  const finish = () => void (done.value = true)
  const stop = watch(condition, async (holds) => {
    if (!holds) return
    stop()
    await nextTick()
    // The frame's callbacks come before it is drawn, a task of their own behind it.
    frame = requestAnimationFrame(
      () => (soon = setTimeout(() => (idle ? (later = requestIdleCallback(finish, { timeout: MOST_MS })) : finish()))),
    )
  })
  onScopeDispose(() => {
    cancelAnimationFrame(frame)
    clearTimeout(soon)
    cancelIdleCallback(later)
  })
  return readonly(done)
}
