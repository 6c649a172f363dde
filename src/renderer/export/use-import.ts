import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ImportResult } from '../../core/api/contract'
import { toAppError } from '../composables/use-query'
import { useEvents } from '../composables/use-events'
import { useTransport } from '../composables/use-transport'
import { countOf } from '../format/run-words'
import { useFrame } from '../stores/frame'

/** What a page holds in memory; the core refuses more too. */
const MAX_BYTES = 256 * 2 ** 20

/** The one import of the page: a file that was dropped or chosen. */
export const useImport = defineStore('import', () => {
  const transport = useTransport()
  const frame = useFrame()
  /** Name of the file that is being imported, and how much of it is done; null while there is none. */
  const file = ref<string | null>(null)
  const share = ref(0)
  /** Opens the system's file dialog; set by whoever has the field for it. */
  const choose = shallowRef<() => void>(() => {})
  useEvents((event) => {
    if (event.type === 'import.progress') share.value = event.share
  })

  async function take(given: File): Promise<void> {
    if (file.value !== null) return
    if (given.size > MAX_BYTES) {
      const text = `${given.name} is larger than 256 MB: close Anneal and use the command line, anneal import`
      return frame.say(text, { tone: 'error' })
    }
    file.value = given.name
    share.value = 0
    try {
      const bytes = new Uint8Array(await given.arrayBuffer())
      frame.say(resultText(await transport.call('import.bundle', { bytes })))
    } catch (error) {
      frame.say(toAppError(error).message, { tone: 'error' })
    } finally {
      file.value = null
    }
  }

  return { file, share, choose, take }
})

/** What came of an import, in a sentence; nothing that was left out or renamed is passed over. */
export function resultText({ imported, skipped, renamed }: ImportResult): string {
  const parts = [
    imported.length ? `${countOf(imported.length, 'run')} imported` : '',
    skipped.length ? `${countOf(skipped.length, 'run')} here already, skipped` : '',
    renamed.length ? `${countOf(renamed.length, 'run')} under a new id, as another run has theirs` : '',
  ]
  return parts.filter(Boolean).join('; ') || 'The bundle holds no runs'
}
