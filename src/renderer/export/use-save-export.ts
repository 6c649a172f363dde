import { ref } from 'vue'
import type { ExportedFile } from '../../core/api/contract'
import type { RunSort } from '../../core/domain/table/order'
import { toAppError } from '../composables/use-query'
import { useTransport } from '../composables/use-transport'
import { formatBytes } from '../format/time'
import { saveFile } from '../format/save-file'
import { useFrame } from '../stores/frame'

/** Files that the core writes and the browser saves; one at a time, and what came of it is said. */
export function useSaveExport() {
  const transport = useTransport()
  const frame = useFrame()
  const busy = ref(false)

  async function save(make: () => Promise<ExportedFile>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      const { name, type, bytes } = await make()
      saveFile({ name, type, content: bytes as Uint8Array<ArrayBuffer> })
      frame.say(`${name} saved, ${formatBytes(bytes.length)}`)
    } catch (error) {
      frame.say(toAppError(error).message, { tone: 'error' })
    } finally {
      busy.value = false
    }
  }

  return {
    get busy() {
      return busy.value
    },
    /** All recorded points of some runs. */
    points: (runs: readonly string[], format: 'csv' | 'parquet') =>
      save(() => transport.call('export.series', { runs: [...runs], format })),
    /** Whole runs, for another workspace. */
    bundle: (runs: readonly string[]) => save(() => transport.call('export.bundle', { runs: [...runs] })),
    /** Some runs as a table of some fields, in an order. */
    table: (
      runs: readonly string[],
      table: { sort: RunSort; fields: readonly string[] },
      format: 'csv' | 'parquet' | 'markdown',
    ) => save(() => transport.call('export.table', { runs: [...runs], ...table, fields: [...table.fields], format })),
  }
}
