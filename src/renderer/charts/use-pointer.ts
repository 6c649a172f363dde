import { shallowRef } from 'vue'
import { fromPixel, type StackBox } from './geometry'
import type { XRange } from './types'

/** A drag shorter than this, in px, is a click. */
const CLICK = 4

interface Options {
  /** Geometry now on screen; null before the first drawing. */
  frame(): { box: StackBox; range: XRange } | null
  hover(x: number | null, panel: number | null): void
  zoom(range: XRange): void
  /** Dragging with Shift moves the range in view by so much in x units; absent where nothing can be moved. */
  pan?(by: number): void
}

/** Pointer over a stack: hovering moves the crosshair, dragging selects a range of x. */
export function usePointer({ frame, hover, zoom, pan }: Options) {
  /** Selection being dragged, in px. */
  const selection = shallowRef<{ from: number; to: number } | null>(null)
  let startedAt: number | null = null
  let pannedAt: number | null = null

  const position = (event: PointerEvent) => {
    const rect = (event.currentTarget as Element).getBoundingClientRect()
    return { px: event.clientX - rect.left, py: event.clientY - rect.top }
  }
  const panelAt = (py: number, box: StackBox): number | null => {
    const i = box.panels.findIndex(({ top, height }) => py >= top && py < top + height)
    return i < 0 ? null : i
  }

  return {
    selection,
    move(event: PointerEvent) {
      const now = frame()
      if (!now) return
      const { px, py } = position(event)
      if (pannedAt !== null) {
        pan?.(((pannedAt - px) / now.box.plotWidth) * (now.range.to - now.range.from))
        pannedAt = px
        return
      }
      hover(fromPixel(px, now.range, now.box), panelAt(py, now.box))
      if (startedAt !== null && Math.abs(px - startedAt) >= CLICK) {
        const end = Math.min(now.box.plotLeft + now.box.plotWidth, Math.max(now.box.plotLeft, px))
        selection.value = { from: Math.min(startedAt, end), to: Math.max(startedAt, end) }
      }
    },
    down(event: PointerEvent) {
      if (event.button !== 0 || !frame()) return
      if (pan && event.shiftKey) pannedAt = position(event).px
      else startedAt = Math.max(frame()!.box.plotLeft, position(event).px)
      // So that the end of a drag outside the window is still heard.
      const element = event.currentTarget as Element
      element.setPointerCapture(event.pointerId)
    },
    up() {
      const now = frame()
      if (now && selection.value) {
        const { from, to } = selection.value
        zoom({ from: fromPixel(from, now.range, now.box), to: fromPixel(to, now.range, now.box) })
      }
      startedAt = null
      pannedAt = null
      selection.value = null
    },
    leave() {
      if (startedAt === null && pannedAt === null) hover(null, null)
    },
    cancel() {
      startedAt = null
      pannedAt = null
      selection.value = null
    },
  }
}
