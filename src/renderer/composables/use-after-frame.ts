import { nextTick, onScopeDispose, readonly, type Ref, ref, watch } from 'vue'

/**
 * Turns true, and stays so, once a condition holds and what it put on screen is drawn: for what that must not wait for.
 * Where the condition holds from the start, it is true from the start.
 */
export function useAfterFrame(condition: () => boolean): Readonly<Ref<boolean>> {
  const done = ref(condition())
  let frame = 0
  let soon: ReturnType<typeof setTimeout> | undefined
  const stop = watch(condition, async (holds) => {
    if (!holds) return
    stop()
    await nextTick()
    // The frame's callbacks come before it is drawn, a task of their own behind it.
    frame = requestAnimationFrame(() => (soon = setTimeout(() => (done.value = true))))
  })
  onScopeDispose(() => {
    cancelAnimationFrame(frame)
    clearTimeout(soon)
  })
  return readonly(done)
}
