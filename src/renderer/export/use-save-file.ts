import { ref } from 'vue'
import type { SavedFile } from '../../core/api/contract'
import { BUNDLE_ENDING } from '../../core/domain/export/bundle-ending'
import { fileBase } from '../../core/domain/export/file-name'
import type { RunSort } from '../../core/domain/table/run-sort'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'
import { formatBytes } from '../format/time'
import { useFrame } from '../stores/frame'
import { download, type FileToSave } from './download'

/**
 * Saves files where the user wants them: by the system's own dialog in the desktop window, where the core writes the
 * file, or as a download of the browser. One at a time, and what came of it is said.
 */
export function useSaveFile() {
  const transport = useTransport()
  const frame = useFrame()
  const busy = ref(false)

  async function alone(save: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await save()
    } catch (error) {
      frame.say(toAppError(error).message, { tone: 'error' })
    } finally {
      busy.value = false
    }
  }

  /** Asks where, lets the core write there, and offers to show the file; a dialog that is closed changes nothing. */
  async function saveByDialog(
    desktop: NonNullable<typeof window.anneal>,
    name: string,
    write: (grant: string) => Promise<SavedFile>,
  ): Promise<void> {
    const chosen = await desktop.saveAs(name)
    if (!chosen) return
    const { grant } = chosen
    const saved = await write(grant)
    frame.say(`${saved.name} saved, ${formatBytes(saved.bytes)}`, {
      act: { label: 'Show in folder', run: () => void desktop.reveal(grant) },
    })
  }

  /** Makes a file and saves it. */
  const save = (make: () => FileToSave | Promise<FileToSave>) =>
    alone(async () => {
      const file = await make()
      const blob = new Blob([file.content], { type: file.type })
      if (window.anneal)
        return saveByDialog(window.anneal, file.name, async (grant) =>
          transport.call('files.save', { grant, bytes: new Uint8Array(await blob.arrayBuffer()) }),
        )
      download(file.name, blob)
      frame.say(`${file.name} saved, ${formatBytes(blob.size)}`)
    })
  const exported = async (call: Promise<{ name: string; type: string; bytes: Uint8Array }>): Promise<FileToSave> => {
    const { name, type, bytes } = await call
    return { name, type, content: bytes as Uint8Array<ArrayBuffer> }
  }
  /** Whole runs, for another workspace; in the window straight from the core into the file. */
  const bundle = (runs: readonly string[]) =>
    window.anneal
      ? alone(async () => {
          const name = `${await bundleBase(runs)}.${BUNDLE_ENDING}`
          await saveByDialog(window.anneal!, name, (grant) =>
            transport.call('files.saveBundle', { grant, runs: [...runs] }),
          )
        })
      : save(() => exported(transport.call('export.bundle', { runs: [...runs] })))
  const bundleBase = async ([run, ...more]: readonly string[]): Promise<string> =>
    more.length ? `${more.length + 1}-runs` : fileBase(await transport.call('runs.get', { run: run! }))

  return {
    get busy() {
      return busy.value
    },
    save,
    bundle,
    /** All recorded points of some runs. */
    points: (runs: readonly string[], format: 'csv' | 'parquet') =>
      save(() => exported(transport.call('export.series', { runs: [...runs], format }))),
    /** Some runs as a table of some fields, in an order. */
    table: (
      runs: readonly string[],
      table: { sort: RunSort; fields: readonly string[] },
      format: 'csv' | 'parquet' | 'markdown',
    ) =>
      save(() =>
        exported(transport.call('export.table', { runs: [...runs], ...table, fields: [...table.fields], format })),
      ),
  }
}
