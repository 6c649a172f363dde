import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import { useRouter } from 'vue-router'
import type { ImportResult, SpecFile } from '../../core/api/contract'
import { MOST_BYTES, notOpened, openKind } from '../../core/domain/file-kind'
import { toAppError } from '../composables/use-query'
import { useEvents } from '../composables/use-events'
import { useTransport } from '../composables/use-transport'
import type { GivenFile } from '../desktop/shell'
import { countOf } from '../format/run-words'
import { useFrame } from '../stores/frame'

const TOO_LARGE = {
  bundle: 'is larger than 256 MB: close Anneal and use the command line, anneal import',
  spec: 'is larger than 4 MB: that is no run spec or recipe',
}

/** The one file that the page takes in: bundles are imported, run specs and recipes fill New run. */
export const useImport = defineStore('import', () => {
  const transport = useTransport()
  const frame = useFrame()
  const router = useRouter()
  /** Name of the file that is being taken in, and how much of it is done; null while there is none. */
  const file = ref<string | null>(null)
  const share = ref(0)
  /** Opens the browser's own file dialog; set by whoever has the field for it. */
  const openField = shallowRef<() => void>(() => {})
  useEvents((event) => {
    if (event.type === 'import.progress') share.value = event.share
  })

  async function alone(name: string, take: () => Promise<void>): Promise<void> {
    if (file.value !== null)
      return frame.say(`${name} was not opened: ${file.value} is being read`, { tone: 'caution' })
    file.value = name
    share.value = 0
    try {
      await take()
    } catch (error) {
      frame.say(toAppError(error).message, { tone: 'error' })
    } finally {
      file.value = null
    }
  }

  /** The form itself says that it is filled; a message would lie over its button. */
  async function fill({ spec }: SpecFile): Promise<void> {
    // The page's code comes with it, and the form keeps what is in it while others are looked at.
    const { useNewRun } = await import('../pages/new-run/new-run-store')
    useNewRun().fill(spec)
    await router.push({ name: 'new-run' })
  }

  /** A file that the page was given as a whole: dropped, or chosen in a browser. */
  function take(given: File): Promise<void> | void {
    const { name, size } = given
    const kind = openKind(name)
    if (!kind) return frame.say(notOpened(name), { tone: 'error' })
    if (size > MOST_BYTES[kind]) return frame.say(`${name} ${TOO_LARGE[kind]}`, { tone: 'error' })
    return alone(name, async () => {
      if (kind === 'spec') return fill(await transport.call('specs.read', { name, text: await given.text() }))
      const bytes = new Uint8Array(await given.arrayBuffer())
      frame.say(resultText(await transport.call('import.bundle', { bytes })))
    })
  }

  /** A file that the desktop window was given: the core reads it, however large. */
  const takeGranted = ({ name, grant, kind }: GivenFile): Promise<void> =>
    alone(name, async () => {
      if (kind === 'spec') return fill(await transport.call('files.readSpec', { grant }))
      frame.say(resultText(await transport.call('files.importBundle', { grant })))
    })

  /** Asks for a file and takes it in; by the system's own dialog in the desktop window. */
  async function choose(): Promise<void> {
    if (!window.anneal) return openField.value()
    try {
      const given = await window.anneal.chooseFile()
      if (given) await takeGranted(given)
    } catch (error) {
      frame.say(toAppError(error).message, { tone: 'error' })
    }
  }

  return { file, share, openField, choose, take, takeGranted }
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
