import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'

export type FrameDialog = 'command' | 'keys' | 'settings' | 'new-test' | 'export'

/** One message at a time, bottom right. */
export interface Toast {
  id: number
  text: string
  tone: 'note' | 'caution' | 'error'
  undo?: () => void
  /** Something else to do about it, by a button. */
  act?: { label: string; run: () => void }
}

/** What lies over the pages: dialogs, and the toast. */
export const useFrame = defineStore('frame', () => {
  const dialog = ref<FrameDialog | null>(null)
  const toast = shallowRef<Toast | null>(null)
  let toasts = 0

  function say(text: string, options: Partial<Pick<Toast, 'tone' | 'undo' | 'act'>> = {}): void {
    toast.value = { id: ++toasts, text, tone: 'note', ...options }
  }

  /** Takes back what the message says; false where it offers no way back. */
  function undo(): boolean {
    const act = toast.value?.undo
    if (!act) return false
    toast.value = null
    act()
    return true
  }

  return { dialog, toast, say, undo, dismiss: () => void (toast.value = null) }
})
