import { onBeforeUnmount, onMounted, type ShallowRef, shallowRef } from 'vue'

/** Width and height of an element in whole px; 0 until it is laid out. */
export function useElementSize(element: Readonly<ShallowRef<HTMLElement | null>>) {
  const size = shallowRef({ width: 0, height: 0 })
  const observer = new ResizeObserver(([entry]) => {
    const { width, height } = entry!.contentRect
    const next = { width: Math.floor(width), height: Math.floor(height) }
    if (next.width !== size.value.width || next.height !== size.value.height) size.value = next
  })
  onMounted(() => element.value && observer.observe(element.value))
  onBeforeUnmount(() => observer.disconnect())
  return size
}
