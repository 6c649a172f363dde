import { onBeforeUnmount, type ShallowRef, shallowRef, watch } from 'vue'

/** Width and height of an element in whole px; 0 until it is laid out. */
export function useElementSize(element: Readonly<ShallowRef<HTMLElement | null>>) {
  const size = shallowRef({ width: 0, height: 0 })
  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect
    const next = { width: Math.floor(width), height: Math.floor(height) }
    if (next.width !== size.value.width || next.height !== size.value.height) size.value = next
  })
  // An element that is shown only under a condition comes later than its page, and may go and come again.
  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before)
      if (now) observer.observe(now)
    },
    { immediate: true, flush: 'post' },
  )
  onBeforeUnmount(() => observer.disconnect())
  return size
}
